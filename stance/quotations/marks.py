"""Pair quotation marks: every opening mark with its own closing mark, even where others are stray or reversed."""

from __future__ import annotations

from dataclasses import dataclass

from stance.quotations.particles import complementiser
from stance.quotations.tokens import JUNK, LINE, MARK, Tokens

_FAMILIES = {
    **dict.fromkeys("«»‹›《》", "guillemet"),
    **dict.fromkeys("“”„‟〝〞″", "curly"),
    **dict.fromkeys(('"', "＂"), "straight"),
    **dict.fromkeys(("''", "``"), "double"),
    **dict.fromkeys("‘’", "single"),
    "'": "apostrophe",
    **dict.fromkeys("{}", "brace"),
}
_OPENING_SHAPES = frozenset("«‹《“„‟〝‘{")
_CLOSING_SHAPES = frozenset("»›》”〞’}″")
# Families whose shape tells opening from closing where the spacing does not.
_SHAPED = frozenset(("guillemet", "curly", "brace", "single"))
_BEFORE_OPENING = frozenset("([{:؛،,-–—ـ/.…") | frozenset("«“„‹")
_AFTER_CLOSING = frozenset(")]}:؛،,.؟?!-–—/…") | frozenset("»”›")
# A pair is given up beyond so many tokens or lines: an unclosed mark must not swallow the rest of the article.
MAX_TOKENS = 700
MAX_LINES = 8
# Straight marks do not show that they are nested: only so near an open one is a second one taken to be inside it.
NESTED = 60


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair of marks, as token numbers; the quoted tokens lie between them."""

    opening: int
    closing: int
    words: int


class Marks:
    """The paired marks of a text."""

    def __init__(self, tokens: Tokens) -> None:
        self.pairs: list[Pair] = []
        # opening token → closing token and back
        self.closes: dict[int, int] = {}
        self.opens: dict[int, int] = {}
        # Opening marks that never close.
        self.stray: set[int] = set()
        # Marks that open a further paragraph of a quotation that is already open.
        self.reopening: set[int] = set()
        words = 0
        self._word_count = [0]
        for kind in tokens.kind:
            words += kind == "word" or kind == "number"
            self._word_count.append(words)
        self._pair(tokens)
        self.pairs.sort(key=lambda pair: pair.opening)
        self.by_opening = {pair.opening: pair for pair in self.pairs}
        # The opening mark of the outermost pair around each token, or -1.
        self.outer = [-1] * (len(tokens) + 1)
        until = -1
        for pair in self.pairs:
            if pair.opening > until:
                until = pair.closing
                self.outer[pair.opening : until + 1] = [pair.opening] * (until + 1 - pair.opening)

    def words(self, first: int, end: int) -> int:
        """Count the words between two tokens.

        :param first: First token.
        :param end: Token after the last.
        :return: How many of them are words or numbers.
        """
        return self._word_count[max(end, first)] - self._word_count[first]

    def _pair(self, tokens: Tokens) -> None:
        open_marks: dict[str, list[int]] = {}
        line = 0
        lines: dict[int, int] = {}
        line_start = True
        for i, kind in enumerate(tokens.kind):
            if kind == LINE:
                line += 1
                line_start = True
                continue
            if kind == MARK:
                family = _FAMILIES[tokens.key[i]]
                stack = open_marks.setdefault(family, [])
                while stack and (i - stack[-1] > MAX_TOKENS or line - lines[stack[-1]] > MAX_LINES):
                    self.stray.add(stack.pop())
                lean = _lean(tokens, i, family)
                if lean == "either" and family == "apostrophe":
                    continue
                backwards = lean == "close" and not stack and family == "straight" and _introduced(tokens, i)
                if lean == "open" or (lean == "either" and not stack) or backwards:
                    self._open(i, family, stack, lines, line, line_start)
                elif stack:
                    self._close(stack.pop(), i)
            elif kind != JUNK:
                line_start = False
                continue
            line_start = False
        for stack in open_marks.values():
            self.stray.update(stack)

    def _open(self, i: int, family: str, stack: list[int], lines: dict[int, int], line: int, line_start: bool) -> None:
        if stack and lines[stack[-1]] != line:
            if line_start:
                self.reopening.add(i)
                return
            self.stray.add(stack.pop())
        elif stack and family not in ("guillemet", "curly") and (i - stack[-1] > NESTED or family != "straight"):
            self.stray.add(stack.pop())
        stack.append(i)
        lines[i] = line

    def _close(self, opening: int, closing: int) -> None:
        words = self.words(opening, closing)
        if words:
            self.closes[opening] = closing
            self.opens[closing] = opening
            self.pairs.append(Pair(opening, closing, words))


def _introduced(tokens: Tokens, i: int) -> bool:
    """«أضاف أن" العمل بدأ"»: a mark that leans on the complementiser or the colon before it opens nevertheless."""
    if i == 0 or not (tokens.key[i - 1] == ":" or complementiser(tokens.key[i - 1]) == ""):
        return False
    following = next((k for k in range(i + 1, min(i + NESTED, len(tokens))) if tokens.kind[k] in (MARK, LINE)), None)
    return following is not None and _lean(tokens, following, "straight") == "close"


def _lean(tokens: Tokens, i: int, family: str) -> str:
    """Tell by spacing, then by shape, whether a mark opens or closes."""
    text, start, end = tokens.text, tokens.start[i], tokens.end[i]
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    may_open = not after.isspace() and after not in _AFTER_CLOSING and (before.isspace() or before in _BEFORE_OPENING)
    may_close = not before.isspace() and before != "ـ" and (after.isspace() or after in _AFTER_CLOSING)
    if tokens.key[i] == "«" or tokens.key[i] == "»":
        may_close = may_close or (not before.isspace() and before == "ـ" and after.isspace())
    if may_open != may_close:
        return "open" if may_open else "close"
    if family in _SHAPED:
        return "open" if tokens.key[i] in _OPENING_SHAPES else "close"
    return "either"
