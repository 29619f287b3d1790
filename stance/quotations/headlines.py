"""Headlines: where the page ends and the article begins, and which headlines restate a quotation found below."""

from __future__ import annotations

from stance.quotations.contents import Content
from stance.quotations.tokens import LINE, NUMBER, WORD, Tokens

# Words of a headline that must come back in the quotations below it.
RESTATED = 0.5
MAX_WORDS = 60
# Tokens that a page may say above its article.
MAX_PAGE = 160
# Words of a headline that is repeated above the article.
MIN_REPEATED = 3


def body(tokens: Tokens) -> int:
    """Find the first token of the article below the name of the page, its headline and the time of publication.

    :param tokens: The text.
    :return: A token; 0 where nothing tells the page from the article.
    """
    keys, kinds = tokens.key, tokens.kind
    updated = False
    for k in range(1, min(MAX_PAGE, len(tokens)) - 1):
        updated = updated or (keys[k] == "تحديث" and keys[k - 1] == "اخر")
        if updated and keys[k] == "gmt":
            return _after_dateline(tokens, k) or k + 1 + _repeated(tokens, k + 1)
        if keys[k] == "يوم" and "في" in keys[max(k - 5, 0) : k] and _is_date(tokens, k + 1):
            # «نشر في الصحيفة يوم 25 - 08 - 2012»
            published = any(keys[p].endswith("نشر") for p in range(max(k - 7, 0), k) if kinds[p] == WORD)
            if published and k + 6 < len(tokens):
                return k + 6
    return 0


def _after_dateline(tokens: Tokens, first: int) -> int:
    """Find the token after «دبي (CNN) --», where the article of a page starts; 0 where there is none."""
    keys = tokens.key
    for k in range(first, min(first + MAX_PAGE // 2, len(tokens) - 3)):
        if keys[k] == ")" and keys[k + 1] == "-" and tokens.kind[k - 1] == WORD:
            k += 1
            while k < len(tokens) and keys[k] == "-":
                k += 1
            return k
    return 0


def _is_date(tokens: Tokens, first: int) -> bool:
    kinds = tokens.kind[first : first + 5]
    return (
        len(kinds) == 5
        and all(kind == NUMBER for kind in kinds[::2])
        and all(key in "-/" for key in tokens.key[first + 1 : first + 5 : 2])
    )


def _repeated(tokens: Tokens, first: int) -> int:
    """Count the tokens after the time of publication that repeat a headline above it."""
    longest = 0
    for start in range(first):
        length = 0
        while (
            start + length < first
            and first + length < len(tokens)
            and (tokens.key[start + length] == tokens.key[first + length])
        ):
            length += 1
        longest = max(longest, length)
    return longest if longest >= MIN_REPEATED else 0


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
