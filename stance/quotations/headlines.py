"""Headlines that restate a quotation found below are no quotations of their own."""

from __future__ import annotations

from stance.quotations.contents import Content
from stance.quotations.tokens import LINE, WORD, Tokens

# Words of a headline that must come back in the quotations below it.
RESTATED = 0.5
MAX_WORDS = 60


def restated(tokens: Tokens, contents: list[Content]) -> set[int]:
    """Find quotations of the headline, or of the first sentence in its place, that later quotations restate.

    :param tokens: The text.
    :param contents: Its contents in order.
    :return: Places in ``contents``.
    """
    found = set()
    for place, content in enumerate(contents):
        if content.cue is None or not _may_be_headline(tokens, content):
            continue
        words = _words(tokens, content.first, content.end)
        later = [other for other in contents[place + 1 : place + 41] if other.first > content.first]
        rest: set[str] = set()
        for other in later:
            rest |= _words(tokens, other.first, min(other.end, other.first + 200))
        if words and len(words & rest) >= RESTATED * len(words):
            found.add(place)
    return found


def _may_be_headline(tokens: Tokens, content: Content) -> bool:
    sentence = tokens.sentence(content.cue.token if content.cue else content.first)
    first, end = tokens.sentences[sentence]
    if end - first > 3 * MAX_WORDS:
        return False
    if content.cue is not None and content.cue.opener == "headline":
        return True
    if sentence > 0:
        return False
    ends_line = end < len(tokens) and tokens.kind[end - 1] == LINE
    return ends_line or (end - first <= 22 and end < len(tokens))


def _words(tokens: Tokens, first: int, end: int) -> set[str]:
    words = set()
    for k in range(first, min(end, first + 200)):
        if tokens.kind[k] == WORD and len(tokens.key[k]) > 2:
            word = tokens.key[k]
            if len(word) > 4 and word[0] in "وفبل":
                word = word[1:]
            words.add(word.removeprefix("ال")[:5])
    return words
