"""The user's own copy of the corpus: ``<source>.txt.zst`` files, one document a line.

Labels of corpus texts name a source and the SHA-256 of the document; the texts themselves stay where they are.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

# News and channel posts; the encyclopedia, tweets and reader comments in the same folder are not news.
NEWS_SOURCES: tuple[str, ...] = (
    "alkhaleej_sanad",
    "ant_tunisia",
    "arabic_newspapers_corpus",
    "cnn_bbc_arabic_osac",
    "hespress_aljazeera_2022",
    "hespress_stories",
    "nahla_cnn_alj_misbar",
    "naya_telegram_2026",
    "saudinewsnet_2015",
)
_SUFFIX = ".txt.zst"
# The files are compressed with a window of 2^27 bytes.
_MAX_WINDOW = 1 << 27


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the corpus; ``sha256`` is taken over its UTF-8 bytes, the line end left out."""

    source: str
    sha256: str
    text: str

    @property
    def article(self) -> str:
        """The article id: the source and the first twelve hexadecimal digits of the hash."""
        return article_id(self.source, self.sha256)


def article_id(source: str, sha256: str) -> str:
    """Name a corpus document.

    :param source: The stem of the corpus file.
    :param sha256: The document's hash.
    :return: The article id used in annotation files.
    """
    return f"{source}-{sha256[:12]}"


def source_of(path: Path) -> str:
    """Name the source of a corpus file.

    :param path: ``<source>.txt.zst``.
    :return: The source.
    """
    return path.name.removesuffix(_SUFFIX)


def documents(folder: Path, source: str) -> Iterator[Document]:
    """Read one corpus file.

    :param folder: The folder that holds ``<source>.txt.zst``.
    :param source: The stem of the file.
    :yields: The documents in file order, empty lines left out.
    :raises FileNotFoundError: If the folder has no such file.
    :raises ImportError: If zstandard is not installed.
    :raises ValueError: If the file is not Zstandard-compressed UTF-8 text.
    """
    path = folder / f"{source}{_SUFFIX}"
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} does not exist: give the folder of the corpus, which holds one {_SUFFIX} file a source"
        )
    try:
        import zstandard
    except ImportError as error:
        raise ImportError("reading the corpus needs zstandard: pip install 'arabic-stance[train]'") from error
    try:
        with path.open("rb") as file:
            reader = io.BufferedReader(zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW).stream_reader(file))
            for line in reader:
                raw = line.rstrip(b"\n")
                if raw:
                    yield Document(source, hashlib.sha256(raw).hexdigest(), raw.decode("utf-8"))
    except (zstandard.ZstdError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read as Zstandard-compressed UTF-8 text: {error}") from error


def find(folder: Path, wanted: Iterable[tuple[str, str]]) -> tuple[dict[str, Document], list[tuple[str, str]]]:
    """Find documents by hash.

    :param folder: The folder of the corpus.
    :param wanted: Pairs of source and SHA-256.
    :return: The documents found, by hash, and the pairs that were not found (a missing file counts as such).
    """
    pairs = set(wanted)
    found: dict[str, Document] = {}
    for source in sorted({source for source, _ in pairs}):
        missing = {sha256 for s, sha256 in pairs if s == source}
        try:
            for document in documents(folder, source):
                if document.sha256 in missing:
                    found[document.sha256] = document
                    missing.discard(document.sha256)
                if not missing:
                    break
        except FileNotFoundError:
            continue
    return found, sorted((s, h) for s, h in pairs if h not in found)
