"""Files, folders and streams to articles: the file's format, its size, its place in a folder."""

from __future__ import annotations

import codecs
import logging
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from stance.articles.decoding import Decoded, Undecodable, decode, decode_markup
from stance.articles.formats import FIELDS, Unreadable, parse_feed, parse_html, parse_json_line
from stance.articles.records import Rejected, RejectedError
from stance.schema import Article

# A news article has some thousand bytes; a file, or a line of JSON Lines, of this size or more is a mistake.
SIZE_LIMIT = 50_000_000
STDIN = "-"
_SUFFIXES = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".xml": "feed",
    ".rss": "feed",
    ".atom": "feed",
    ".rdf": "feed",
}
_logger = logging.getLogger("stance")

OnEncoding = Callable[[str, str], None]


def read_text(data: bytes) -> Decoded:
    """Decode the content of a text file.

    :param data: The content, in UTF-8, UTF-16 or CP1256.
    :return: The text, code point for code point, and the encoding; see ``stance.articles.decoding``.
    :raises Undecodable: If the bytes are no text.
    """
    return decode(data)


class _Reader:
    """One reading: remembers the ids that were given out, so that no two articles share one."""

    def __init__(self, fields: Mapping[str, str] | None, limit: int, on_encoding: OnEncoding | None) -> None:
        self.fields = fields
        self.limit = limit
        self.on_encoding = on_encoding
        self.seen: set[str] = set()

    def article(
        self, fields: Mapping[str, str | None], fallback: str, name: str, line: int | None
    ) -> Article | Rejected:
        text = fields.get("text")
        if not text or not text.strip():
            return Rejected(name, "has no text", line)
        base = fields.get("id") or fallback
        number, identity = 1, base
        while identity in self.seen:
            number += 1
            identity = f"{base}#{number}"
        self.seen.add(identity)
        optional = {key: fields.get(key) or None for key in ("title", "outlet", "published", "url")}
        return Article(id=identity, text=text, **optional)

    def note(self, name: str, encoding: str) -> None:
        _logger.debug("%s: read as %s", name, encoding)
        if self.on_encoding is not None:
            self.on_encoding(name, encoding)

    def file(self, path: Path, identity: str) -> Iterator[Article | Rejected]:
        name = str(path)
        try:
            with path.open("rb") as stream:
                if _SUFFIXES.get(path.suffix.lower()) == "jsonl":
                    yield from self.lines(stream, name, identity)
                else:
                    yield from self.document(stream, name, identity, _SUFFIXES.get(path.suffix.lower()))
        except OSError as error:
            yield Rejected(name, f"cannot be read: {error.strerror or error}")

    def document(self, stream: BinaryIO, name: str, identity: str, kind: str | None) -> Iterator[Article | Rejected]:
        data = stream.read(self.limit)
        if len(data) >= self.limit:
            yield Rejected(name, f"has {self.limit / 1e6:g} MB or more, too large for an article")
            return
        if not data:
            yield Rejected(name, "is empty")
            return
        try:
            kind = kind or _sniff(data)
            if kind == "json":
                raise Unreadable("is a JSON document; write JSON Lines, an article a line, into a .jsonl file")
            decoded = decode(data) if kind == "text" else decode_markup(data)
            self.note(name, decoded.encoding)
            if kind == "feed":
                for number, entry in enumerate(parse_feed(decoded.text), 1):
                    yield self.article(entry, f"{identity}:{number}", name, number)
            elif kind == "html":
                yield self.article(parse_html(decoded.text), identity, name, None)
            else:
                yield self.article({"text": decoded.text}, identity, name, None)
        except (Undecodable, Unreadable) as error:
            yield Rejected(name, str(error))
        except RecursionError:
            yield Rejected(name, "the markup is nested too deeply")

    def lines(self, stream: BufferedReader, name: str, identity: str) -> Iterator[Article | Rejected]:
        """Read JSON Lines without holding the file: the size limit is each line's."""
        told: set[str] = set()
        found = False
        for number, raw in enumerate(_raw_lines(stream, self.limit), 1):
            if raw is not None and not raw.strip():
                continue
            found = True
            if raw is None:
                yield Rejected(name, f"the line has {self.limit / 1e6:g} MB or more, too large for an article", number)
                continue
            try:
                decoded = decode(raw)
                if decoded.encoding not in told and not raw.isascii():
                    told.add(decoded.encoding)
                    self.note(name, decoded.encoding)
                yield self.article(parse_json_line(decoded.text, self.fields), f"{identity}:{number}", name, number)
            except (Undecodable, Unreadable) as error:
                yield Rejected(name, str(error), number)
        if not found:
            yield Rejected(name, "is empty")


