"""The files of a benchmark: found in the user's folder, or fetched once into the cache; checked by hash either way."""

from __future__ import annotations

import hashlib
import os
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from stance.benchmarks.card import Card, DataFile

TIMEOUT = 60


class DataError(ValueError):
    """Benchmark data are missing or wrong; the message names the file and, where there is one, the row."""


def cache_folder() -> Path:
    """Name the folder that downloads are kept in: ``$STANCE_CACHE``, or ``stance`` in the user's cache.

    :return: The folder, which need not exist.
    """
    if os.environ.get("STANCE_CACHE"):
        return Path(os.environ["STANCE_CACHE"])
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stance"


def sha256(path: Path) -> str:
    """Hash a file.

    :param path: The file.
    :return: Its SHA-256 in hexadecimal.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it.

    :param path: Where to.
    :param content: What.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _download(card: Card, file: DataFile, path: Path) -> None:
    if card.source.url is None:
        raise DataError(
            f"{card.name}: {path} is missing and is not fetched; get it from {card.source.repository} "
            f"and put it into DIR/{card.name}/ with --data DIR"
        )
    url = card.source.url.format(path=urllib.parse.quote(file.remote or file.path))
    if not url.startswith("https://"):
        raise DataError(f"{card.name}: {url} is not https, so {file.path} is not fetched")
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
            content = answer.read()
    except (urllib.error.URLError, TimeoutError) as error:
        raise DataError(
            f"{card.name}: {url} could not be fetched ({error}); get the file from {card.source.repository} "
            f"and put it into DIR/{card.name}/ with --data DIR"
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if file.sha256 and found != file.sha256:
        raise DataError(
            f"{url}: sha256 is {found}, the card says {file.sha256}; the source has changed, nothing was kept"
        )
    write_atomically(path, content)


def locate(card: Card, data: str | Path | None = None, download: bool = True) -> dict[str, Path]:
    """Find every file of a benchmark and check it.

    Looked for in ``data/<name>/``, then beside the card, then in the cache.

    :param card: The card.
    :param data: The user's folder of benchmarks.
    :param download: Whether missing files may be fetched into the cache.
    :return: Path in the card → path on disk.
    :raises DataError: If a file is missing or its hash is wrong.
    """
    homes = [Path(data) / card.name] if data is not None else []
    homes += [card.folder, cache_folder() / "benchmarks" / card.name]
    paths = {}
    for file in card.all_files:
        path = next((home / file.path for home in homes if (home / file.path).is_file()), None)
        if path is None:
            path = homes[-1] / file.path
            if not download:
                places = ", ".join(str(home) for home in homes)
                raise DataError(f"{card.name}: {file.path} is missing (looked in {places})")
            _download(card, file, path)
        if file.sha256 and (found := sha256(path)) != file.sha256:
            raise DataError(
                f"{path}: sha256 is {found}, the card of {card.name} says {file.sha256}; "
                f"this is another version of the file: scores on it would not be comparable"
            )
        paths[file.path] = path
    return paths
