"""Find passages of the corpus that may quote somebody on a target, for annotators to read.

Example: ``python scripts/find_quotation_candidates.py --corpus ../shared/corpus --out ../annot/candidates``

Two searches: forces present in or leaving a country (the default target and its neighbours), as wide as keywords allow, and every
target of ``stance/annotations/targets.yaml``, at most ``PER_TARGET`` each. A passage is one to three sentences with a
reporting cue. No more than three passages of a document serve a target, near-identical passages come once, and the articles
that are annotated in full are left out. ``index.jsonl`` keeps document hashes and offsets and ``documents.jsonl`` the documents, to resolve worksheets with; the text files are for
reading only.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from stance.annotations.shipped import reported_documents
from stance.dataset.corpus import NEWS_SOURCES, Document, documents

SEED = 20242
PER_TARGET, PER_DOCUMENT, CHUNK, HELD_OUT = 110, 3, 50, 5
WITHDRAWAL_LIMIT = 2400
MIN_CANDIDATES = 60
MIN_CHARACTERS, MAX_CHARACTERS = 50, 900
# Posts that are themselves statements: no cue is asked for.
STATEMENTS = ("naya_telegram_2026",)
# Share of a passage's word 4-grams that an earlier passage may hold before it counts as the same.
MAX_SEEN = 0.4
TARGETS = Path("stance/annotations/targets.yaml")

_FOLD = str.maketrans("أإآٱىةؤئ", "ااااي" + "هوي", "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670ـ")
_SENTENCE_END = re.compile(r"\n+|(?<=[.!؟?])\s+|(?<=\w{3}[.!؟?])(?=[\"«“\u0621-\u064a])")
# Word starts of reporting verbs and source phrases in folded text, prefixes و and ف allowed.
CUE = re.compile(
    r"(?<!\w)[وف]?(?:"
    r"قال\w{0,3}|[يتن]قول\w{0,3}|قايل\w{0,3}|[يت]?ضيف\w{0,3}|اضاف\w{0,3}|مضيف\w{0,3}|[يتم]?[او]?كد\w{0,3}|تاكيد\w{0,2}|صرح\w{0,3}|مصرح\w{0,2}|تصريح\w{0,4}|"
    r"[يتم]?[او]ضح\w{0,3}|[يتم]?عتبر\w{0,3}|اعتبر\w{0,3}|راي|رات|راوا|[يت]ري|يرون|ذكر\w{0,3}|[يت]ذكر|لفت\w{0,3}|لافت\w{0,2}|اشار\w{0,3}|[يت]شير\w{0,2}|مشير\w{0,3}|"
    r"[يتم]?شدد\w{0,3}|[يتم]?حذر\w{0,3}|تحذير\w{0,2}|دعا|دعت|دعوا|[يت]دعو\w{0,2}|داعي\w{0,2}|دعوه|[يتم]?طالب\w{0,3}|طلب\w{0,2}|رفض\w{0,3}|[يت]رفض\w{0,2}|رافض\w{0,2}|"
    r"نفي|نفت|نفوا|[يت]نفي|نافي\w{0,2}|[يتم]?توقع\w{0,3}|اعلن\w{0,3}|[يتم]علن\w{0,3}|كشف\w{0,3}|[يت]كشف|كاشف\w{0,2}|افاد\w{0,3}|[يتم]فيد\w{0,2}|بحسب|وفقا?|حسب\w{0,3}|نقل\w{0,3}|"
    r"[يتم]?وصف\w{0,3}|واصف\w{0,2}|[يتم]?نتقد\w{0,3}|انتقد\w{0,3}|[يتم]?تهم\w{0,3}|اتهم\w{0,3}|[يتم]?تعهد\w{0,3}|[يتم]?هدد\w{0,3}|نوه\w{0,2}|[يتم]نوه\w{0,2}|اعرب\w{0,3}|[يتم]عرب\w{0,2}|"
    r"عبر|عبرت|معبر\w{0,2}|[يتم]?تساءل\w{0,2}|متسايل\w{0,2}|جدد\w{0,2}|[يتم]جدد\w{0,2}|ادان\w{0,2}|[يت]دين|ندد\w{0,2}|منددا|ابدي|ابدت|مبديا|[يتم]رحب\w{0,2}|رحب\w{0,2}|"
    r"استبعد\w{0,2}|[يتم]ستبعد\w{0,2}|حث|حثت|[يتم]ويد\w{0,3}|ايد\w{0,3}|[يتم]?عارض\w{0,3}|تابع\w{0,2}|اردف\w{0,2}|استطرد\w{0,2}|زعم\w{0,2}|اقر|اقرت|مبين\w{0,2}|بين ان|"
    r"[يتم]?ناشد\w{0,2}|اقترح\w{0,2}|اوصي|اوصت|علق\w{0,2}|معلق\w{0,2}|ابلغ\w{0,2}|اعترف\w{0,2}|وعد|وعدت|اكتفي|استنكر\w{0,2}|احتج\w{0,2}|برر\w{0,2}|دافع\w{0,2}|[يت]امل|اعرب)(?!\w)"
)
# A channel post often has a name and a colon instead of a verb.
COLON = re.compile(r"^[^:]{3,80}[:：]\s")

_NATION = (
    r"(?:ال|لل)?(?:امريكي|اميركي|بريطاني|اجنبي|اطلسي|استرالي|محتل|متعدد|غربي)\w*|(?:ال|لل)?(?:اجانب|امريكان|اميركان|انكليز)|الولايات المتحده|واشنطن|التحالف|الناتو|"
    r"حلف شمال|الاحتلال|بلاده|بلادنا|ايساف"
)
_MILITARY = r"(?:ال|لل)?(?:قوات|قوه|جنود|جندي|قواعد|قاعده|وجود|تواجد|جيش|احتلال|مارينز|وحدات|عسكريين|حضور|انسحاب)(?:ها|هم|نا|ه)?"
# Foreign forces, by name or by an adjective within three words; their presence; the agreements that regulate it.
FORCES = re.compile(
    rf"(?<!\w)[وفبلك]?{_MILITARY}\W+(?:\w+\W+){{0,3}}?(?:{_NATION})(?!\w)"
    rf"|(?:{_NATION})\W+(?:\w+\W+){{0,6}}?(?:قواتها|قواته|قواتهم|قواعدها|جنودها|جنوده|وجودها|الانسحاب|انسحابها|انسحابه)(?!\w)"
    r"|(?<!\w)\w?(?:قواتنا|جنودنا|وجودنا)(?!\w)|التحالف الدولي|القوات المحتله|قوات الاحتلال|الاتفاقيه الامنيه|اتفاقيه وضع القوات|اتفاقيه (?:سحب|انسحاب)|المارينز"
    r"|(?:الانسحاب|سحب القوات|خروج القوات|بقاء القوات) (?:\w+ )?من (?:العراق|افغانستان|سوري)"
)
FOREIGN = re.compile(
    r"امريك|اميرك|الولايات المتحده|واشنطن|بريطان|التحالف|اجنبي|الاجانب|الناتو|الاطلسي|متعدده الجنسي|المارينز|ايساف|الاتفاقيه الامنيه|استراليه"
)
MOVE = re.compile(
    r"(?<!\w)[وفبلك]?(?:ال|لل)?(?:انسحاب|سحب|رحيل|خروج|اخراج|مغادره|جلاء|بقاء|ابقاء|تمديد|طرد|تقليص|خفض|تخفيض|زياده|ارسال|نشر|تعزيز|مقاومه|احتلال|وجود|تواجد|حضور|انهاء|"
    r"استقدام|اغلاق|اقامه|انشاء|تسليم|اعاده|عوده|تحرير|محتل|محتله|جدوله|جدول زمني|استهداف)(?:ها|هم|ه|نا)?(?!\w)"
    r"|(?<!\w)[وفل]?س?[يتن](?:نسحب|رحل|خرج|غادر|بقي|سحب|بقون|غادرون|نسحبون)\w{0,2}(?!\w)|الاتفاقيه الامنيه|انسحب|غادرت|لن تبقي|قواعد عسكريه|قواعد (?:دايمه|امريكيه|اميركيه)"
)
# Outside Iraq and Afghanistan the forces themselves must be called American, British, foreign or NATO's.
FOREIGN_FORCES = re.compile(r"امريك|اميرك|الولايات|بريطان|اجنبي|الناتو|اطلسي|متعدد|التحالف الدولي|المارينز")
WEAK_PLACES = ("iraq", "afghanistan")
# How far, in characters, the word for moving or staying may stand from the forces.
NEAR = 100
# In order of interest: passages are numbered in this order.
PLACES = {
    "iraq": re.compile(r"العراق|عراقي|بغداد|المالكي|الكاظمي|عين الاسد|كردستان|مقتدي|بالعراق"),
    "syria": re.compile(r"سوريا|سوريه|السوري|دمشق|التنف"),
    "afghanistan": re.compile(r"افغان|كابل|كابول|طالبان|ايساف"),
    "gulf": re.compile(
        r"الكويت|(?<!\w)[وبل]?قطر(?!\w)|البحرين|(?:دول|منطقه|مياه|في) الخليج|السعوديه|الامارات|قاعده العديد"
    ),
    "yemen": re.compile(r"اليمن|صنعاء|(?<!\w)عدن(?!\w)"),
    "libya": re.compile(r"ليبيا|الليبي|طرابلس|بنغازي"),
    "elsewhere": re.compile(
        r"لبنان|الصومال|المانيا|اليابان|كوريا|بولندا|النيجر|جيبوتي|باكستان|الاردن|تركيا|انجرليك|كولومبيا|الفلبين|قرغيز|هايتي|الساحل|افريقيا|اسبانيا|استراليا|اوروبا|تونس|المغرب|"
        r"ايران|المنطقه|الشرق الاوسط"
    ),
}
# Israeli troops in Palestinian land and the like are another matter.
OTHER_ARMIES = re.compile(r"اسراييل|صهيوني|الاراضي المحتله|القدس|الثغر|سبته|مليليه|الاثيوبي|التحالف العربي")


def fold(text: str) -> str:
    """Fold spelling variants for searching; offsets do not survive.

    :param text: Any text.
    :return: The text with hamza, ya and ta marbuta folded, diacritics and tatweel gone.
    """
    return text.translate(_FOLD)


@dataclass(slots=True)
class Passage:
    """A candidate passage of a document."""

    document: Document
    start: int
    end: int
    group: str = ""
    words: list[str] = field(default_factory=list)


def sentences(text: str) -> list[tuple[int, int]]:
    """Cut a text into sentences.

    :param text: The document.
    :return: Start and end offsets without surrounding blanks.
    """
    bounds, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        bounds.append((start, match.start()))
        start = match.end()
    bounds.append((start, len(text)))
    return [(a, b) for a, b in bounds if text[a:b].strip()]


def has_cue(folded: str) -> bool:
    """Tell whether a folded sentence reports speech.

    :param folded: The sentence after ``fold``.
    :return: Whether a reporting cue or a name with a colon is in it.
    """
    return CUE.search(folded) is not None or COLON.match(folded) is not None


class Recipe:
    """What to look for: patterns that must all match one passage."""

    def __init__(self, name: str, patterns: list[str]) -> None:
        self.name = name
        self.patterns = [re.compile(pattern) for pattern in patterns]

    def group(self, folded: str, around: str) -> str | None:
        """Tell whether a sentence matches, and which group it belongs to.

        :param folded: The sentence.
        :param around: The sentence with its neighbours and the beginning of the document.
        :return: A group name, or ``None``.
        """
        return self.name if all(p.search(folded) for p in self.patterns) else None


class Withdrawal(Recipe):
    """Foreign forces that stay, leave, come or are asked to; the country may be named nearby."""

    def __init__(self) -> None:
        super().__init__("withdrawal", [])

    def group(self, folded: str, around: str) -> str | None:
        """Tell whether a sentence matches, and which country it is about.

        :param folded: The sentence.
        :param around: The sentence with its neighbours and the beginning of the document.
        :return: The country's group, or ``None``.
        """
        spans = [m.span() for m in FORCES.finditer(folded)]
        moves = [m.span() for m in MOVE.finditer(folded)]
        if not any(a - NEAR <= x and y <= b + NEAR for a, b in spans for x, y in moves):
            return None
        named = any(FOREIGN_FORCES.search(folded[a:b]) for a, b in spans)
        if not FOREIGN.search(around) or (OTHER_ARMIES.search(folded) and not named):
            return None
        for text in (folded, around):
            for place, pattern in PLACES.items():
                if pattern.search(text):
                    return place if named or place in WEAK_PLACES else None
        return None


def _windows(bounds: list[tuple[int, int]], folded: list[str], index: int, need_cue: bool) -> tuple[int, int] | None:
    """Grow a matching sentence until it holds a cue, where one is needed, and is long enough; at most three sentences."""
    first = last = index
    if need_cue and not has_cue(folded[index]):
        if index > 0 and has_cue(folded[index - 1]):
            first -= 1
        elif index + 1 < len(bounds) and has_cue(folded[index + 1]):
            last += 1
        else:
            return None
    if bounds[last][1] - bounds[first][0] < MIN_CHARACTERS and last + 1 < len(bounds):
        last += 1
    start, end = bounds[first][0], bounds[last][1]
    return (start, end) if MIN_CHARACTERS <= end - start <= MAX_CHARACTERS else None


def matches(document: Document, recipes: list[Recipe]) -> Iterator[tuple[str, Passage]]:
    """Find the passages of a document.

    :param document: The document.
    :param recipes: What to look for.
    :yields: The recipe's name and a passage.
    """
    whole = fold(document.text)
    wanted = [r for r in recipes if r.patterns and all(p.search(whole) for p in r.patterns)]
    wanted += [r for r in recipes if not r.patterns and FORCES.search(whole) and FOREIGN.search(whole)]
    if not wanted:
        return
    bounds = sentences(document.text)
    folded = [fold(document.text[a:b]) for a, b in bounds]
    for recipe in wanted:
        end = -1
        for index, text in enumerate(folded):
            around = " ".join([whole[:300], *folded[max(0, index - 1) : index + 2]])
            group = recipe.group(text, around)
            window = _windows(bounds, folded, index, document.source not in STATEMENTS) if group else None
            if window and group and window[0] >= end:
                end = window[1]
                words = fold(document.text[window[0] : window[1]]).split()
                yield recipe.name, Passage(document, *window, group, words)


def _fresh(passage: Passage, seen: set[tuple[str, ...]]) -> bool:
    grams = {tuple(passage.words[i : i + 4]) for i in range(max(1, len(passage.words) - 3))}
    if len(grams & seen) > MAX_SEEN * len(grams):
        return False
    seen |= grams
    return True


def thin(passages: list[Passage], limit: int, rng: random.Random) -> list[Passage]:
    """Choose passages by seed, one source after another so that no source drowns the rest.

    :param passages: All passages found for a target.
    :param limit: How many to keep.
    :param rng: The random generator.
    :return: The chosen passages, near-identical ones once, at most three of a document.
    """
    by_source: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        by_source[passage.document.source].append(passage)
    for bucket in by_source.values():
        rng.shuffle(bucket)
    seen: set[tuple[str, ...]] = set()
    per_document: Counter[str] = Counter()
    chosen: list[Passage] = []
    while len(chosen) < limit and any(by_source.values()):
        for source in sorted(by_source):
            while by_source[source] and len(chosen) < limit:
                passage = by_source[source].pop()
                if per_document[passage.document.sha256] < PER_DOCUMENT and _fresh(passage, seen):
                    per_document[passage.document.sha256] += 1
                    chosen.append(passage)
                    break
    return chosen


def block(name: str, passage: Passage) -> str:
    """Write a passage for an annotator: a sentence before, the passage between marks, a sentence after.

    :param name: The candidate id.
    :param passage: The passage.
    :return: The block of text.
    """
    text = passage.document.text
    bounds = sentences(text)
    before = [text[a:b] for a, b in bounds if b <= passage.start][-1:]
    after = [text[a:b] for a, b in bounds if a >= passage.end][:1]
    lines = [f"## {name}", f"source: {passage.document.source}"]
    lines += [f"before: {s[-400:].strip()}" for s in before]
    lines += [f">>> {text[passage.start : passage.end].strip()} <<<"]
    lines += [f"after: {s[:400].strip()}" for s in after]
    return "\n".join(lines) + "\n\n"


def held_out(identifiers: list[str]) -> list[str]:
    """Draw the targets kept for zero-shot evaluation.

    :param identifiers: The ids of all targets.
    :return: The drawn ids, sorted.
    """
    return sorted(random.Random(SEED).sample(sorted(identifiers), HELD_OUT))


def load_recipes() -> list[Recipe]:
    """Read the recipes.

    :return: The withdrawal search and one recipe a target.
    """
    targets = yaml.safe_load(TARGETS.read_text(encoding="utf-8"))
    return [Withdrawal(), *(Recipe(t["id"], t["search"]) for t in targets if "search" in t)]


def order(chosen: list[Passage], rng: random.Random) -> list[Passage]:
    """Shuffle, then put the countries in order of interest.

    :param chosen: The chosen passages.
    :param rng: The random generator.
    :return: The passages in reading order.
    """
    rng.shuffle(chosen)
    rank = {place: number for number, place in enumerate(PLACES)}
    return sorted(chosen, key=lambda p: rank.get(p.group, 0))


def main() -> None:
    """Search the corpus and write the chunks and the index."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, help="folder of <source>.txt.zst files")
    parser.add_argument("--out", type=Path, help="folder for the chunks and index.jsonl")
    parser.add_argument(
        "--held-out", action="store_true", help="print the targets drawn for zero-shot evaluation and stop"
    )
    arguments = parser.parse_args()
    recipes = load_recipes()
    if arguments.held_out:
        print("\n".join(held_out([r.name for r in recipes if r.name != "withdrawal"])))
        return
    if not arguments.corpus or not arguments.out:
        raise SystemExit("--corpus and --out are needed to search")

    # Articles drawn later, to develop rules on, may hold passages that are labelled here.
    excluded = reported_documents()
    found: dict[str, list[Passage]] = defaultdict(list)
    for source in NEWS_SOURCES:
        for document in documents(arguments.corpus, source):
            if document.sha256 not in excluded:
                for name, passage in matches(document, recipes):
                    found[name].append(passage)

    arguments.out.mkdir(parents=True, exist_ok=True)
    index: list[dict[str, Any]] = []
    kept: dict[str, str] = {}
    for recipe in recipes:
        rng = random.Random(f"{SEED} {recipe.name}")
        limit = WITHDRAWAL_LIMIT if recipe.name == "withdrawal" else PER_TARGET
        chosen = order(thin(found[recipe.name], limit, rng), rng)
        few = " FEW" if len(chosen) < MIN_CANDIDATES else ""
        places = dict(Counter(p.group for p in chosen)) if recipe.name == "withdrawal" else ""
        print(f"{recipe.name}: {len(found[recipe.name])} found, {len(chosen)} kept {places}{few}", flush=True)
        blocks = []
        for number, passage in enumerate(chosen):
            name = f"{recipe.name}-{number:04d}"
            blocks.append(block(name, passage))
            kept[passage.document.sha256] = passage.document.text
            row = {"candidate": name, "target": recipe.name, "group": passage.group, "source": passage.document.source}
            index.append(row | {"document": passage.document.sha256, "start": passage.start, "end": passage.end})
        if recipe.name != "withdrawal":
            (arguments.out / f"{recipe.name}.txt").write_text("".join(blocks), encoding="utf-8")
            continue
        for chunk in range(0, len(blocks), CHUNK):
            path = arguments.out / f"{recipe.name}-{chunk // CHUNK:03d}.txt"
            path.write_text("".join(blocks[chunk : chunk + CHUNK]), encoding="utf-8")
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in index)
    (arguments.out / "index.jsonl").write_text(lines, encoding="utf-8")
    texts = (json.dumps({"document": sha256, "text": text}, ensure_ascii=False) + "\n" for sha256, text in kept.items())
    (arguments.out / "documents.jsonl").write_text("".join(texts), encoding="utf-8")


if __name__ == "__main__":
    main()
