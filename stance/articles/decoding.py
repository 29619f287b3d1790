"""Bytes to text: which encoding a file is in, and a plain reason where none fits.

The text is the file's, code point for code point: line ends (also CRLF) and every invisible character stay. Only a byte
order mark at the very start is left out, because it is the encoding's signature and not text; offsets count from after it.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

# The longer marks first: UTF-32 little endian starts with the mark of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Bytes that no text holds; tab, line feed, vertical tab, form feed, carriage return and escape are let through.
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\x0b\x0c\r\x1b"))
# Scraped text has a stray control character now and then, also NUL; a binary file, and UTF-16, has many.
_MOST_CONTROLS = 0.01
_SAMPLE = 65_536
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")
_TYPOGRAPHIC = re.compile(r"[«»‹›“”„‘’‚…–—·•،؛؟٪×÷°\u00a0\u200c\u200d\u200e\u200f]")
# A file in CP1256 that is Arabic has hardly any other letter above ASCII; UTF-8 or Latin text read as CP1256 has many.
_LEAST_ARABIC = 0.9
# Bytes that merely pair up give characters from all over Unicode; text may have many emoji, but not mostly.
_LEAST_USUAL = 0.6
_DECLARED = re.compile(rb"""(?:charset\s*=\s*|encoding\s*=\s*)["']?\s*([A-Za-z0-9._:-]+)""", re.IGNORECASE)


class Undecodable(ValueError):
    """Bytes that are no text in any of the encodings that are looked for."""


class Decoded(NamedTuple):
    """A text and the encoding that it was in."""

    text: str
    encoding: str


def _fits_utf16(text: str) -> bool:
    """Tell Arabic or ASCII text in UTF-16 without a mark from bytes that merely pair up."""
    usual = sum(1 for c in text if c.isascii() and (c.isprintable() or c.isspace())) + len(_ARABIC.findall(text))
    return usual + len(_TYPOGRAPHIC.findall(text)) >= _LEAST_USUAL * len(text)


def _utf16_without_mark(data: bytes) -> Decoded | None:
    if len(data) % 2:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            sample = data[:_SAMPLE].decode(encoding, "ignore")
            if _fits_utf16(sample):
                return Decoded(data.decode(encoding), encoding)
        except UnicodeDecodeError:
            continue
    return None


def _broken_utf8(data: bytes, error: UnicodeDecodeError) -> bool:
    """Say whether bytes are UTF-8 but for a few places, and so no file in a one-byte encoding."""
    sample = data[max(0, error.start - _SAMPLE) : error.start + _SAMPLE].decode("utf-8", "replace")
    beyond = sum(1 for c in sample if c > "\x7f")
    return sample.count("\ufffd") <= 0.5 * beyond


def _cp1256(data: bytes) -> str | None:
    text = data.decode("cp1256")
    beyond = [c for c in text[:_SAMPLE] if c > "\x7f"] or [c for c in text if c > "\x7f"]
    arabic = sum(1 for c in beyond if _ARABIC.match(c))
    fitting = arabic + sum(1 for c in beyond if _TYPOGRAPHIC.match(c) and not _ARABIC.match(c))
    return text if beyond and arabic >= 0.5 * len(beyond) and fitting >= _LEAST_ARABIC * len(beyond) else None


def decode(data: bytes) -> Decoded:
    """Find the encoding of a text and decode it: a mark first, then UTF-8, UTF-16 and CP1256 by their look.

    :param data: The whole content of a file, or one line of it.
    :return: The text, unnormalised and without its byte order mark, and the name of the encoding.
    :raises Undecodable: If the bytes are binary, or text in no encoding that is known here.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data.decode(encoding), encoding)
            except UnicodeDecodeError as error:
                raise Undecodable(f"starts with the mark of {encoding} but breaks at byte {error.start}") from error
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > _MOST_CONTROLS * len(sample):
        decoded = _utf16_without_mark(data)
        if decoded is None:
            raise Undecodable("is a binary file, not text")
        return decoded
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if _broken_utf8(data, error):
            raise Undecodable(f"is UTF-8 broken at byte {error.start} of {len(data)}") from error
    text = _cp1256(data)
    if text is None:
        raise Undecodable("is neither UTF-8, UTF-16 nor CP1256 text")
    return Decoded(text, "cp1256")


def decode_markup(data: bytes) -> Decoded:
    """Decode HTML or XML: as ``decode`` does, and by the declared charset where the bytes are not UTF-8.

    :param data: The whole content of a file.
    :return: The text and the name of the encoding.
    :raises Undecodable: If neither the declared nor a detected encoding fits.
    """
    try:
        decoded = decode(data)
    except Undecodable:
        decoded = None
    if decoded is not None and decoded.encoding != "cp1256":
        return decoded
    declared = _DECLARED.search(data[:2048])
    if declared is not None:
        name = declared[1].decode("ascii").lower()
        try:
            return Decoded(data.decode(name), codecs.lookup(name).name)
        except (LookupError, ValueError):
            pass
    return decoded or decode(data)
