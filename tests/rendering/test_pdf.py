"""Letters and texts on paper: what is read out of the file, tagged, the same bytes each time."""

import hashlib
import io
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from letters.rendering import Signatory, letter_pdf, text_pdf, unprintable
from letters.rendering.tree import document_tree
from letters.rendering.typesetting import glued, outlined
from tests.conftest import LONG

_printed: dict[str, bytes] = {}


def printed(letter) -> bytes:
    """The PDF of a letter, set once for all tests that look at it."""
    key = repr(letter)
    if key not in _printed:
        _printed[key] = letter_pdf(letter)
    return _printed[key]


def read(pdf: bytes) -> list[str]:
    """The words of each page, however they are broken into lines."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def places(page) -> list[tuple[str, float, float]]:
    """(words, millimetres from the left edge, from the top edge) of every piece of text on a page."""
    found = []

    def note(text, matrix, text_matrix, _font, _size):
        if text.strip():
            x = text_matrix[4] * matrix[0] + text_matrix[5] * matrix[2] + matrix[4]
            y = text_matrix[4] * matrix[1] + text_matrix[5] * matrix[3] + matrix[5]
            found.append((text, x * 25.4 / 72, (float(page.mediabox.height) - y) * 25.4 / 72))

    page.extract_text(visitor_text=note)
    return found


def tags(pdf: bytes) -> list[str]:
    found = []

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(node["/S"])
            if "/K" in node:
                walk(node["/K"])

    root: Any = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    walk(root["/StructTreeRoot"])
    return found


def test_a_letter_says_what_its_sheet_says(letter):
    pages = read(printed(letter))
    words = " ".join(pages)
    assert len(pages) == 2
    for expected in (
        letter.sender_name, *letter.sender_lines, letter.date, letter.reference, *letter.envelope_lines, letter.subject,
        letter.salutation, letter.closing, letter.signer_name, *letter.signer_lines, letter.signatories_heading,
        *letter.footer_lines, "3. All States to send nobody", "Organization 1 (demo) Seoul", "Organization 30 (demo)",
        "China\u2019s foreign ministry", "1 / 2", "2 / 2",
    ):  # fmt: skip
        assert expected in words
    assert words.count("Joint statement of 27 organizations") == 1, "a note cited twice is printed once"


@pytest.fixture
def short(letter):
    """The same letter with three names under it, for what is said of any letter."""
    return replace(letter, signatories=letter.signatories[:3])


def test_hangul_is_read_as_it_was_written(korean_letter):
    words = " ".join(read(printed(korean_letter)))
    for expected in (
        korean_letter.subject, korean_letter.sender_name, "강변난민네트워크 (demo)", "훈춘, 투먼, 난핑, 창바이, 단둥",
        "중국 정부는 북한으로의 모든 송환을", "유엔난민기구(UNHCR)는 구금된", "약 600명으로 집계합니다.",
    ):  # fmt: skip
        assert expected in words
    assert not re.search("[\u200b\u2060\ufeff]", words)


def test_no_line_of_korean_begins_inside_a_word(korean_letter):
    body = "\n\n".join(
        "가" * shift + " " + "**유엔난민최고대표**는 모든 국가에 *송환*을 요청합니다 " * 3 for shift in range(1, 14)
    )
    pages = PdfReader(io.BytesIO(letter_pdf(replace(korean_letter, body=body)))).pages
    lines = [line.strip() for page in pages for line in page.extract_text().splitlines()]
    of_the_body = [line for line in lines if "모든" in line or "요청" in line or "송환을" in line]
    assert len(of_the_body) > 20
    for line in of_the_body:
        assert re.match("가|유엔난민최고대표는 |모든 |국가에 |송환을 |요청합니다", line), line


def test_a_pdf_is_tagged_and_says_what_it_is(letter, text_sheet):
    sheets = ((printed(letter), letter.subject), (text_pdf(text_sheet), text_sheet.title))
    for pdf, title in sheets:
        reader = PdfReader(io.BytesIO(pdf))
        root = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"].value
        assert root["/Lang"] == "en"
        assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
        assert reader.metadata.title == title
        assert reader.metadata.author == "Coalition for Safe Passage"
        assert reader.metadata.creation_date == datetime(2023, 11, 20, 12, tzinfo=UTC)
        xmp = root["/Metadata"].get_object().get_data().decode()
        assert re.search(r"pdfuaid:part\W+1", xmp)
        assert re.search(r"pdfaid:part\W+2", xmp)
        found = tags(pdf)
        assert found.count("/H1") == 1
        assert found.count("/LI") >= 3
        assert found.count("/Note") == 2
        assert {"/P", "/L", "/Strong"} <= set(found)


def test_the_same_sheet_is_the_same_bytes(letter, text_sheet):
    assert printed(letter) == letter_pdf(replace(letter))
    assert text_pdf(text_sheet) == text_pdf(replace(text_sheet))
    assert printed(letter) != letter_pdf(replace(letter, dated_at=datetime(2023, 11, 21, tzinfo=UTC)))


def test_another_process_makes_the_same_bytes(letter):
    program = (
        "import datetime, hashlib\nfrom letters.rendering import LetterSheet, Signatory, letter_pdf\n"
        f"print(hashlib.sha256(letter_pdf({letter!r})).hexdigest())"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == hashlib.sha256(printed(letter)).hexdigest()


def test_the_notice_is_on_every_page(letter, text_sheet):
    many = [Signatory(name=f"Organization {n}") for n in range(110)]
    for pdf in (letter_pdf(replace(letter, signatories=many)), text_pdf(replace(text_sheet, signatories=many))):
        pages = read(pdf)
        assert len(pages) > 2
        assert all("Demonstration: " in page for page in pages)
    assert "Demonstration" not in " ".join(read(letter_pdf(replace(letter, notice=None))))


def test_the_address_stands_in_the_window_of_the_envelope(short):
    for count in (1, 3, 6, 9):
        lines = [f"Address line {n}" for n in range(count)]
        page = PdfReader(io.BytesIO(letter_pdf(replace(short, envelope_lines=lines)))).pages[0]
        found = [(left, top) for text, left, top in places(page) if "Address line" in text]
        assert found
        assert all(20 <= left <= 30 and 48 <= top <= 90 for left, top in found)


def test_a_text_stands_as_it_was_signed_with_its_receipt(text_sheet):
    words = " ".join(read(text_pdf(text_sheet)))
    for expected in (
        "Receipt of the co-signature", "Organization Riverside Refugee Network (demo)", text_sheet.title,
        "Joint statement · Seoul, 20 October 2023", "Reference OUT-S-4, version 2", "China's foreign ministry",
    ):  # fmt: skip
        assert expected in words
    assert words.count(text_sheet.digest) >= 2
    assert "Receipt" not in " ".join(read(text_pdf(replace(text_sheet, receipt=None))))


@pytest.mark.parametrize(
    "change",
    [
        {"envelope_lines": [f"Line {n} of the address" for n in range(40)]},
        {"envelope_lines": [], "sender_lines": [], "footer_lines": [], "signer_name": "", "signer_lines": []},
        {"signatories": [], "signatories_heading": ""},
        {"body": ""},
        {"body": "Donaudampfschiff" * 40 + " " + "가나다" * 90, "subject": "S" * 300, "footer_lines": ["f" * 500]},
        {"body": "https://outcry.example/" + "a" * 300 + " https://outcry.example/" + "a-b/" * 90},
        {"signatories": [Signatory(name="منظمة حقوق الإنسان", note="القاهرة"), Signatory(name="שלום \u202eabc")]},
        {"language": "ar", "subject": "وقف الإعادة القسرية", "body": "نكتب **إليكم**.[^1]\n\n> اقتباس\n\n[^1]: ملاحظة"},
        {"language": "zh-hans", "body": "**中国**必须停止遣返。China's duty.\n\n- 甲"},
        {"body": "# H1\n\n#### H4 [^1]\n\n> # q\n> `c`\n\n- a\n  1. b\n\n---\n\n    code\n\n[^1]: n\n\n    - # h"},
        {"body": "> " * 30 + "- " * 30 + "deep"},
        {"body": "**[a](https://a.example)** _b_ **`c`** [^1]\n\n[^1]: [^1] [^2]\n[^2]: [^1]"},
        {"body": '`#eval("1")` #let x = 1 $x$ <label> @ref \\ // ]', "salutation": '#panic() " \\', "notice": "#x"},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_awkward_sheets_are_set(short, change):
    pages = read(letter_pdf(replace(short, **change)))
    words = " ".join(pages)
    for value in change.values():
        if isinstance(value, list):
            assert all(line in words for line in value if isinstance(line, str) and len(line) < 100)


def test_a_very_long_word_stays_on_the_paper(short):
    for body in ("Donaudampfschiff" * 40, "https://outcry.example/" + "a" * 300, "가" * 300):
        pages = PdfReader(io.BytesIO(letter_pdf(replace(short, body=body)))).pages
        assert body in "".join("".join(page.extract_text() for page in pages).split())
        lefts = [left for page in pages for _text, left, _top in places(page)]
        assert min(lefts) >= 20
        assert max(lefts) <= 185


def test_a_character_without_a_shape_is_marked_and_can_be_asked_for(letter):
    assert unprintable("Jane 한 漢 Привет שלום عربي ’") == set()
    assert unprintable("Jane 😀 ภา") == {"😀", "ภ", "า"}
    words = " ".join(read(letter_pdf(replace(letter, body="Hi 😀 there", signatories=[Signatory(name="ภา")]))))
    assert "Hi \ufffd there" in words
    assert "\ufffd\ufffd" in words


def test_control_characters_are_left_out(short):
    assert "Excellency," in " ".join(read(letter_pdf(replace(short, salutation="Ex\x00cel\ud800len\uffffcy,"))))


def test_every_note_stands_on_the_page_that_cites_it(letter):
    for shift in range(0, 24, 2 if LONG else 10):
        paragraphs = [f"Word {'word ' * ((n * 7 + shift) % 60)} CITED{n}.[^{n}] And a tail." for n in range(10, 24)]
        notes = [f"[^{n}]: Note {'text ' * ((n * 5 + shift) % 45)} SOURCE{n}." for n in range(10, 24)]
        pages = read(letter_pdf(replace(letter, body="\n\n".join(paragraphs + notes))))
        cited = {n: page for n in range(10, 24) for page, words in enumerate(pages) if f"CITED{n}" in words}
        noted = {n: page for n in range(10, 24) for page, words in enumerate(pages) if f"SOURCE{n}" in words}
        assert cited.keys() == noted.keys() == set(range(10, 24))
        assert cited == noted


def test_threads_share_the_compiler(letter):
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(letter_pdf, [letter] * 8)) == {printed(letter)}


def test_a_naive_time_and_an_unknown_language_are_refused(letter):
    with pytest.raises(ValueError, match="aware"):
        letter_pdf(replace(letter, dated_at=datetime(2023, 11, 20)))  # noqa: DTZ001 that is the point
    with pytest.raises(ValueError, match="language"):
        letter_pdf(replace(letter, language="../etc"))


def test_headings_of_a_body_leave_no_gap():
    blocks = outlined(document_tree("## a\n\n#### b\n\n# c\n\n> # d"))
    assert [block["level"] for block in blocks if block["type"] == "heading"] == [2, 3, 2]
    assert blocks[-1]["content"][0]["content"][0]["type"] == "strong"


def test_a_korean_word_is_in_one_piece_across_styles():
    (paragraph,) = glued(document_tree("본문 **중국 정부**는 즉시 [법](https://x.example)을 따라"))
    shapes = [(node["type"], [piece["type"] for piece in node.get("content", [])]) for node in paragraph["content"]]
    assert shapes == [
        ("text", []),
        ("strong", ["text"]),
        ("word", ["strong", "text"]),
        ("text", []),
        ("word", ["link", "text"]),
        ("text", []),
    ]


def test_chinese_is_printed_in_both_scripts_and_says_its_language(short):
    sheet = replace(
        short, language="zh", subject="关于被强制遣返者", salutation="尊敬的部长阁下：", closing="顺致最崇高的敬意",
        envelope_lines=["外交部长 王某 阁下"], date="2023年11月20日",
        body="我们谨此致函阁下，表达深切关注。" * 6 + "\n\n臺灣與香港的讀者讀繁體字：關於難民的權利，遣返與拘押。" * 2,
    )  # fmt: skip
    pdf = printed(sheet)
    words = "".join("".join(read(pdf)).split())
    for expected in (
        "关于被强制遣返者",
        "尊敬的部长阁下：",
        "顺致最崇高的敬意",
        "2023年11月20日",
        "繁體字：關於難民的權利",
    ):
        assert expected in words
    assert "\ufffd" not in words
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == "zh"
    lines = [line for line in PdfReader(io.BytesIO(pdf)).pages[0].extract_text().splitlines() if "我们" in line]
    assert lines
    assert not any(line.lstrip().startswith(("，", "。", "：")) for line in lines)
    assert unprintable("阁下𠮷") == {"𠮷"}  # outside the fonts: a letter with it is refused, see letters.copies


def test_a_comma_stands_between_references_that_touch(text_sheet):
    body = "One[^a][^b], two[^c].\n\n[^a]: A.\n[^b]: B.\n[^c]: C.\n"
    read = PdfReader(io.BytesIO(text_pdf(replace(text_sheet, body=body)))).pages[0].extract_text()
    assert re.search(r"One\s*1\s*,\s*2\s*, two\s*3\s*\.", read), read
