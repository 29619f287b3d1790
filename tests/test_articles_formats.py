from __future__ import annotations

import sys
from pathlib import Path

import pytest

from stance.articles import Rejected, read
from stance.articles.decoding import Undecodable, decode, decode_markup
from stance.articles.formats import Unreadable, fragment_text, parse_feed, parse_html, parse_json_line
from stance.schema import Article

PARAGRAPHS = (
    "قال المتحدث «إن الاجتماع انتهى» أمس، وأضاف “سنعود غداً” ثم صمت.",
    "وأوضح أن \"الأمر\" واضح و‹مفهوم› و„غريب‟ و'مفرد' و‘آخر’ و''زوج'' و``خلف'' و❝ص❞ و＂ع＂ و〝ي〞.",
    "قال: ”معكوس“ وأيضاً »مقلوب« ثم «بلا إغلاق.",
    "«الفقرة الثانية تفتح القوسين من جديد.",
)
PAGE = """<!doctype html><html lang="ar" dir="rtl"><head><meta charset="{charset}"><title>عنوان الخبر</title>
<meta property="og:site_name" content="صحيفة المثال"><meta property="article:published_time" content="2024-09-10T08:00:00Z">
<link rel="canonical" href="https://example.org/a1"><script>var x = 1;</script></head><body>
<nav><a href="/">الرئيسية</a> <a href="/x">سياسة</a></nav><article><h1>عنوان الخبر</h1>{body}</article>
<footer>كل الحقوق محفوظة</footer></body></html>"""


def page(*paragraphs: str, charset: str = "utf-8") -> str:
    return PAGE.format(charset=charset, body="".join(f"<p>{p}</p>\n" for p in paragraphs))


def test_html_keeps_paragraphs_and_every_kind_of_mark() -> None:
    fields = parse_html(page(*PARAGRAPHS))
    assert fields["text"] is not None
    assert [line for line in fields["text"].split("\n") if line in PARAGRAPHS] == list(PARAGRAPHS)
    assert "محفوظة" not in fields["text"]
    assert {k: fields[k] for k in ("title", "outlet", "published", "url")} == {
        "title": "عنوان الخبر",
        "outlet": "صحيفة المثال",
        "published": "2024-09-10",
        "url": "https://example.org/a1",
    }


def test_html_entities_line_breaks_block_quotes_and_q_elements() -> None:
    body = page(
        "قال &laquo;نعم&raquo; و&quot;لا&quot; و&#8220;ربما&#8221;.<br>سطر آخر «هنا».",
        "وقال <q>هذا <b>مهم</b> جداً</q> ثم غادر.",
    ).replace("</article>", "<blockquote><p>«اقتباس طويل.</p><p>«وفقرة منه.»</p></blockquote></article>")
    lines = (parse_html(body)["text"] or "").split("\n")
    assert 'قال «نعم» و"لا" و“ربما”.' in lines
    assert "سطر آخر «هنا»." in lines
    assert "وقال «هذا مهم جداً» ثم غادر." in lines
    assert lines[-2:] == ["«اقتباس طويل.", "«وفقرة منه.»"]


@pytest.mark.parametrize("charset", ["windows-1256", "iso-8859-6", "utf-8"])
def test_html_in_its_declared_charset(tmp_path: Path, charset: str) -> None:
    text = "قال المتحدث إن الاجتماع انتهى أمس، ثم صمت."
    (tmp_path / "a.htm").write_bytes(page(text, charset=charset).encode(charset))
    (article,) = read(tmp_path)
    assert isinstance(article, Article)
    assert text in article.text


def test_html_without_suffix_is_recognised_and_without_text_rejected(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(page(*PARAGRAPHS), encoding="utf-8")
    (tmp_path / "b.html").write_text("<html><body></body></html>", encoding="utf-8")
    first, second = read(tmp_path)
    assert isinstance(first, Article)
    assert first.title == "عنوان الخبر"
    assert isinstance(second, Rejected)
    assert "no article text" in second.reason


RSS = """<?xml version="1.0" encoding="windows-1256"?><rss version="2.0"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>صحيفة المثال</title>
<item><title>الأول</title><link>https://example.org/1</link><guid>g1</guid><pubDate>Tue, 10 Sep 2024 10:00:00 +0300</pubDate>
<description>موجز</description><content:encoded><![CDATA[<p>قال «نعم».</p><p>وأضاف <q>لا</q>.<br/>ثم صمت</p>
<script>x()</script>]]></content:encoded></item>
<item><title>الثاني</title><link>https://example.org/2</link><description>قال &quot;نعم&quot; أمس</description></item>
<item><title>بلا نص</title><guid>g3</guid></item></channel></rss>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>موجز</title>
<entry><id>urn:1</id><title>خبر</title><updated>2024-01-02T03:04:05Z</updated><content type="text">قال ”نعم“.</content></entry></feed>"""


def test_rss_entries_become_articles(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(RSS.encode("cp1256"))
    first, second, third = read(tmp_path)
    assert first == Article(
        id="g1",
        text="قال «نعم».\nوأضاف «لا».\nثم صمت",
        title="الأول",
        outlet="صحيفة المثال",
        published="2024-09-10T07:00:00Z",
        url="https://example.org/1",
    )
    assert isinstance(second, Article)
    assert (second.id, second.text, second.published) == ("https://example.org/2", 'قال "نعم" أمس', None)
    assert isinstance(third, Rejected)
    assert third.line == 3


def test_atom_and_what_is_no_feed(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(ATOM, encoding="utf-8")
    (tmp_path / "b.xml").write_text("<note><to>x</to></note>", encoding="utf-8")
    (tmp_path / "c.json").write_text("[]", encoding="utf-8")
    first, second, third = read(tmp_path)
    assert first == Article(id="urn:1", text="قال ”نعم“.", title="خبر", outlet="موجز", published="2024-01-02T03:04:05Z")
    assert "feed" in str(second)
    assert "JSON Lines" in str(third)


def test_a_feed_that_looks_like_an_address_is_not_fetched() -> None:
    with pytest.raises(Unreadable, match="feed"):
        list(parse_feed("https://example.org/feed.xml"))


def test_a_missing_extra_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("trafilatura", "feedparser"):
        monkeypatch.setitem(sys.modules, module, None)
    for parse in (parse_html, lambda markup: list(parse_feed(markup))):
        with pytest.raises(Unreadable, match=r"pip install 'arabic-stance\[read\]'"):
            parse("<html></html>")


def test_fragments_and_json_lines() -> None:
    assert fragment_text("نص بلا وسوم") == "نص بلا وسوم"
    assert parse_json_line('{"text": "a\\ud800", "id": 3}')["text"] == "a\ud800"
    with pytest.raises(Unreadable, match="JSON object"):
        parse_json_line("3")


def test_markup_in_no_encoding_is_undecodable() -> None:
    with pytest.raises(Undecodable):
        decode_markup(b"<html><meta charset=nonsense>" + b"\xe9\xe8 caf\xe9 " * 20)
    with pytest.raises(Undecodable, match="binary"):
        decode(b"%PDF-1.4\n" + bytes(range(32)) * 10)
