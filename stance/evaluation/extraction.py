"""Run the extractor on annotated articles and print how well it does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from stance.annotations.shipped import load_manifest, load_texts, read_jsonl
from stance.dataset.corpus import documents
from stance.evaluation.intervals import RESAMPLES
from stance.evaluation.spans import ExtractionScores, evaluate
from stance.schema import KINDS, Article, Quotation

# The best published English systems, see docs/evaluation.md.
FLOORS = {"f1 ≥ 0.3": 0.84, "f1 ≥ 0.8": 0.76, "direct exact": 0.93, "speaker": 0.87}
Extractor = Callable[[Article], Iterable[Quotation]]


def read_gold(path: str | Path) -> list[dict[str, Any]]:
    """Read annotated quotations from JSON Lines.

    :param path: The file.
    :return: One mapping a line.
    :raises ValueError: If a line is not a quotation; the message names file and line.
    """
    rows = []
    for number, row in read_jsonl(Path(path)):
        absent = {"article", "start", "end", "kind"} - set(row)
        if absent:
            raise ValueError(f"{path}:{number}: an annotated quotation needs {', '.join(sorted(absent))}")
        rows.append(row)
    if not rows:
        raise ValueError(f"{path} holds no annotated quotation")
    return rows


def corpus_texts(rows: Iterable[Mapping[str, Any]], corpus: str | Path) -> dict[str, str]:
    """Find the texts of annotated corpus articles by their hash.

    :param rows: Annotations with ``article``, ``source`` and ``document``.
    :param corpus: Folder of ``<source>.txt.zst`` files.
    :return: Article id → text.
    :raises FileNotFoundError: If a corpus file is missing.
    :raises ValueError: If a document is not in its file.
    """
    wanted: dict[str, dict[str, str]] = {}
    for row in rows:
        wanted.setdefault(row["source"], {})[row["document"]] = row["article"]
    texts = {}
    for source, hashes in wanted.items():
        for document in documents(Path(corpus), source):
            name = hashes.pop(document.sha256, None)
            if name is not None:
                texts[name] = document.text
                if not hashes:
                    break
        if hashes:
            raise ValueError(
                f"'{source}' in {corpus} lacks {len(hashes)} annotated documents, the first {next(iter(hashes))}"
            )
    return texts


def silent_articles(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """List the articles that were annotated with these and hold no quotation: what is found there is spurious.

    :param rows: Annotations.
    :return: ``article``, ``source`` and ``document`` of the other articles of the same part of the manifest.
    """
    manifest = load_manifest()
    known = {row["article"] for row in rows}
    parts = {manifest[name]["split"] for name in known & set(manifest)}
    return [entry for name, entry in manifest.items() if entry["split"] in parts and name not in known]


def gold_texts(rows: Sequence[Mapping[str, Any]], corpus: str | Path | None = None) -> dict[str, str]:
    """Find the text of every annotated article.

    :param rows: Annotations.
    :param corpus: Folder of the corpus, needed where annotations name a ``document``.
    :return: Article id → text.
    :raises ValueError: If a text is nowhere to be found.
    """
    named = {row["article"] for row in rows}
    texts = {key: text for key, text in load_texts().items() if key in named}
    elsewhere = [row for row in rows if row["article"] not in texts and row.get("document")]
    if elsewhere and corpus is None:
        raise ValueError(
            f"the texts of {len({row['article'] for row in elsewhere})} articles are in a corpus: name its folder with --corpus DIR"
        )
    if elsewhere and corpus is not None:
        texts.update(corpus_texts(elsewhere, corpus))
    unknown = sorted({row["article"] for row in rows} - set(texts))
    if unknown:
        raise ValueError(f"no text for article {', '.join(unknown[:5])}: neither shipped nor with a 'document' hash")
    return texts


def print_scores(scores: ExtractionScores, console: Console | None = None) -> None:
    """Print the scores as tables, the published floors beside them.

    :param scores: What ``evaluate`` returned.
    :param console: Where to print.
    """
    console = console or Console()
    table = Table(title=f"Content spans, {scores.articles} articles, 95 % intervals by article bootstrap")
    for column in ("kind", "overlap", "precision", "recall", "F1", "gold", "found", "matched"):
        table.add_column(column, justify="left" if column in ("kind", "overlap") else "right")
    blocks = [("all", scores.content), *((kind, scores.kinds[kind]) for kind in KINDS), ("covered*", scores.covered)]
    for name, block in blocks:
        for threshold, score in block.items():
            shown = "exact" if threshold == "exact" else f"≥ {threshold}"
            cells = [score.precision.percent(), score.recall.percent(), score.f1.percent()]
            table.add_row(name, shown, *cells, str(score.gold), str(score.found), str(score.matched))
        table.add_section()
    console.print(table)
    console.print(
        "A kind's row counts gold and found of that kind only. * share of gold characters covered (Asr et al. 2021)."
    )
    matched = Table(title="On matched quotations")
    matched.add_column("share with the right")
    for threshold in scores.attributes:
        matched.add_column(f"overlap ≥ {threshold}", justify="right")
    labels = {
        "kind": "kind",
        "cue": "cue (overlap ≥ 0.5)",
        "speaker_mention": "speaker mention (overlap ≥ 0.5)",
        "speaker_name": "speaker name  ← headline",
        "speaker_either": "either of the two",
    }
    for attribute, label in labels.items():
        matched.add_row(label, *(scores.attributes[t][attribute].percent() for t in scores.attributes))
    console.print(matched)
    console.print(f"missed at ≥ 0.3: {len(scores.missed)}   spurious: {len(scores.spurious)}")
    reached = {
        "f1 ≥ 0.3": scores.content["0.3"].f1.value,
        "f1 ≥ 0.8": scores.content["0.8"].f1.value,
        "direct exact": scores.kinds["direct"]["exact"].f1.value,
        "speaker": scores.attributes["0.3"]["speaker_name"].value,
    }
    verdicts = (
        f"{n} {100 * reached[n]:.1f} / {100 * f:.0f} {'✓' if reached[n] >= f else '✗'}" for n, f in FLOORS.items()
    )
    console.print("floors: " + "   ".join(verdicts))


def _print_errors(scores: ExtractionScores, texts: Mapping[str, str], console: Console) -> None:
    def show(row: Mapping[str, Any]) -> str:
        words = texts[row["article"]][row["start"] : row["end"]]
        words = words if len(words) < 160 else f"{words[:80]} … {words[-70:]}"
        return f"{row['article']} {row['start']}-{row['end']} {row['kind']} [{row.get('speaker_name') or '–'}] {words}"

    for title, rows in (("missed", scores.missed), ("spurious", scores.spurious)):
        for row in rows:
            console.print(f"{title}: {show(row)}", markup=False, highlight=False, soft_wrap=True)
    for gold, found in scores.wrong_speaker:
        line = f"speaker: gold [{gold.get('speaker_name')}] found [{found.get('speaker_name')}] at {show(found)}"
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def evaluate_extraction(
    gold_path: str | Path,
    corpus: str | Path | None = None,
    *,
    extractor: Extractor | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
    errors: bool = False,
    output: str | Path | None = None,
    console: Console | None = None,
) -> ExtractionScores:
    """Run the extractor on annotated articles, print the scores and return them.

    :param gold_path: Annotated quotations, JSON Lines.
    :param corpus: Folder of ``<source>.txt.zst`` files, for annotations that name documents by hash.
    :param extractor: What to measure; ``stance.extract`` where not given.
    :param resamples: Number of bootstrap resamples of articles.
    :param seed: Seed of the resampling.
    :param errors: Also list every missed and spurious quotation and every wrong speaker.
    :param output: Write the scores to this JSON file as well.
    :param console: Where to print.
    :return: The scores.
    """
    rows = read_gold(gold_path)
    texts = gold_texts([*rows, *silent_articles(rows)], corpus)
    if extractor is None:
        from stance.quotations import extract

        extractor = extract
    found = {name: list(extractor(Article(id=name, text=text))) for name, text in texts.items()}
    scores = evaluate(rows, found, articles=texts, resamples=resamples, seed=seed)
    console = console or Console()
    if errors:
        _print_errors(scores, texts, console)
    print_scores(scores, console)
    if output is not None:
        Path(output).write_text(json.dumps(scores.to_dict(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return scores
