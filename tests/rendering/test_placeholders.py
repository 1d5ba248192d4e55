"""Placeholders are filled completely or not at all, and a value is never more than its words."""

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from letters.rendering import (
    BrokenPlaceholder,
    MissingPlaceholder,
    document_tree,
    fill,
    fill_line,
    placeholders_in,
    plain_text,
    render_markdown,
)

# The places of a template where a value stands, the awkward ones among them.
PLACES = [
    "{{ x }}",
    "# {{ x }}",
    "## C{{x}}",
    "- {{ x }}",
    "{{ x }}. text",
    "1{{ x }}. text",
    "text\n{{ x }}",
    "text\n{{ x }}\n\nmore",
    "-{{ x }}",
    "**{{ x }}** text",
    "[a]{{ x }}",
    "[{{ x }}] text",
    "![{{x}}",
    "a `{{ x }}` b",
    "```\n{{x}}\n```",
    "> {{ x }}\n> {{ x }}",
    "[t](https://a.example/{{ x }})",
    "{{x}}[a](https://b.example)",
    "[^1]{{x}}\n\nc[^1]\n\n[^1]: note",
    "a[^1]\n\n[^1]: {{ x }}",
    "&{{x}}; <{{x}}>",
    "**{{ x }}**는",
]
MARKDOWN = [
    "**b** _i_ `c`",
    "# h",
    "- a\n- b",
    "1. a",
    "2023",
    "---",
    "===",
    "> q",
    "[l](https://e.example)",
    "![i](https://e.example)",
    "<b>",
    "[^1]",
    "[^1]: x",
    ": x",
    "(https://e.example)",
    "~~~",
    "&amp;",
    "!",
]
NASTY = st.text(alphabet=st.sampled_from("*_`[](){}<>#!|~^&\"'$@\\-+=.:;/ \n\t01ab가\r\x0b\u2028\x00"), max_size=14)


def kinds(nodes: list) -> list[str]:
    """The kind of everything in a tree but its words, in order."""
    found = []
    for node in nodes:
        if node["type"] not in ("text", "break"):
            found.append(node["type"])
        found += kinds(node.get("content", []))
        for item in node.get("items", []):
            found += kinds(item)
    return found


def test_values_take_the_place_of_their_names():
    template = "{{ recipient.salutation }}\n\nWe are {{signatories.count}} organizations."
    values = {"recipient.salutation": "Excellency,", "signatories.count": 24, "unused": ""}
    assert fill(template, values) == "Excellency,\n\nWe are &#50;4 organizations."
    assert plain_text(fill(template, values)) == "Excellency,\n\nWe are 24 organizations."


def test_names_are_found_once_each():
    assert placeholders_in("{{ a.b }} {{a.b}} {{ c }} { d }") == {"a.b", "c"}


def test_every_missing_or_blank_value_is_named_in_one_sentence():
    template = "{{ a }} {{ b.c }} {{ d }} {{ e }} {{ zero }}"
    with pytest.raises(MissingPlaceholder) as refusal:
        fill(template, {"a": "", "b.c": None, "d": " \n", "e": [], "zero": 0})
    assert refusal.value.names == ("a", "b.c", "d", "e")
    assert str(refusal.value) == "There is no value for {{ a }}, {{ b.c }}, {{ d }}, {{ e }}."
    assert isinstance(refusal.value, ValueError)


@pytest.mark.parametrize(
    "template",
    [
        "{{ foo",
        "foo }}",
        "{{}}",
        "{{ }}",
        "{{ a b }}",
        "{{ a.. }}",
        "{{{ a }}}",
        "{{ a }}}",
        "{{ a\n}}",
        "{{ 1 }}",
        "{{ a-b }}",
    ],
)
def test_braces_that_are_no_placeholder_are_refused(template):
    for act in (placeholders_in, lambda text: fill(text, {"a": "x", "foo": "x"})):
        with pytest.raises(BrokenPlaceholder, match="is not a placeholder"):
            act(template)


def test_a_value_is_not_filled_again():
    filled = fill("{{ a }} {{ b }}", {"a": "{{ b }}", "b": "{{ a }}"})
    assert placeholders_in(filled) == set()
    assert plain_text(filled) == "{{ b }} {{ a }}"


def test_lines_of_a_value_stay_lines():
    filled = fill("To:\n{{ recipient.envelope }}", {"recipient.envelope": "The Minister\r\n  Palace\n\n1. Street"})
    assert render_markdown(filled) == "<p>To: The Minister<br>\nPalace<br>\n1. Street</p>\n"
    assert plain_text(fill("{{ names }}", {"names": ["A", "B*"]})) == "A\nB*"


def test_an_address_still_works_in_a_link_and_between_angle_brackets():
    url = "https://outcry.example/statements/after-the-night_of/?a=1&lang=ko#top"
    html = render_markdown(fill("[t]({{ url }}) <{{ url }}>", {"url": url}))
    hrefs = [element.attrib["href"] for element in html5lib.parseFragment(html).iter() if "href" in element.attrib]
    assert hrefs == [url, url]


@pytest.mark.parametrize("place", PLACES)
def test_markdown_in_a_value_is_shown_and_does_nothing(place):
    plain = kinds(document_tree(fill(place, {"x": "word"})))
    for value in MARKDOWN:
        added = set(kinds(document_tree(fill(place, {"x": value})))) - set(plain)
        assert not added, (place, value)


@given(NASTY, st.sampled_from(PLACES))
def test_no_value_adds_markup(value, place):
    try:
        filled = fill(place, {"x": value})
    except MissingPlaceholder:
        return
    plain = kinds(document_tree(fill(place, {"x": "word"})))
    assert len(kinds(document_tree(filled))) <= len(plain)
    html5lib.HTMLParser(strict=True).parseFragment(render_markdown(filled))


@given(NASTY)
def test_a_value_is_read_as_it_was_given(value):
    try:
        filled = fill("a {{ x }} b", {"x": value})
    except MissingPlaceholder:
        return
    lines = (" ".join(line.replace("\x00", "").split()) for line in value.splitlines())
    assert plain_text(filled) == f"a {chr(10).join(line for line in lines if line)} b"


def test_a_subject_is_one_line_without_escapes():
    values = {"org": "R&D *North* Ltd.\r\nBcc: x@y.example", "names": ["A", "B"]}
    assert fill_line("To {{ org }}: {{ names }}", values) == "To R&D *North* Ltd., Bcc: x@y.example: A, B"
    with pytest.raises(MissingPlaceholder):
        fill_line("{{ org }}", {})
