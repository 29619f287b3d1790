"""Worksheets: annotators write words, this module finds their offsets.

An annotator reads an article in numbered segments (``python -m stance.annotations.worksheet show FILE``) and writes one JSON
line a quotation::

    {"article": "003", "segment": 4, "kind": "mixed", "content": "مبررات وجود التحالف … عراق 2014", "cue": "قال",
     "speaker": "محمد شياع السوداني", "speaker_name": "محمد شياع السوداني", "speaker_role": "رئيس الوزراء العراقي",
     "stance": "favor", "clear": true, "note": ""}

``content`` is copied exactly; a long one may be given by its first and last words with `` … `` between them. ``segment`` is the
segment in which the content starts. The cue is looked for around the content and the speaker around the cue, the nearest
occurrence first; ``cue_segment`` and ``speaker_segment`` name the segment where the nearest is not the right one.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stance.schema import Span

ELISION = " … "
# A cue or speaker further than this from what it belongs to needs its segment named.
REACH = 700
# Cues mostly stand before what they introduce: one behind it must be this much nearer to win.
BEHIND = 10
_SEGMENT_END = re.compile(r"\n+|(?<=[.؟!])\s+")


def segments(text: str) -> list[tuple[int, int]]:
    """Cut a text into the segments that annotators see: paragraphs, and sentences within them.

    :param text: The article text.
    :return: Start and end offsets, in order, blank ones left out.
    """
    bounds, start = [], 0
    for match in _SEGMENT_END.finditer(text):
        bounds.append((start, match.start()))
        start = match.end()
    bounds.append((start, len(text)))
    return [(a, b) for a, b in bounds if text[a:b].strip()]


def _occurrences(text: str, needle: str, low: int, high: int) -> Iterator[int]:
    position = text.find(needle, low, high)
    while position >= 0:
        yield position
        position = text.find(needle, position + 1, high)


def _is_word(text: str, start: int, end: int) -> bool:
    # A conjunction written together with its word («وقال») does not make it another word.
    if start > 0 and text[start - 1] in "وف":
        start -= 1
    before = start == 0 or not text[start - 1].isalpha()
    after = end >= len(text) or not text[end].isalpha()
    return before and after


def _nearest(
    text: str, needle: str, around: tuple[int, int], within: tuple[int, int], avoid: Span | None, behind: int
) -> Span:
    """Find the occurrence nearest to ``around``; whole words are preferred, and ``avoid`` is not entered."""
    best: tuple[tuple[bool, int], int] | None = None
    for start in _occurrences(text, needle, *within):
        end = start + len(needle)
        if avoid is not None and start < avoid.end and end > avoid.start:
            continue
        distance = max(around[0] - end, start - around[1] + behind, 0)
        key = (not _is_word(text, start, end), distance)
        if best is None or key < best[0]:
            best = (key, start)
    if best is None:
        raise ValueError(f"'{needle}' was not found near characters {around[0]}–{around[1]}")
    return Span.of(text, best[1], best[1] + len(needle))


def _content(text: str, words: str, low: int, high: int) -> Span:
    head, _, tail = words.partition(ELISION)
    starts = list(_occurrences(text, head, low, high))
    if not starts:
        raise ValueError(f"content starting '{head[:60]}' was not found in its segment")
    if len(starts) > 1 and not _is_word(text, starts[0], starts[0] + len(head)):
        starts = [s for s in starts if _is_word(text, s, s + len(head))] or starts
    start = starts[0]
    if not tail:
        return Span.of(text, start, start + len(head))
    end = text.find(tail, start + len(head))
    if end < 0:
        raise ValueError(f"content ending '{tail[-60:]}' was not found after '{head[:40]}'")
    return Span.of(text, start, end + len(tail))


def resolve(text: str, row: Mapping[str, Any], passage: tuple[int, int] | None = None) -> dict[str, Any]:
    """Turn one worksheet line into an annotation with offsets.

    :param text: The article text, as read from the file.
    :param row: The worksheet line.
    :param passage: Where the content starts, for lines that name a candidate passage instead of a segment.
    :return: The annotation: the keys of ``Quotation.to_dict()`` but ``index``, then ``stance``, ``clear`` and ``note``.
    :raises ValueError: If a segment does not exist or words are not found where they should be.
    """
    cuts = segments(text)

    def segment(key: str) -> tuple[int, int] | None:
        number = row.get(key)
        if number is None:
            return None
        if not 0 <= int(number) < len(cuts):
            raise ValueError(f"{key} {number} does not exist: the article has segments 0–{len(cuts) - 1}")
        return cuts[int(number)]

    home = passage or segment("segment")
    if home is None:
        raise ValueError("a worksheet line needs 'segment', the number of the segment where the content starts")
    content = _content(text, row["content"], home[0], home[1])
    around = (content.start, content.end)

    def mention(key: str, anchor: tuple[int, int]) -> Span | None:
        words = row.get(key)
        if not words:
            return None
        named = segment(f"{key}_segment")
        within = named or (max(0, anchor[0] - REACH), min(len(text), anchor[1] + REACH))
        behind = BEHIND if key == "cue" else 0
        # A source phrase may stand inside the content; only then is the inside searched.
        try:
            return _nearest(text, words, anchor, within, content, behind)
        except ValueError:
            return _nearest(text, words, anchor, within, None, behind)

    cue = mention("cue", around)
    speaker = mention("speaker", (cue.start, cue.end) if cue else around)
    return {
        "article": row["article"],
        "kind": row["kind"],
        **content.to_dict(),
        "cue": cue.to_dict() if cue else None,
        "speaker": speaker.to_dict() if speaker else None,
        "speaker_name": row.get("speaker_name"),
        "speaker_role": row.get("speaker_role"),
        "stance": row.get("stance"),
        "clear": bool(row.get("clear", True)),
        "note": row.get("note") or "",
    }


def read_worksheet(path: Path, texts: Mapping[str, str]) -> tuple[list[dict[str, Any]], list[str]]:
    """Resolve a whole worksheet and collect all problems instead of stopping at the first.

    :param path: A JSON Lines file.
    :param texts: Article texts by article id.
    :return: The annotations in order of article and offset, and one line a problem.
    """
    annotations, problems = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if row["article"] not in texts:
                raise ValueError(f"unknown article '{row['article']}'")
            annotations.append(resolve(texts[row["article"]], row))
        except (ValueError, KeyError) as error:
            problems.append(f"{path.name}:{number}: {error}")
    annotations.sort(key=lambda a: (a["article"], a["start"], a["end"]))
    return annotations, problems


def _main(arguments: list[str]) -> int:
    """Show an article in segments, or check a worksheet: ``show FILE`` and ``check WORKSHEET FOLDER``."""
    out = sys.stdout
    if len(arguments) == 2 and arguments[0] == "show":
        text = Path(arguments[1]).read_bytes().decode("utf-8")
        for number, (start, end) in enumerate(segments(text)):
            out.write(f"[{number}] {text[start:end]}\n")
        return 0
    if len(arguments) == 3 and arguments[0] == "check":
        files = sorted(Path(arguments[2]).glob("*.txt"))
        texts = {f.stem: f.read_bytes().decode("utf-8") for f in files} | {
            f.stem.split("_")[0]: f.read_bytes().decode("utf-8") for f in files
        }
        annotations, problems = read_worksheet(Path(arguments[1]), texts)
        for a in annotations:
            cue = a["cue"]["text"] if a["cue"] else "–"
            speaker = f"{a['speaker']['text']} @{a['speaker']['start']}" if a["speaker"] else "–"
            shown = a["text"] if len(a["text"]) < 90 else a["text"][:45] + " … " + a["text"][-40:]
            out.write(f"{a['article']} {a['start']}-{a['end']} {a['kind']} [{cue}] [{speaker}] {shown}\n")
        out.write("\n".join([*problems, f"{len(annotations)} lines resolved, {len(problems)} problems"]) + "\n")
        return 1 if problems else 0
    sys.stderr.write(f"{_main.__doc__}\n")
    return 2


if __name__ == "__main__":
    raise SystemExit(_main(sys.argv[1:]))
