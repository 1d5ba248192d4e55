"""The Word file: one that opens, with the words, notes, languages and fonts that it should have."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from letters.rendering import Signatory, TextSheet, text_docx

BODY = """First[^a] and *second* with [a link](https://example.org/x?a=1&b=2), first again[^a].

## A heading

1. One **strong** item[^b]
2. Another

> Quoted.

[^a]: A note, see <https://example.org/note> and another[^c].
[^b]: 둘째 각주.
[^c]: A note in a note.
"""


def sheet(**changed):
    said = {
        "language": "ko",
        "dated_at": datetime(2023, 10, 20, tzinfo=UTC),
        "publisher": "연대",
        "kind_label": "공동성명",
        "title": "10월 9일 밤 이후 <&>",
        "body": BODY,
        "signatories_heading": "서명 단체 (3)",
        "signatories": [Signatory(name="강변 & 나루 (demo)"), Signatory(name="River Desk", note="대표 단체")],
        "further_signatories": [("나중에 서명", [Signatory(name="등대")])],
        "signatories_notes": ["한 곳은 이름을 밝히지 않았습니다."],
        "digest": "ab" * 32,
    }
    return TextSheet(**(said | changed))


@pytest.fixture(scope="module")
def file():
    return text_docx(sheet())


@pytest.fixture(scope="module")
def parts(file):
    archive = zipfile.ZipFile(io.BytesIO(file))
    return {name: archive.read(name) for name in archive.namelist()}


def test_it_opens_with_headings_names_and_digest(file):
    document = Document(io.BytesIO(file))
    headings = [(row.style.name, row.text) for row in document.paragraphs if row.style.name.startswith("Heading")]
    assert headings == [
        ("Heading 1", "10월 9일 밤 이후 <&>"),
        ("Heading 2", "A heading"),
        ("Heading 2", "서명 단체 (3)"),
        ("Heading 3", "나중에 서명"),
    ]
    text = "\n".join(row.text for row in document.paragraphs)
    for words in (
        "강변 & 나루 (demo)",
        "River Desk\t대표 단체",
        "등대",
        "이름을 밝히지",
        "ab" * 32,
        "1.\tOne strong item",
    ):
        assert words in text
    core = document.core_properties
    assert (core.title, core.language, core.identifier) == ("10월 9일 밤 이후 <&>", "ko", "ab" * 32)


def test_notes_are_real_footnotes_each_once(parts):
    notes = etree.fromstring(parts["word/footnotes.xml"])
    texts = {row.get(qn("w:id")): "".join(row.itertext()).strip() for row in notes}
    assert texts["2"].startswith("A note, see https://example.org/note and another [A note in a note.]")
    assert texts["3"] == "둘째 각주."
    assert len(texts) == 4  # and the two lines that part notes from the text
    cited = [
        row.get(qn("w:id")) for row in etree.fromstring(parts["word/document.xml"]).iter(qn("w:footnoteReference"))
    ]
    assert cited == ["2", "3"]
    assert b"https://example.org/note" in parts["word/_rels/footnotes.xml.rels"]
    assert b'Target="footnotes.xml"' in parts["word/_rels/document.xml.rels"]
    assert b"footnotes+xml" in parts["[Content_Types].xml"]


def test_korean_has_a_font_and_a_language_of_its_own(parts):
    styles = etree.fromstring(parts["word/styles.xml"])
    lang = styles.find(f"{qn('w:docDefaults')}//{qn('w:lang')}")
    assert lang.get(qn("w:eastAsia")) == "ko-KR"
    for style in styles.iter(qn("w:style")):
        if style.get(qn("w:styleId")) in {"Normal", "Heading1", "Heading2", "Heading3"}:
            fonts = style.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
            assert fonts.get(qn("w:eastAsia")) == "Malgun Gothic"
            assert fonts.get(qn("w:eastAsiaTheme")) is None


def test_the_same_sheet_is_the_same_bytes_and_another_is_not(file):
    assert text_docx(sheet()) == file
    assert text_docx(sheet(digest="cd" * 32)) != file


def test_without_names_and_notes_it_is_whole_all_the_same():
    bare = text_docx(
        sheet(
            language="en",
            body="One\x00 line.",
            signatories=(),
            further_signatories=(),
            signatories_notes=(),
            title="T\x0c",
        )
    )
    text = "\n".join(row.text for row in Document(io.BytesIO(bare)).paragraphs)
    assert "One line." in text
    assert "서명" not in text


def test_a_comma_stands_between_references_that_touch():
    body = "One[^a][^b], two[^c].\n\n[^a]: A.\n[^b]: B.\n[^c]: C.\n"
    [paragraph] = [p for p in Document(io.BytesIO(text_docx(sheet(body=body)))).paragraphs if p.text.startswith("One")]
    marks = [run.text or "*" for run in paragraph.runs]  # a reference is a run without words
    assert "".join(marks) == "One*,*, two*."
