"""The formats that hold articles: JSON Lines, HTML and feeds. Each function turns one source into article fields.

HTML and feeds need the ``read`` extra (trafilatura, feedparser); JSON Lines and plain text need nothing.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from time import struct_time
from types import ModuleType
from typing import Any

FIELDS = ("id", "text", "title", "outlet", "published", "url")
# Elements after which running text starts on a new line.
_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main ol p pre "
    "section table tr ul".split()
)
_SILENT = frozenset({"script", "style", "template"})
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


class Unreadable(ValueError):
    """A source that is text but holds no article in its format."""


def _extra(module: str, what: str) -> ModuleType:
    """Import a module of the ``read`` extra."""
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError as error:
        raise Unreadable(f"reading {what} needs {module} ({error}): run pip install 'arabic-stance[read]'") from error


def _lookup(row: Mapping[str, Any], key: str) -> Any:
    """Get a field by its name, or by a dotted path into nested objects."""
    if key in row or "." not in key:
        return row.get(key)
    value: Any = row
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def parse_json_line(line: str, fields: Mapping[str, str] | None = None) -> dict[str, str | None]:
    """Read one JSON line.

    :param line: The line.
    :param fields: Names of the fields in the line by the name of the article's field, such as ``{"text": "body"}``.
    :return: The article's fields; what the line does not have is ``None``.
    :raises Unreadable: If the line is no JSON object or has no text.
    """
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"malformed JSON: {error}") from error
    if not isinstance(row, dict):
        raise Unreadable(f"a JSON object is needed, this is a {type(row).__name__}")
    names = {field: (fields or {}).get(field, field) for field in FIELDS}
    values = {field: _lookup(row, name) for field, name in names.items()}
    if not isinstance(values["text"], str):
        has = ", ".join(list(row)[:12]) or "no field at all"
        raise Unreadable(f"no string under '{names['text']}'; the line has {has} (map one with --field text=NAME)")
    return {field: None if value is None else str(value) for field, value in values.items()}


def parse_html(markup: str) -> dict[str, str | None]:
    """Extract the article of an HTML page: its main text by paragraphs, and the metadata that the page states.

    :param markup: The page.
    :return: The article's fields without an id.
    :raises Unreadable: If the page has no main text, or trafilatura is not installed.
    """
    trafilatura = _extra("trafilatura", "HTML")
    tree = trafilatura.load_html(_XML_DECLARATION.sub("", markup))
    if tree is None:
        raise Unreadable("the HTML cannot be parsed")
    for element in list(tree.iter("q")):
        # A browser draws these marks itself; here they would be lost with the element.
        element.text = f"«{element.text or ''}"
        element.tail = f"»{element.tail or ''}"
        element.drop_tag()
    page = trafilatura.bare_extraction(
        tree,
        include_comments=False,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if page is None or not (page.text or "").strip():
        raise Unreadable("no article text was found in the HTML")
    return {
        "text": page.text,
        "title": page.title or None,
        "outlet": page.sitename or None,
        "published": page.date or None,
        "url": page.url or None,
    }


class _Fragment(HTMLParser):
    """Text of an HTML fragment, a line a block element."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in _SILENT
        if tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag == "q":
            self.pieces.append("«")

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in _SILENT))
        if tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag == "q":
            self.pieces.append("»")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.pieces.append(re.sub(r"\s+", " ", data))


def fragment_text(markup: str) -> str:
    """Turn the HTML fragment of a feed entry into paragraphs.

    :param markup: HTML, or plain text.
    :return: The text, a line a paragraph.
    """
    parser = _Fragment()
    parser.feed(markup)
    parser.close()
    lines = (line.strip() for line in "".join(parser.pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _iso(moment: struct_time | None) -> str | None:
    return None if moment is None else "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*moment[:6])


def parse_feed(markup: str) -> Iterator[dict[str, str | None]]:
    """Read the entries of an RSS or Atom feed.

    :param markup: The feed.
    :yield: The fields of one entry as an article; ``text`` is ``None`` where the entry has no text.
    :raises Unreadable: If it is no feed, has no entries, or feedparser is not installed.
    """
    feedparser = _extra("feedparser", "feeds")
    # A stream, never the string itself: a string may be taken for an address and fetched.
    stream = io.BytesIO(_XML_DECLARATION.sub("", markup).encode("utf-8", "replace"))
    feed = feedparser.parse(stream, response_headers={"content-type": "application/xml; charset=utf-8"})
    if not feed.entries:
        problem = feed.get("bozo_exception")
        raise Unreadable(f"is no readable RSS or Atom feed: {problem}" if problem else "the feed has no entries")
    for entry in feed.entries:
        link = entry.get("link") or ""
        contents = [c.get("value") or "" for c in entry.get("content", [])] + [entry.get("summary") or ""]
        text = fragment_text(max(contents, key=len))
        yield {
            "id": entry.get("id") or link or None,
            "text": text or None,
            "title": fragment_text(entry.get("title") or "") or None,
            "outlet": feed.feed.get("title") or None,
            "published": _iso(entry.get("published_parsed")) or _iso(entry.get("updated_parsed")),
            # An entry's id may stand in for its link; only an address is one.
            "url": link if link.startswith(("http://", "https://")) else None,
        }
