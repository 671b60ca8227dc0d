"""What a file is, told by its content alone; and everything that is wrong with one that is brought.

The name says nothing here but how its ending will be opened. An archive's directory is read, its
contents never are.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from regbook.errors import Problem
from regbook.rules import texts

MB = 1_048_576
LARGEST = 20
"""Megabytes that a file may have where its field says nothing else (``x-max-size``)."""
LONGEST_NAME = 200

MOST_MEMBERS = 10_000
MOST_DIRECTORY = 4 * MB
MOST_UNPACKED = 2_048 * MB
MOST_RATIO = 200
"""What an archive may promise: more is a bomb for whoever unpacks it."""


@dataclass(frozen=True, slots=True)
class Medium:
    """A type of content: the endings that open it, and what a browser is told."""

    endings: tuple[str, ...]
    media: str
    archive: bool = False


BYTES = "application/octet-stream"
_OFFICE = "application/vnd.openxmlformats-officedocument"

PDF = Medium(("pdf",), "application/pdf")
ZIP = Medium(("zip",), "application/zip", archive=True)
TEXT = Medium(("txt", "csv", "md", "log", "json", "ics", "tsv"), "text/plain; charset=utf-8")
OTHER_TEXT = Medium(TEXT.endings, "text/plain")
XML = Medium(("xml",), BYTES)
SVG = Medium(("svg",), BYTES)
HTML = Medium(("html", "htm"), BYTES)
"""What a browser could run is told to be bytes, even as a download."""

_SIGNED: tuple[tuple[int, bytes, Medium], ...] = (
    (0, b"%PDF-", PDF),
    (0, b"\x89PNG\r\n\x1a\n", Medium(("png",), "image/png")),
    (0, b"\xff\xd8\xff", Medium(("jpg", "jpeg"), "image/jpeg")),
    (0, b"GIF87a", Medium(("gif",), "image/gif")),
    (0, b"GIF89a", Medium(("gif",), "image/gif")),
    (0, b"II*\x00", Medium(("tif", "tiff"), "image/tiff")),
    (0, b"MM\x00*", Medium(("tif", "tiff"), "image/tiff")),
    (8, b"WEBP", Medium(("webp",), "image/webp")),
    (8, b"WAVE", Medium(("wav",), "audio/wav")),
    (0, b"{\\rtf", Medium(("rtf",), "application/rtf")),
    (0, b"Rar!\x1a\x07", Medium(("rar",), "application/vnd.rar", archive=True)),
    (0, b"7z\xbc\xaf\x27\x1c", Medium(("7z",), "application/x-7z-compressed", archive=True)),
    (0, b"ID3", Medium(("mp3",), "audio/mpeg")),
    (0, b"\xff\xfb", Medium(("mp3",), "audio/mpeg")),
    (0, b"\xff\xf3", Medium(("mp3",), "audio/mpeg")),
    (0, b"#!AMR", Medium(("amr",), "audio/amr")),
)
_BITMAP = Medium(("bmp",), "image/bmp")
_BRANDS: Mapping[bytes, Medium] = {
    **dict.fromkeys((b"heic", b"heix", b"mif1", b"msf1"), Medium(("heic", "heif"), "image/heic")),
    **dict.fromkeys((b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"M4V "), Medium(("mp4",), "video/mp4")),
    b"M4A ": Medium(("m4a",), "audio/mp4"),
    b"qt  ": Medium(("mov",), "video/quicktime"),
}
"""What stands after ``ftyp`` in the containers of Apple's and the MPEG's kind."""
_COMPOUND: tuple[tuple[str, Medium], ...] = (
    ("__substg1.0_", Medium(("msg",), "application/vnd.ms-outlook")),
    ("WordDocument", Medium(("doc", "wps"), "application/msword")),
    ("PowerPoint Document", Medium(("ppt", "dps"), "application/vnd.ms-powerpoint")),
    ("Workbook", Medium(("xls", "et"), "application/vnd.ms-excel")),
    ("Book", Medium(("xls", "et"), "application/vnd.ms-excel")),
)
"""The stream by which a compound file of the old office programs is known."""
_PACKED: tuple[tuple[str, Medium], ...] = (
    ("word/document.xml", Medium(("docx",), f"{_OFFICE}.wordprocessingml.document")),
    ("xl/workbook.xml", Medium(("xlsx",), f"{_OFFICE}.spreadsheetml.sheet")),
    ("ppt/presentation.xml", Medium(("pptx",), f"{_OFFICE}.presentationml.presentation")),
    ("OFD.xml", Medium(("ofd",), "application/ofd")),
    ("META-INF/manifest.xml", Medium(("odt", "ods", "odp"), "application/vnd.oasis.opendocument")),
    ("META-INF/MANIFEST.MF", Medium(("jar",), BYTES)),
    ("AndroidManifest.xml", Medium(("apk",), BYTES)),
)
"""The member by which a document that is an archive inside is known."""

_MEDIA = (
    *(medium for _, _, medium in _SIGNED),
    *(medium for _, medium in (*_COMPOUND, *_PACKED)),
    *_BRANDS.values(),
    *(_BITMAP, ZIP, TEXT, XML, SVG, HTML),
)
ENDINGS = frozenset(ending for medium in _MEDIA for ending in medium.endings)
"""Every ending that a field may accept."""
ACCEPTED = ENDINGS - {"html", "htm", "svg", "xml", "jar", "apk", "msg"}
"""What a field accepts that does not say: documents, pictures, sound, film and archives."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKUP = re.compile(r"\s*<[!?a-z]", re.I)
_ACTIVE = re.compile(r"<(svg|!doctype\s+html|html|head|body|script|iframe|img|meta|object|embed)\b", re.I)
_SNIFFED = 4_096
_SEPARATORS = re.compile(r"[/\\]")


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one field takes: the endings, and the most bytes of a file."""

    endings: frozenset[str]
    most: int


def allowance(field_schema: Mapping[str, Any], office_most: int) -> Allowance:
    """What a file field takes, within what the office takes (``office_most`` in megabytes)."""
    item = field_schema.get("items", {})
    endings = field_schema.get("x-accept") or item.get("x-accept") or ACCEPTED
    most = min(field_schema.get("x-max-size", LARGEST), office_most)
    return Allowance(frozenset(endings), most * MB)


def medium_of(content: bytes) -> Medium | None:
    """The type of a content, or None when it is of no type that is known."""
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        streams = ((name.encode("utf-16-le"), medium) for name, medium in _COMPOUND)
        return next((medium for name, medium in streams if name in content), None)
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12])
    if content[:2] == b"BM" and content[6:10] == bytes(4):
        return _BITMAP
    for at, sign, medium in _SIGNED:
        if content[at : at + len(sign)] == sign and (at == 0 or content[:4] == b"RIFF"):
            return medium
    return _written(content)


def _packed(content: bytes) -> Medium | None:
    names = {each.filename for each in members(content) or ()}
    return next((medium for name, medium in _PACKED if name in names), ZIP)


def members(content: bytes) -> list[zipfile.ZipInfo] | None:
    """What a zip archive's directory lists; None when it cannot be read or is out of all proportion."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 66_000))
    if end < 0 or int.from_bytes(content[end + 12 : end + 16], "little") > MOST_DIRECTORY:
        return None
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        return None


