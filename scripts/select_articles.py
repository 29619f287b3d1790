"""Choose the corpus articles whose quotations are annotated in full: by seed, not by how easy they look.

Example: ``python scripts/select_articles.py --corpus ../shared/corpus --texts ../annot``

Sixty news documents of 150–700 words (channel posts from 60 words), no duplicates, each with at least one word that
could report speech. The quota a source and topic is fixed below; within it a seeded shuffle decides. The 30/30 split is
drawn at the same time, stratified by source.

``--further fresh,check --seed 20261`` draws sixty more beside those of the manifest and names their halves, and
``--further more --seed 20262`` keeps the first half of a third draw; ``--further later,sealed --seed 20263`` is a fourth.
These are for finding out how rules do on articles that they were not written on.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

from stance.dataset.corpus import Document, documents, find

SEED = 20241
# Documents a source; every number is even, so that the split halves each source.
QUOTA = {
    "alkhaleej_sanad": 10,
    "saudinewsnet_2015": 10,
    "cnn_bbc_arabic_osac": 8,
    "hespress_aljazeera_2022": 8,
    "ant_tunisia": 6,
    "hespress_stories": 6,
    "arabic_newspapers_corpus": 4,
    "naya_telegram_2026": 4,
    "nahla_cnn_alj_misbar": 4,
}
POLITICS_SHARE = 0.6
OTHER_TOPICS = ("economy", "sport", "health", "culture")
MIN_WORDS, MAX_WORDS = 150, 700
MIN_WORDS_BY_SOURCE = {"naya_telegram_2026": 60}
# Half of a document's keyword hits or more decide its topic; fewer than this many hits leave it without one.
MIN_TOPIC_HITS = 3
# Word 5-gram Jaccard above which two chosen documents count as the same text.
MAX_OVERLAP = 0.2

# Any of these, in any form, lets a document in. Wide on purpose: it also lets in articles with nothing quoted.
REPORTING = re.compile(
    "|".join(
        """قال قالت قالوا يقول تقول أضاف اضاف أكد اكد يؤكد تؤكد صرح تصريح أوضح اوضح يوضح اعتبر يعتبر رأى يرى ذكر يذكر ذكرت لفت يلفت
        أشار اشار يشير مشير شدد يشدد حذر يحذر دعا يدعو دعت طالب يطالب رفض يرفض نفى ينفي توقع يتوقع أعلن اعلن يعلن كشف يكشف
        أفاد افاد بحسب وفق حسب نقل بيان أبرز تابع زعم ادعى اتهم وصف انتقد تعهد وعد هدد نوه بين شكر أعرب اعرب عبر تساءل""".split()
    )
)
TOPICS = {
    "politics": """رئيس وزير وزراء حكوم برلمان نواب نائب انتخاب حزب سياس معارض خارجي سفير جيش قوات عسكر حرب هجوم قصف نووي عقوبات
        مفاوض هدنة إسرائيل اسرائيل فلسطين حماس إيران ايران سوري العراق اليمن أميرك أمريك امريك روسيا الأمم مجلس""",
    "economy": """اقتصاد أسهم اسهم بورصة نفط أسعار اسعار بنك مصرف استثمار شركة شركات مليار مليون دولار درهم ريال سوق أسواق تجار
        صادرات واردات ضريب تضخم نمو أرباح ارباح مؤشر برميل ميزانية تمويل""",
    "sport": """مباراة مباريات الدوري منتخب لاعب مدرب كأس ملعب كرة المرمى مهاجم الشوط ركلة أولمب مونديال رياض هداف بطولة""",
    "health": """صحة صحي مرض مريض طبيب أطباء اطباء علاج دواء أدوية مستشفى لقاح فيروس كورونا سرطان السكري وباء جراح تغذية طبي""",
    "culture": """ثقاف فيلم سينما مسرح رواية شاعر قصيدة فنان فنون مهرجان معرض موسيق غناء تراث لوحات مسلسل متحف""",
}
_TOPIC_PATTERNS = {name: re.compile("|".join(words.split())) for name, words in TOPICS.items()}


def topic(text: str) -> str | None:
    """Guess the topic from keywords, for stratifying only.

    :param text: The document.
    :return: The topic with most keyword hits, or ``None`` where hits are few.
    """
    hits = {name: len(pattern.findall(text)) for name, pattern in _TOPIC_PATTERNS.items()}
    best = max(hits, key=lambda name: hits[name])
    return best if hits[best] >= MIN_TOPIC_HITS and hits[best] * 2 >= sum(hits.values()) else None


def _squeeze(text: str) -> str:
    return re.sub(r"[^\w]|_|\d", "", text)


def _grams(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[i : i + 5]) for i in range(len(words) - 4)}


def _same(a: set[tuple[str, ...]], b: set[tuple[str, ...]]) -> bool:
    return bool(a and b) and len(a & b) / len(a | b) > MAX_OVERLAP


def eligible(corpus: Path, source: str) -> dict[str, list[Document]]:
    """Collect the documents of a source that may be chosen.

    :param corpus: The folder of the corpus.
    :param source: The stem of the corpus file.
    :return: Documents by topic, in the order of their hash, so that file order plays no part.
    """
    low = MIN_WORDS_BY_SOURCE.get(source, MIN_WORDS)
    seen: set[str] = set()
    pool: dict[str, list[Document]] = defaultdict(list)
    for document in documents(corpus, source):
        if not low <= len(document.text.split()) <= MAX_WORDS or not REPORTING.search(document.text):
            continue
        key = _squeeze(document.text)
        name = topic(document.text)
        if key not in seen and name is not None:
            seen.add(key)
            pool[name].append(document)
    for bucket in pool.values():
        bucket.sort(key=lambda d: d.sha256)
    return pool


def choose(corpus: Path, avoid: list[str], seed: int) -> list[tuple[Document, str, str]]:
    """Draw the sample and split it.

    :param corpus: The folder of the corpus.
    :param avoid: Texts that must not come again (the shipped articles).
    :param seed: The seed of every draw.
    :return: Document, topic and split, in order of source and id.
    """
    rng = random.Random(seed)
    taken = [_grams(text) for text in avoid]
    chosen: list[tuple[Document, str, str]] = []
    turn = 0
    for source, size in QUOTA.items():
        pool = eligible(corpus, source)
        for bucket in pool.values():
            rng.shuffle(bucket)
        wanted = ["politics"] * round(POLITICS_SHARE * size)
        while len(wanted) < size:
            wanted.append(OTHER_TOPICS[turn % len(OTHER_TOPICS)])
            turn += 1
        drawn: list[tuple[Document, str]] = []
        for name in wanted:
            # A source without the topic gives another document of its own, politics first.
            for candidate in (name, "politics", *OTHER_TOPICS):
                while pool.get(candidate):
                    document = pool[candidate].pop()
                    grams = _grams(document.text)
                    if not any(_same(grams, other) for other in taken):
                        taken.append(grams)
                        drawn.append((document, candidate))
                        break
                else:
                    continue
                break
        drawn.sort(key=lambda pair: (pair[1], pair[0].sha256))
        for first, second in zip(drawn[::2], drawn[1::2], strict=True):
            splits = ["dev", "test"]
            rng.shuffle(splits)
            chosen += [(*first, splits[0]), (*second, splits[1])]
    return sorted(chosen, key=lambda row: row[0].article)


def main() -> None:
    """Write the manifest, and the texts for annotators outside the repository."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True, help="folder of <source>.txt.zst files")
    parser.add_argument("--texts", type=Path, help="folder for articles/<id>.txt and articles.tsv")
    parser.add_argument("--manifest", type=Path, default=Path("stance/annotations/gold/corpus_articles.jsonl"))
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--further", default="", help="keep the articles of the manifest, add halves of these names")
    arguments = parser.parse_args()

    avoid = [path.read_text(encoding="utf-8") for path in sorted(Path("stance/annotations/articles").glob("*.txt"))]
    kept = []
    if arguments.further:
        kept = [json.loads(line) for line in arguments.manifest.read_text(encoding="utf-8").splitlines()]
        kept = [row for row in kept if row["seed"] != arguments.seed]
        found, _ = find(arguments.corpus, Counter((row["source"], row["document"]) for row in kept))
        avoid += [document.text for document in found.values()]
    chosen = choose(arguments.corpus, avoid, arguments.seed)
    # A half without a name is not kept.
    named = (
        dict(zip(("dev", "test"), arguments.further.split(","), strict=False))
        if arguments.further
        else {"dev": "dev", "test": "test"}
    )
    rows = kept + [
        {
            "article": d.article,
            "source": d.source,
            "document": d.sha256,
            "split": named[s],
            "topic": t,
            "seed": arguments.seed,
        }
        for d, t, s in chosen
        if s in named
    ]
    if any(a["article"] == b["article"] for a, b in pairwise(rows)):
        raise SystemExit("two documents share the first twelve digits of their hash: choose another seed")
    arguments.manifest.parent.mkdir(parents=True, exist_ok=True)
    arguments.manifest.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    if arguments.texts:
        folder = arguments.texts / "articles"
        folder.mkdir(parents=True, exist_ok=True)
        for document, _, _ in chosen:
            (folder / f"{document.article}.txt").write_bytes(document.text.encode("utf-8"))
        lines = [f"{d.article}\t{d.source}\t{s}\t{t}\t{len(d.text.split())}\n" for d, t, s in chosen]
        header = "article\tsource\tsplit\ttopic\twords\n"
        (arguments.texts / "articles.tsv").write_text(header + "".join(lines), encoding="utf-8")
    print(f"{len(rows)} articles, {dict(Counter(r['split'] for r in rows))}, manifest {arguments.manifest}")


if __name__ == "__main__":
    main()
