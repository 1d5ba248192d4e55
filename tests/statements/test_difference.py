"""What changed, word by word: whatever the two texts are, both can be read out of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements import difference

WORDS = st.text(st.sampled_from("ab 가나\n漢字.[^1]"), max_size=60)


@given(WORDS, WORDS)
def test_both_wordings_can_be_read_out_of_the_pieces(old, new):
    pieces = difference.words(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "inserted") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "deleted") == new


@given(WORDS, WORDS)
def test_no_paragraph_is_lost_or_said_twice(old, new):
    found = difference.paragraphs(old, new)
    before = [p for p in found if p.kind != "inserted"]
    after = [p for p in found if p.kind != "deleted"]
    assert len(before) == len(difference.split(old))
    assert ["".join(piece.text for piece in p.pieces if piece.kind != "deleted") for p in after] == difference.split(
        new
    )


@pytest.mark.parametrize(
    ("old", "new", "deleted", "inserted"),
    [
        ("We ask the Government.", "We urge the Government.", ["ask"], ["urge"]),
        ("정부는 송환을 멈추어야 합니다.", "정부는 송환을 즉시 멈추어야 합니다.", [], [" 즉시"]),
        ("我們要求政府", "我們懇求政府", ["要"], ["懇"]),
        ("one two three", "one four five three", ["two"], ["four five"]),
    ],
)
def test_words_of_each_script(old, new, deleted, inserted):
    pieces = difference.words(old, new)
    assert [piece.text for piece in pieces if piece.kind == "deleted"] == deleted
    assert [piece.text for piece in pieces if piece.kind == "inserted"] == inserted


def test_paragraphs_are_aligned_and_a_moved_one_goes_and_comes():
    old = "The first paragraph stays.\n\nThe second one is edited here.\n\nThis goes away entirely, all of it."
    new = "The first paragraph stays.\n\nA new one.\n\nThe second one was edited here."
    assert [p.kind for p in difference.paragraphs(old, new)] == ["same", "inserted", "changed", "deleted"]