def _written(content: bytes) -> Medium | None:
    """The type of a text: nothing but characters, in an encoding that office programs write."""
    for encoding, medium in (("utf-8-sig", TEXT), ("utf-16", OTHER_TEXT), ("gb18030", OTHER_TEXT)):
        if encoding == "utf-16" and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            return None
        return _marked_up(text[:_SNIFFED]) or medium
    return None


def _marked_up(text: str) -> Medium | None:
    """HTML, SVG or XML where the text begins as such; what a browser would run is never taken for XML."""
    if not _MARKUP.match(text):
        return None
    found = _ACTIVE.search(text)
    if found:
        return SVG if found[1].lower() == "svg" else HTML
    return XML


def file_name(name: str) -> str:
    """The name as it is kept: NFC, without blanks around it."""
    return texts.one_line(name)


def file_problems(name: str, content: bytes, allowed: Allowance, path: str) -> Iterator[Problem]:
    """Everything that is wrong with a file that somebody brings, at the path of its field."""
    said = {"name": name[:80] if texts.forbidden_in_line(name) is None else ""}
    if not name or len(name) > LONGEST_NAME or _SEPARATORS.search(name) or name.startswith("."):
        yield Problem(path, "file-name", {**said, "most": LONGEST_NAME})
    elif bad := texts.forbidden_in_line(name):
        yield Problem(path, "file-name-character", {"character": bad})
    if not content:
        yield Problem(path, "file-empty", said)
        return
    if len(content) > allowed.most:
        yield Problem(path, "file-too-big", {**said, "most": allowed.most // MB})
        return
    yield from _type_problems(name, content, allowed, path, said)


def _type_problems(
    name: str, content: bytes, allowed: Allowance, path: str, said: Mapping[str, str]
) -> Iterator[Problem]:
    medium = medium_of(content)
    endings = " ".join(sorted(allowed.endings))
    if medium is None or not allowed.endings & set(medium.endings):
        found = medium.endings[0] if medium else "?"
        yield Problem(path, "file-type", {**said, "found": found, "accepted": endings})
        return
    good = sorted(allowed.endings & set(medium.endings))
    if name.rpartition(".")[2].lower() not in good:
        yield Problem(path, "file-ending", {**said, "found": " ".join(good)})
    if content.startswith(b"PK") and not _in_proportion(content):
        yield Problem(path, "file-archive", said)


def _in_proportion(content: bytes) -> bool:
    found = members(content)
    if found is None or len(found) > MOST_MEMBERS:
        return False
    unpacked = sum(each.file_size for each in found)
    return unpacked <= min(MOST_UNPACKED, max(len(content) * MOST_RATIO, 10 * MB))
