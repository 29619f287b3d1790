"""Where quotation lines go: JSON Lines, Parquet, the standard output.

A file is written beside its name first: ``NAME.partial`` holds the lines, ``NAME.progress`` says which articles are
finished and where their lines end. When all is done the file takes its name in one step, so a reader never sees half of it.
After a stop, at whatever point, the same run goes on from the last finished article and cuts off what was half written.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType, TracebackType
from typing import IO, Any, Protocol

from stance.schema import STANCES, Article

STDOUT = "-"
_PARQUET_ROWS = 10_000
_SURROGATES = {code: "\ufffd" for code in range(0xD800, 0xE000)}

Row = Mapping[str, Any]


class ResumeError(RuntimeError):
    """What an earlier run left cannot be gone on with; the message says why and what to do."""


class MissingExtra(ImportError):
    """A format needs a package that is not installed; the message says which command installs it."""


class Sink(Protocol):
    """Takes the rows of one article after the other; used in a ``with`` block."""

    def finished(self, article: Article) -> bool:
        """Say whether an earlier run has written this article.

        :param article: The article.
        :return: Whether to leave it out.
        """
        ...

    def write(self, article: Article, rows: Sequence[Row]) -> None:
        """Write all rows of one article.

        :param article: The article, also where it has no rows.
        :param rows: One mapping a quotation.
        """
        ...

    def __enter__(self) -> Sink: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


def json_line(row: Row) -> bytes:
    """Write a row as one line of JSON in UTF-8.

    :param row: A JSON-ready mapping.
    :return: The line with its line feed. A lone surrogate, which UTF-8 cannot hold, makes the line ASCII with escapes.
    """
    try:
        return json.dumps(row, ensure_ascii=False).encode("utf-8") + b"\n"
    except UnicodeEncodeError:
        return json.dumps(row).encode("ascii") + b"\n"


class StreamSink:
    """Writes JSON Lines to a stream as they come, by default to the standard output; nothing can be resumed.

    :param stream: A binary stream.
    """

    def __init__(self, stream: IO[bytes] | None = None) -> None:
        self.stream: IO[bytes] = stream or sys.stdout.buffer

    def finished(self, article: Article) -> bool:
        """Nothing was written before."""
        return False

    def write(self, article: Article, rows: Sequence[Row]) -> None:
        """Write the rows and flush, so that a reader at the other end of a pipe sees every article at once."""
        self.stream.writelines(json_line(row) for row in rows)
        self.stream.flush()

    def __enter__(self) -> StreamSink:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        pass


class FileSink:
    """Writes one file, JSON Lines or (suffix .parquet) Parquet, and goes on where an earlier run with the same settings stopped.

    :param path: The file to end up with; it is replaced when all is written, not before.
    :param settings: What the rows depend on (paths, target, model); an earlier run with others is not gone on with.
    :param restart: Drop what an earlier run left.
    :raises ResumeError: If an earlier run with other settings left something and ``restart`` is not set.
    :raises MissingExtra: If the file is Parquet and pyarrow is not installed.
    """

    def __init__(self, path: str | Path, settings: Mapping[str, Any] | None = None, restart: bool = False) -> None:
        self.path = Path(path)
        self.partial = self.path.with_name(self.path.name + ".partial")
        self.progress = self.path.with_name(self.path.name + ".progress")
        self.done: dict[str, str] = {}
        self.rows = 0
        if self.path.is_dir() or not self.path.parent.is_dir():
            raise FileNotFoundError(f"{self.path} cannot be written: it is a folder, or its folder does not exist")
        if self.path.suffix.lower() == ".parquet":
            _pyarrow()
        if restart:
            self._drop()
        header = {"settings": dict(settings or {})}
        end = self._read_progress(header) if self.progress.exists() else 0
        self._data = self.partial.open("ab")
        self._data.truncate(end)
        self._log = self.progress.open("ab")
        if not self.progress.stat().st_size:
            self._log.write(json_line(header))
            self._log.flush()

    @property
    def files(self) -> tuple[Path, Path, Path]:
        """Every file that this sink writes, to be left out of reading."""
        return self.path, self.partial, self.progress

    def _read_progress(self, header: dict[str, Any]) -> int:
        """Read what is finished; a last line that was cut off does not count and is cut away."""
        raw = self.progress.read_bytes()
        whole = raw[: raw.rfind(b"\n") + 1]
        if len(whole) < len(raw):
            os.truncate(self.progress, len(whole))
        lines = [json.loads(line) for line in whole.splitlines()]
        end = 0
        if lines and lines[0] != json.loads(json_line(header)):
            raise ResumeError(
                f"{self.partial} was begun with other settings ({lines[0].get('settings')}): "
                "run with those to go on, or with --restart to drop it"
            )
        size = self.partial.stat().st_size if self.partial.exists() else 0
        for line in lines[1:]:
            if line["end"] > size:
                raise ResumeError(
                    f"{self.partial} is shorter than {self.progress} says: run with --restart to drop both"
                )
            self.done[line["article"]] = line["sha256"]
            self.rows += line["rows"]
            end = line["end"]
        return end

    def finished(self, article: Article) -> bool:
        """Say whether an earlier run has written this article.

        :param article: The article.
        :return: Whether to leave it out.
        :raises ResumeError: If it was written with another text.
        """
        digest = self.done.get(article.id)
        if digest is not None and digest != _digest(article):
            raise ResumeError(
                f"article {article.id} has changed since {self.partial} was begun: run with --restart to drop it"
            )
        return digest is not None

    def write(self, article: Article, rows: Sequence[Row]) -> None:
        """Write all rows of one article, then note that it is finished: in this order, so that a stop between loses nothing.

        :param article: The article, also where it has no rows.
        :param rows: One mapping a quotation.
        """
        self._data.writelines(json_line(row) for row in rows)
        self._data.flush()
        digest = _digest(article)
        note = {"article": article.id, "sha256": digest, "rows": len(rows), "end": self._data.tell()}
        self._log.write(json_line(note))
        self._log.flush()
        self.done[article.id] = digest
        self.rows += len(rows)

    def _finish(self) -> None:
        if self.path.suffix.lower() == ".parquet":
            whole = self.path.with_name(self.path.name + ".whole")
            _write_parquet(self.partial, whole)
            whole.replace(self.path)
        else:
            self.partial.replace(self.path)
        self._drop()

    def _drop(self) -> None:
        self.partial.unlink(missing_ok=True)
        self.progress.unlink(missing_ok=True)

    def __enter__(self) -> FileSink:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._data.flush()
        os.fsync(self._data.fileno())
        self._data.close()
        self._log.close()
        if kind is None:
            self._finish()


def _digest(article: Article) -> str:
    return hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _pyarrow() -> ModuleType:
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtra("writing Parquet needs pyarrow: run pip install 'arabic-stance[frame]'") from error
    return pyarrow


def _batches(path: Path) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    with path.open("rb") as stream:
        for line in stream:
            # Parquet text is UTF-8: a lone surrogate, escaped in JSON, has no form in it.
            row = json.loads(line)
            batch.append(row if line.find(b"\\ud") < 0 else _without_surrogates(row))
            if len(batch) == _PARQUET_ROWS:
                yield batch
                batch = []
    if batch:
        yield batch


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.translate(_SURROGATES)
    if isinstance(value, dict):
        return {key: _without_surrogates(item) for key, item in value.items()}
    return value


def _write_parquet(source: Path, target: Path) -> None:
    pa = _pyarrow()
    span = pa.struct([("start", pa.int64()), ("end", pa.int64()), ("text", pa.string())])
    fields: Iterable[tuple[str, Any]] = [
        ("article", pa.string()),
        ("index", pa.int64()),
        ("kind", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("text", pa.string()),
        ("cue", span),
        ("speaker", span),
        ("speaker_name", pa.string()),
        ("speaker_role", pa.string()),
        ("target", pa.string()),
        ("stance", pa.string()),
        ("probabilities", pa.struct([(stance, pa.float64()) for stance in STANCES])),
        ("confidence", pa.float64()),
        ("abstained", pa.bool_()),
        ("windows", pa.int64()),
    ]
    schema = pa.schema(list(fields))
    with pa.parquet.ParquetWriter(target, schema) as writer:
        for batch in _batches(source):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))


def open_sink(
    out: str | Path, settings: Mapping[str, Any] | None = None, restart: bool = False
) -> FileSink | StreamSink:
    """Open the sink that a name stands for.

    :param out: ``-`` for the standard output, otherwise a file: .parquet is Parquet, anything else JSON Lines.
    :param settings: See ``FileSink``.
    :param restart: See ``FileSink``.
    :return: The sink, to be used in a ``with`` block.
    """
    return StreamSink() if str(out) == STDOUT else FileSink(out, settings, restart)
