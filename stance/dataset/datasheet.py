"""The figures that a data set owes its users (Gebru et al. 2021, Datasheets for Datasets), computed from the data.

Counts by class, source, target and annotator; agreement; near-duplicates and leaks; diversity of written and real quotations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stance.annotations.agreement import agreement
from stance.annotations.cli import lines as agreement_lines
from stance.annotations.cli import shipped_pairs
from stance.annotations.rereading import rereadings
from stance.annotations.shipped import CONTRAST, GOLD, load_annotations, load_texts, read_jsonl
from stance.dataset.diversity import diversity, tell_apart
from stance.dataset.loading import load_source
from stance.dataset.overlap import NearDuplicates, duplicate_rate, shared_runs
from stance.dataset.public import NAMES as PUBLIC
from stance.dataset.rows import SPLITS, Loaded, Row
from stance.schema import STANCES

OURS = ("gold", "corpus", "withdrawal", "targets", "written", "written_targets")
REAL, WRITTEN = ("gold", "withdrawal", "targets"), ("written", "written_targets")
_RUN = 8


def collect(benchmarks: Path | None = None, corpus: Path | None = None) -> tuple[dict[str, Loaded], list[str]]:
    """Load every part that is there.

    :param benchmarks: The user's folder of public sets; without it there is no check against them.
    :param corpus: The user's folder of corpus files; without it real quotations have no texts to check.
    :return: Parts by name, and one line for each that is not there.
    """
    parts: dict[str, Loaded] = {}
    absent = []
    for name in (*OURS, *(PUBLIC if benchmarks else ())):
        try:
            parts[name] = load_source(name, benchmarks, corpus)
        except (FileNotFoundError, ValueError) as error:
            absent.append(f"{name}: {error}")
    if not benchmarks:
        absent.append("public sets: not checked against, give --benchmarks DIR")
    return parts, absent


def counts(rows: Sequence[Row]) -> dict[str, Any]:
    """Count rows by class, split of the class, kind, clarity and target.

    :param rows: Rows of one part.
    :return: Counts.
    """
    targets: dict[str, Counter[str]] = {}
    for row in rows:
        targets.setdefault(row["target"], Counter())[row["stance"]] += 1
    return {
        "rows": len(rows),
        "articles": len({row["article"] for row in rows if row["article"]}),
        "stance": {stance: sum(row["stance"] == stance for row in rows) for stance in STANCES},
        "kind": dict(Counter(str(row["kind"]) for row in rows)),
        "unclear": sum(row["clear"] is False for row in rows),
        "targets": {
            target: {stance: number[stance] for stance in STANCES}
            for target, number in sorted(targets.items(), key=lambda item: -item[1].total())
        },
    }


def annotators(folder: Path = GOLD) -> dict[str, dict[str, int]]:
    """Count labels by file and annotator.

    :param folder: Where annotation files lie.
    :return: File → annotator → labels.
    """
    found = {}
    for path in sorted(folder.glob("*.jsonl")):
        number = Counter(row["annotator"] for _, row in read_jsonl(path) if "annotator" in row)
        if number:
            found[path.stem] = dict(number)
    return found


def contrast_texts(folder: Path = CONTRAST) -> dict[str, list[str]]:
    """Read the quotations of the contrast sets.

    :param folder: Where they lie.
    :return: Set → texts; empty where there are none.
    """
    return {
        path.stem: [row["quotation"] for row in load_annotations(path.stem, folder) if row.get("quotation")]
        for path in sorted(folder.glob("*.jsonl"))
    }


def leaks(parts: Mapping[str, Loaded]) -> list[dict[str, Any]]:
    """Find quotations of our parts that are nearly the same as others, and such as share a run of words with the five articles.

    :param parts: Parts by name.
    :return: One mapping a pair of pools with at least one hit: pools, number of quotations, example ids.
    """
    pools: dict[str, list[Row]] = {}
    for name, loaded in parts.items():
        for split in SPLITS:
            if loaded.splits.get(split):
                pools[f"{name}/{split}"] = loaded.splits[split]
    found = []
    names = list(pools)
    indexes = {name: NearDuplicates(row["quotation"] for row in pools[name]) for name in names}
    ours = [name for name in names if name.split("/")[0] in OURS]
    for position, first in enumerate(names):
        for second in names[position + 1 :]:
            if first not in ours and second not in ours:
                continue
            small, large = (first, second) if len(pools[first]) <= len(pools[second]) else (second, first)
            pairs = indexes[large].find(row["quotation"] for row in pools[small])
            if pairs:
                examples = [f"{pools[small][i]['id']} ~ {pools[large][j]['id']} ({s:.2f})" for i, j, s in pairs[:3]]
                found.append(
                    {"a": small, "b": large, "quotations": len({i for i, _, _ in pairs}), "examples": examples}
                )
    five = list(load_texts().values())
    for name in ours:
        if not name.startswith("gold"):
            hits = shared_runs([row["quotation"] for row in pools[name]], five, _RUN)
            if hits:
                examples = [pools[name][i]["id"] for i in hits[:3]]
                found.append(
                    {"a": name, "b": f"five articles ({_RUN} words)", "quotations": len(hits), "examples": examples}
                )
    return found


def datasheet(benchmarks: Path | None = None, corpus: Path | None = None) -> dict[str, Any]:
    """Compute all figures.

    :param benchmarks: The user's folder of public sets.
    :param corpus: The user's folder of corpus files.
    :return: A JSON-ready mapping.
    """
    parts, absent = collect(benchmarks, corpus)
    ours = {name: parts[name] for name in OURS if name in parts}
    pools = {"real": REAL, "written": WRITTEN}
    texts = {k: [row["quotation"] for n in names if n in ours for row in ours[n].rows] for k, names in pools.items()}
    words = {name: sum(len(text.split()) for text in pool) for name, pool in texts.items()}
    size = min((number for number in words.values() if number), default=0)
    sheet: dict[str, Any] = {
        "absent": absent,
        "missing_documents": {name: list(map(str, loaded.missing)) for name, loaded in ours.items() if loaded.missing},
        "parts": {
            name: {split: counts(rows) for split, rows in loaded.splits.items() if rows}
            for name, loaded in ours.items()
        },
        "annotators": annotators(),
        "agreement": {name: _agreement(a, b).to_dict() for name, a, b in shipped_pairs(GOLD)},
        "rereadings": [reread.to_dict() for reread in rereadings()],
        "near_duplicates": {
            # A quotation that is asked about a second target counts once.
            name: duplicate_rate(list(dict.fromkeys(row["quotation"] for row in part.rows)))
            for name, part in ours.items()
        },
        "contrast": {name: len(items) for name, items in contrast_texts().items()},
        "leaks": leaks(parts),
        "diversity": {name: diversity(pool, size).to_dict() for name, pool in texts.items() if len(pool) >= 10},
    }
    if all(len(pool) >= 10 for pool in texts.values()):
        sheet["written_or_real"] = tell_apart(texts["written"], texts["real"])
    return sheet


def _agreement(first: Path, second: Path) -> Any:
    return agreement((row for _, row in read_jsonl(first)), (row for _, row in read_jsonl(second)))


def _counts_table(sheet: Mapping[str, Any]) -> list[str]:
    lines = [
        "| part | split | rows | articles | favor | against | none | unclear |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, splits in sheet["parts"].items():
        for split, number in splits.items():
            stances = " | ".join(str(number["stance"][stance]) for stance in STANCES)
            cells = f"{number['rows']} | {number['articles']} | {stances} | {number['unclear']}"
            lines.append(f"| {name} | {split} | {cells} |")
    return lines


def _targets_table(sheet: Mapping[str, Any]) -> list[str]:
    total: dict[str, Counter[str]] = {}
    for splits in sheet["parts"].values():
        for number in splits.values():
            for target, stances in number["targets"].items():
                total.setdefault(target, Counter()).update(stances)
    lines = ["| target | favor | against | none |", "|---|---|---|---|"]
    for target, stances in sorted(total.items(), key=lambda item: -item[1].total()):
        lines.append(f"| {target} | " + " | ".join(str(stances[stance]) for stance in STANCES) + " |")
    return lines


def markdown(sheet: Mapping[str, Any]) -> str:
    """Write the datasheet as Markdown.

    :param sheet: What ``datasheet`` returned.
    :return: The page.
    """
    lines = [
        "# Datasheet",
        "",
        "Generated by `python scripts/datasheet.py`; every figure is computed from the data.",
        "",
    ]
    lines += ["## Counts", *_counts_table(sheet), "", *_targets_table(sheet), "", "Labels by annotator:", ""]
    for name, number in sheet["annotators"].items():
        lines.append(f"- {name}: " + ", ".join(f"{who} {count}" for who, count in number.items()))
    lines += [f"- contrast set {name}: {number} items" for name, number in sheet["contrast"].items()]
    lines += ["", "## Agreement of two annotators", "```"]
    for name, first, second in shipped_pairs(GOLD):
        lines += agreement_lines(name, _agreement(first, second))
    lines += ["```", "", "## Labels read a second time, blind", ""]
    lines += [f"- {reread}" for reread in rereadings()]
    lines += ["", "## Near-duplicates among different texts (character 5-gram Jaccard > 0.6)", ""]
    lines += [f"- {name}: {100 * rate:.2f} %" for name, rate in sheet["near_duplicates"].items()]
    lines += ["", "## The same quotation in two places", ""]
    lines += [f"- {x['a']} and {x['b']}: {x['quotations']} ({'; '.join(x['examples'])})" for x in sheet["leaks"]] or [
        "None."
    ]
    lines += ["", "## Diversity, samples of the same number of words", ""]
    lines += ["| part | texts | words | trigram bits a word | distinct 1 | 2 | 3 |", "|---|---|---|---|---|---|---|"]
    for name, d in sheet["diversity"].items():
        distinct = " | ".join(f"{d[f'distinct_{n}']:.3f}" for n in (1, 2, 3))
        lines.append(f"| {name} | {d['texts']} | {d['words']} | {d['bits_per_word']:.2f} | {distinct} |")
    if told := sheet.get("written_or_real"):
        sides = [f"{side}: {', '.join(repr(gram) for gram in told[side])}" for side in ("written", "real")]
        lines += ["", f"Written or real, by character n-grams: AUC {told['auc']:.3f}, accuracy {told['accuracy']:.3f}."]
        lines += ["What gives them away:", "", *(f"- {side}" for side in sides)]
    if sheet["absent"] or sheet["missing_documents"]:
        lines += ["", "## Not counted here", "", *(f"- {line}" for line in sheet["absent"])]
        lines += [f"- {name}: {len(gone)} documents not found" for name, gone in sheet["missing_documents"].items()]
    return "\n".join(lines) + "\n"
