"""Quotations in Arabic news: what is said, how it is introduced, and who says it."""

from __future__ import annotations

from stance.quotations.contents import Content, ContentFinder
from stance.quotations.cues import Cue, CueFinder
from stance.quotations.headlines import body, restated
from stance.quotations.lexicon import load
from stance.quotations.marks import Marks
from stance.quotations.names import NameResolver
from stance.quotations.speakers import Mention, SpeakerFinder
from stance.quotations.tokens import WORD, Tokens
from stance.schema import Article, Quotation, Span

__all__ = ["extract"]


def extract(text_or_article: str | Article) -> list[Quotation]:
    """Find every quotation in an Arabic news text, with its cue and its speaker.

    The cost grows linearly with the length of the text. A text without Arabic quotations gives an empty list.

    :param text_or_article: An article, or its text alone (its quotations then belong to the article ``""``).
    :return: The quotations in order of their content.
    :raises TypeError: If the argument is neither text nor an article.
    """
    if isinstance(text_or_article, Article):
        name, text = text_or_article.id, text_or_article.text
    elif isinstance(text_or_article, str):
        name, text = "", text_or_article
    else:
        raise TypeError(f"extract needs a text or an Article, got {type(text_or_article).__name__}")
    lexicon = load()
    tokens = Tokens(text)
    marks = Marks(tokens)
    tokens.body = body(tokens)
    tokens.split_sentences(marks.closes)
    finder = CueFinder(tokens, marks, lexicon)
    cues = finder.find()
    contents = ContentFinder(tokens, marks, lexicon, cues).find()
    speakers = SpeakerFinder(tokens, marks, lexicon, finder.phrases)
    mentions = speakers.find(contents, cues)
    dropped = restated(tokens, contents)
    dropped.update(
        place for place, content in enumerate(contents) if not mentions[place] and _needs_speaker(tokens, content)
    )
    dropped.update(_nested_without_source(contents, mentions))
    dropped.update(_passed_on(contents, mentions, speakers))
    kept = [place for place in range(len(contents)) if place not in dropped]
    contents, mentions = [contents[place] for place in kept], [mentions[place] for place in kept]
    resolver = NameResolver(tokens, speakers.reader, mentions)
    return [
        _quotation(name, index, tokens, content, mention, resolver)
        for index, (content, mention) in enumerate(zip(contents, mentions, strict=True))
    ]


def _nested_without_source(contents: list[Content], mentions: list[Mention | None]) -> set[int]:
    """Find statements inside a statement whose source is not named there: they go on speaking for the outer source."""
    found = set()
    enclosing: list[Content] = []
    for place, content in enumerate(contents):
        while enclosing and enclosing[-1].end <= content.first:
            enclosing.pop()
        mention = mentions[place]
        if enclosing and content.end <= enclosing[-1].end:
            outer = enclosing[-1]
            inside = content.cue is not None and content.cue.token >= outer.first
            if inside and (mention is None or mention.phrase.first < outer.first):
                found.add(place)
                continue
        enclosing.append(content)
    return found


def _passed_on(contents: list[Content], mentions: list[Mention | None], speakers: SpeakerFinder) -> set[int]:
    """Find statements of an outlet that are nothing but somebody's words: «ذكرت الصحيفة أن الوزير قال إن …»."""
    found = set()
    for place, (outer, inner) in enumerate(zip(contents, contents[1:], strict=False)):
        mention = mentions[place]
        if mention is None or inner.end != outer.end or inner.cue is None or inner.cue.token < outer.first:
            continue
        own = mentions[place + 1]
        person = own is not None and outer.first == own.phrase.first and inner.cue.opener == "clause"
        if person and speakers.is_outlet(mention):
            found.add(place)
    return found


_ADJACENT = 2


def _needs_speaker(tokens: Tokens, content: Content) -> bool:
    """A verb without a conjunction that has no source is passive or somebody's thought: «تتهم بالسعي»."""
    cue = content.cue
    if cue is None or cue.form is None:
        return False
    if cue.form.verb.category == "document":
        return False
    if cue.token > 0 and tokens.key[cue.token - 1] == "ان":
        # «سبق للوزير أن دعا»: the source stands before.
        return False
    if cue.token > 0 and tokens.key[cue.token - 1] in load().sets["relatives"]:
        return cue.opener != "marks"
    if cue.form.verb.category == "say" and cue.form.part == "past" and cue.opener == "clause":
        # «الوزير، وهو يغادر، أكد أن»: only a source too far away to be found leaves the clause right after its verb.
        return cue.opening - cue.token > _ADJACENT
    return cue.form.part in ("past", "present") and not cue.form.prefix and cue.opener in ("clause", "noun")


def _quotation(
    article: str, index: int, tokens: Tokens, content: Content, mention: Mention | None, resolver: NameResolver
) -> Quotation:
    speaker = full_name = role = None
    if mention:
        phrase = mention.phrase
        speaker = Span.of(tokens.text, tokens.start[phrase.first] + phrase.prefix, tokens.end[phrase.end - 1])
        full_name, role = resolver.resolve(mention)
    return Quotation(
        article=article,
        index=index,
        kind=content.kind,
        content=Span.of(tokens.text, _content_start(tokens, content), tokens.end[content.end - 1]),
        cue=_cue_span(tokens, content.cue),
        speaker=speaker,
        speaker_name=full_name,
        speaker_role=role,
    )


def _content_start(tokens: Tokens, content: Content) -> int:
    """Leave out the conjunction that joins a whole sentence to the one before it: «وتراجع النمو، بحسب البنك»."""
    start = tokens.start[content.first]
    if content.cue is None or content.cue.opener != "source" or content.cue.token < content.first:
        return start
    word = tokens.key[content.first]
    joined = word[0] == "و" and len(word) > 2 and tokens.text[start] == "و" and tokens.kind[content.first] == WORD
    return start + 1 if joined and word not in load().sets["waw_words"] else start


def _cue_span(tokens: Tokens, cue: Cue | None) -> Span | None:
    """The cue without its conjunction, with the preposition or the relative verb that belongs to it."""
    if cue is None or cue.form is None:
        return None
    start = tokens.start[cue.token] + cue.form.prefix
    last = cue.token
    if cue.form.part == "source":
        last = cue.end - 1
        lexicon = load()
        if (
            last + 2 < len(tokens)
            and tokens.key[last + 1] in ("ما", "لما")
            and lexicon.form_with_object(tokens.key[last + 2])
        ):
            last += 2
    elif cue.token + 1 < len(tokens) and tokens.key[cue.token + 1] == "الي":
        last += 1
    return Span.of(tokens.text, start, tokens.end[last])
