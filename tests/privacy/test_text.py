"""What strangers may call themselves."""

import pytest
from django import forms

from privacy.text import OneLineField, PlainTextField


@pytest.mark.parametrize(
    "name",
    ["김민지", "أحمد", "မောင်", "သန်း", "สมชาย", "A", "김", "ရ", "ม", "é", "नीति", "می‌خواهم", "李", "Ō", "X Æ A-12"],
)
def test_names_of_every_script_pass(name):
    assert OneLineField().clean(name)


@pytest.mark.parametrize(
    "text",
    ["\u200d", "\u200c\u200d", "\u3164", "\u115f\u1160", "\uffa0", "\u00ad", "\u0301", "\u2800", "\ufe0f", "\u034f"],
)
def test_what_nobody_sees_is_no_name(text):
    for field in (OneLineField(), PlainTextField(required=False)):
        with pytest.raises(forms.ValidationError) as refused:
            field.clean(text)
        assert refused.value.code == "unsafe"


@pytest.mark.parametrize("mark", ["\u061c", "\U000e0001", "\U000e0041", "\U000e007f", "\u202e"])
def test_marks_that_turn_or_hide_are_refused(mark):
    with pytest.raises(forms.ValidationError):
        OneLineField().clean(f"Kim{mark}Minji")


def test_an_empty_answer_that_need_not_be_given_stays_empty():
    assert PlainTextField(required=False).clean("  ") == ""