def _sniff(data: bytes) -> str:
    """Tell HTML and feeds from plain text where the file's name does not."""
    head = data[:1024].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        return "html"
    feed = (b"<rss", b"<feed", b"<rdf:rdf")
    if head.startswith(feed) or (head.startswith(b"<?xml") and any(mark in head for mark in feed)):
        return "feed"
    return "text"


def _raw_lines(stream: BufferedReader, limit: int) -> Iterator[bytes | None]:
    """Cut a stream at its line feeds; ``None`` stands for a line that reaches the limit.

    UTF-16, whose line feeds are two bytes, is decoded as a whole and so within the limit as a whole.
    """
    if stream.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        data = stream.read(limit)
        if len(data) >= limit:
            yield None
            return
        for text in decode(data).text.split("\n"):
            yield text.encode("utf-16", "surrogatepass") if text.strip() else b""
        return
    while line := stream.readline(limit):
        if len(line) < limit or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(limit)
        yield None


def _files(folder: Path) -> Iterator[Path]:
    """Walk a folder in the order of names; hidden entries and links to other folders are left out."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            if not path.is_symlink():
                yield from _files(path)
        else:
            yield path


def _sources(paths: Iterable[Path], skip: Collection[Path]) -> Iterator[tuple[Path, str] | Rejected]:
    """List files with the ids that their articles get, and what is no file."""
    skipped = {path.resolve() for path in skip}
    for root in paths:
        if str(root) == STDIN:
            yield root, "stdin"
        elif root.is_dir():
            found = False
            for path in _files(root):
                if path.resolve() in skipped:
                    continue
                found = True
                if path.exists() and not path.is_file():
                    yield Rejected(str(path), "is no regular file")
                else:
                    yield path, path.relative_to(root).with_suffix("").as_posix()
            if not found:
                yield Rejected(str(root), "the folder holds no files")
        elif root.exists():
            yield root, root.stem
        elif str(root).startswith(("http:/", "https:/")):
            yield Rejected(str(root), "addresses are not fetched: save the page as HTML and give the file")
        else:
            yield Rejected(str(root), "there is no such file or folder")


def _stdin(reader: _Reader) -> Iterator[Article | Rejected]:
    stream = sys.stdin.buffer
    if isinstance(stream, BufferedReader) and stream.peek(1)[:1] == b"{":
        yield from reader.lines(stream, "stdin", "stdin")
    else:
        yield from reader.document(stream, "stdin", "stdin", None)


def read(
    paths: str | Path | Iterable[str | Path],
    *,
    fields: Mapping[str, str] | None = None,
    strict: bool = False,
    limit: int = SIZE_LIMIT,
    skip: Collection[Path] = (),
    on_encoding: OnEncoding | None = None,
) -> Iterator[Article | Rejected]:
    """Read articles one by one; what cannot be read comes as a ``Rejected`` and the rest goes on.

    Plain text, HTML (.html, .htm, .xhtml), feeds (.xml, .rss, .atom, .rdf) and JSON Lines (.jsonl, .ndjson) are told
    by their suffix, and HTML and feeds also by their first bytes. A folder is read with its subfolders in the order of names.

    An article's id is the file's name without suffix (in a folder, with the path below it), or what the JSON line or feed
    entry calls ``id``; the second article with the same id gets ``#2``. Text is as in the file, see ``decoding``.

    :param paths: A file or folder, or several; ``-`` is the standard input, text or JSON Lines.
    :param fields: For JSON Lines, the names of fields by the article's field, such as ``{"text": "body"}``;
        a dotted name looks inside objects.
    :param strict: Raise at the first rejected input instead of handing it out.
    :param limit: Reject a file, or a line of JSON Lines, with this many bytes or more.
    :param skip: Files in folders to leave out, such as the output of an earlier run.
    :param on_encoding: Called with the file and its encoding, once a file.
    :yield: An article, or an input that was rejected.
    :raises RejectedError: If ``strict`` and an input is rejected.
    :raises ValueError: If ``fields`` names a field that articles do not have.
    """
    unknown = sorted(set(fields or {}) - set(FIELDS))
    if unknown:
        raise ValueError(f"an article has no field {', '.join(unknown)}; it has {', '.join(FIELDS)}")
    roots = [Path(paths)] if isinstance(paths, str | Path) else [Path(path) for path in paths]
    reader = _Reader(fields, limit, on_encoding)
    for source in _sources(roots, skip):
        if isinstance(source, Rejected):
            items: Iterator[Article | Rejected] = iter((source,))
        elif str(source[0]) == STDIN:
            items = _stdin(reader)
        else:
            items = reader.file(*source)
        for item in items:
            if strict and isinstance(item, Rejected):
                raise RejectedError(item)
            yield item
