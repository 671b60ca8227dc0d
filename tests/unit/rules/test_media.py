"""What a file is, told by its content; what is refused."""

import zipfile
from io import BytesIO

import pytest

from regbook.rules import media
from regbook.rules.media import MB, allowance, file_problems, medium_of

PDF = b"%PDF-1.7\n"
PNG = b"\x89PNG\r\n\x1a\n"


def packed(*names, size=10):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, bytes(size))
    return out.getvalue()


def codes(name, content, **schema):
    return [each.code for each in file_problems(name, content, allowance(schema, 100), "/evidence")]


def compound(stream):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + stream.encode("utf-16-le")


KNOWN = [
    ("a.pdf", PDF),
    ("a.png", PNG),
    ("a.JPG", b"\xff\xd8\xff\xe0"),
    ("a.jpeg", b"\xff\xd8\xff\xe1"),
    ("a.gif", b"GIF89a"),
    ("a.webp", b"RIFF\x00\x00\x00\x00WEBP"),
    ("a.wav", b"RIFF\x00\x00\x00\x00WAVE"),
    ("a.bmp", b"BM\x00\x00\x00\x00" + bytes(8)),
    ("a.heic", b"\x00\x00\x00\x18ftypheic"),
    ("a.mp4", b"\x00\x00\x00\x18ftypisom"),
    ("a.mov", b"\x00\x00\x00\x18ftypqt  "),
    ("a.doc", compound("WordDocument")),
    ("a.wps", compound("WordDocument")),
    ("a.xls", compound("Workbook")),
    ("a.ppt", compound("PowerPoint Document")),
    ("a.docx", packed("[Content_Types].xml", "word/document.xml")),
    ("a.xlsx", packed("[Content_Types].xml", "xl/workbook.xml")),
    ("a.pptx", packed("[Content_Types].xml", "ppt/presentation.xml")),
    ("a.ofd", packed("OFD.xml")),
    ("a.zip", packed("照片/一.jpg")),
    ("a.txt", "九月三十日".encode()),
    ("a.txt", "九月三十日".encode("gb18030")),
    ("a.csv", "编号,金额\n1,2".encode("utf-8-sig")),
    ("a.txt", "编号".encode("utf-16")),
    ("表 (1).md", b"# a"),
]


@pytest.mark.parametrize(("name", "content"), KNOWN, ids=[f"{n}-{name}" for n, (name, _) in enumerate(KNOWN)])
def test_known_types_are_taken_under_their_own_ending(name, content):
    assert codes(name, content) == []
    assert set(codes(name + ".exe", content)) == {"file-ending"}
    assert medium_of(content).media


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00",
        b"\x7fELF",
        bytes(100),
        b"a\x00b",
        b"RIFF\x00\x00\x00\x00AVI ",
        compound("Nothing"),
        packed("META-INF/MANIFEST.MF"),
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"  \n<html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>",
        b"<?xml version='1.0'?><!-- x --><svg/>",
        b"<?xml version='1.0'?><a/>",
        "<script>".encode("utf-16"),
        "\ufeff<script>x</script>".encode(),
    ],
)
def test_programs_and_what_a_browser_runs_are_refused_whatever_they_are_called(content):
    for name in ("a.pdf", "a.png", "a.txt", "a.html", "a"):
        assert codes(name, content) == ["file-type"], name


def test_content_decides_and_the_name_must_agree():
    assert codes("a.pdf", PNG) == ["file-ending"]
    assert codes("a.png", PNG + b"<script>alert(1)</script>") == []
    assert codes("a.html", PNG + b"<script>alert(1)</script>") == ["file-ending"]
    assert codes("a.html", b"plain text") == ["file-ending"]
    assert codes("a.png", PNG, **{"x-accept": ["pdf"]}) == ["file-type"]
    assert codes("a.jpeg", b"\xff\xd8\xff", **{"x-accept": ["jpg"]}) == ["file-ending"]
    assert codes("a.svg", b"<svg/>", **{"x-accept": ["svg"]}) == []
    assert medium_of(b"<svg/>").media == media.BYTES == medium_of(b"<html>").media


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../../etc/passwd.pdf", "file-name"),
        ("C:\\Users\\x.pdf", "file-name"),
        ("", "file-name"),
        (".pdf", "file-name"),
        ("..", "file-name"),
        ("a" * 197 + ".pdf", "file-name"),
        ("a\x00.pdf", "file-name-character"),
        ("a\r\nSet-Cookie: x.pdf", "file-name-character"),
        ("fdp.\u202egnp.pdf", "file-name-character"),
    ],
)
def test_a_name_is_a_name_and_nothing_else(name, code):
    assert code in codes(media.file_name(name), PDF)


def test_names_are_kept_in_one_form():
    assert media.file_name(" e\u0301.pdf\u3000") == "\u00e9.pdf"
    assert codes("a" * 196 + ".pdf", PDF) == []


def test_empty_and_too_big():
    assert codes("a.pdf", b"") == ["file-empty"]
    assert codes("a.pdf", PDF + bytes(MB), **{"x-max-size": 1}) == ["file-too-big"]
    assert codes("a.pdf", PDF + bytes(MB - len(PDF)), **{"x-max-size": 1}) == []
    assert allowance({}, 100).most == 20 * MB
    assert allowance({"x-max-size": 500}, 100).most == 100 * MB


def test_an_archive_is_listed_and_never_unpacked(monkeypatch):
    bomb, two, one = packed("a", size=20 * MB), packed("a", "b"), packed("a")
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *a, **b: pytest.fail("unpacked"))
    assert codes("a.zip", bomb) == ["file-archive"]
    assert codes("a.zip", bomb[:-30]) == ["file-archive"]
    assert codes("a.zip", b"PK\x03\x04" + bytes(200)) == ["file-archive"]
    monkeypatch.setattr(media, "MOST_MEMBERS", 1)
    assert codes("a.zip", two) == ["file-archive"]
    monkeypatch.setattr(media, "MOST_DIRECTORY", 10)
    assert codes("a.zip", one) == ["file-archive"]
