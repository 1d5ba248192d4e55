"""Markdown as HTML, as plain text and as a tree: nothing in it acts, every note resolves."""

import json
import re

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from letters.rendering import document_tree, footnotes, plain_text, render_markdown

ATTACKS = [
    "<script>alert(1)</script>",
    "a <img src=x onerror=alert(1)> b",
    "<svg/onload=alert(1)>",
    "<!-- <img src=x onerror=alert(1)> -->",
    "<iframe src='javascript:alert(1)'></iframe>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java&#x0A;script:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](vbscript:x)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](//evil.example/x)",
    "[a](/delegate/)",
    "[a](#here)",
    "[a](file:///etc/passwd)",
    "[a](http://[)",
    "<javascript:alert(1)>",
    "[a]\n\n[a]: javascript:alert(1)",
    "![a](javascript:alert(1))",
    "![a](https://evil.example/pixel.png)",
    '[a](https://x.example "onmouseover=alert(1)")',
    '[a](https://x.example/"onmouseover="alert(1))',
    "`<script>`",
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "    <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "x[^1]\n\n[^1]: <script>alert(1)</script> [b](javascript:alert(1))",
    'x[^"><script>]\n\n[^"><script>]: note',
    "| a |\n|---|\n| <script> |",
    "\x00\x0b\x1f\ud800\ufffe",
]


def elements(html: str) -> list:
    """Every element of a fragment, after a strict parse that refuses any error."""
    fragment = html5lib.HTMLParser(strict=True).parseFragment(html)
    return [element for element in fragment.iter() if isinstance(element.tag, str)]


def name(element) -> str:
    return element.tag.rpartition("}")[2]


def assert_inert(html: str) -> None:
    for element in elements(html):
        assert name(element) not in {"script", "img", "svg", "iframe", "style", "form", "table"}
        allowed = {"href", "rel", "id", "role", "class", "aria-label", "start"}
        assert set(element.attrib) <= allowed
        href = element.attrib.get("href", "#")
        assert re.match(r"#|https?://|mailto:", href)
        if not href.startswith("#"):
            assert element.attrib["rel"] == "nofollow noopener noreferrer"


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_in_a_text_acts(attack):
    assert_inert(render_markdown(attack))
    assert_inert(render_markdown(f"> - **{attack}**\n"))


@given(st.text(alphabet=st.sampled_from("*_`[](){}<>#!|~^&\"'\\-+.:;/ \n\t01aB가\x00\u2028"), max_size=60))
def test_any_text_gives_valid_inert_html_and_a_tree_for_json(text):
    assert_inert(render_markdown(text))
    plain_text(text)
    json.dumps(document_tree(text))


def test_a_text_of_nothing_but_marks_does_not_exhaust_the_stack():
    text = "*a **b " * 3000 + "**b* " * 3000
    assert_inert(render_markdown(text))
    plain_text(text)
    json.dumps(document_tree("> " * 500 + "- " * 500 + "x"))


def test_the_statements_are_valid_html(statement_en, statement_ko):
    for text in (statement_en, statement_ko):
        assert_inert(render_markdown(text, footnote_prefix="a-"))


def test_headings_stand_under_those_of_the_page():
    assert render_markdown("## a") == "<h3>a</h3>\n"
    assert render_markdown("# a\n\n## b", heading_offset=2) == "<h3>a</h3>\n<h4>b</h4>\n"
    assert render_markdown("###### a", heading_offset=3) == "<h6>a</h6>\n"


def test_a_link_keeps_its_address_and_says_that_it_is_not_ours():
    html = render_markdown("[the law](https://x.example/?a=1&b=2) <a@b.example>")
    (law, mail) = [element for element in elements(html) if name(element) == "a"]
    assert (law.attrib["href"], law.text) == ("https://x.example/?a=1&b=2", "the law")
    assert mail.attrib["href"] == "mailto:a@b.example"


def test_the_words_of_an_image_stay_and_the_image_does_not():
    assert render_markdown("![a *boat*](https://x.example/p.png)") == "<p>a boat</p>\n"


def test_every_note_is_reached_and_leads_back_to_each_place(statement_en):
    html = render_markdown(statement_en, footnote_prefix="en-")
    ids = [element.attrib["id"] for element in elements(html) if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    assert all(identity.startswith("en-") for identity in ids)
    targets = [
        element.attrib["href"][1:] for element in elements(html) if element.attrib.get("href", "").startswith("#")
    ]
    assert sorted(targets) == sorted(["en-fn-1", "en-fn-2", "en-fn-1", "en-fnref-1", "en-fnref-1-2", "en-fnref-2"])
    assert set(targets) == set(ids)
    back = [element for element in elements(html) if element.attrib.get("role") == "doc-backlink"]
    assert len({element.attrib["aria-label"] for element in back}) == 3
    assert '<section class="footnotes" role="doc-endnotes"' in html


def test_two_texts_on_one_page_share_no_id(statement_en, statement_ko):
    html = render_markdown(statement_en, footnote_prefix="en-") + render_markdown(statement_ko, footnote_prefix="ko-")
    ids = [element.attrib["id"] for element in elements(html) if "id" in element.attrib]
    assert len(ids) == len(set(ids)) == 10


def test_a_prefix_that_is_not_an_id_is_refused():
    with pytest.raises(ValueError, match="id"):
        render_markdown("a", footnote_prefix='"><script>')


def test_notes_are_numbered_as_they_are_read_wherever_they_stand():
    text = "[^late]: last\n[^deep]: cited by a note\n\nOne[^first], two[^late].\n\n[^first]: see [^deep] and [^first]\n"
    numbered = [(first["number"], count) for first, count in footnotes(document_tree(text))]
    assert numbered == [(1, 2), (2, 1), (3, 1)]
    assert plain_text(text).split("\n\n") == [
        "One[1], two[2].",
        "[1] see [3] and [1]\n[2] last\n[3] cited by a note",
    ]
    assert_inert(render_markdown(text))


def test_a_note_without_a_text_stays_as_written_and_a_text_without_a_note_is_left_out():
    assert render_markdown("a[^9]\n\n[^1]: unused") == "<p>a[^9]</p>\n"
    assert plain_text("a[^9]\n\n[^1]: unused") == "a[^9]"


def test_no_link_stands_inside_a_link():
    for text in (
        "[law[^1]](https://x.example)",
        "[a *b[^1]*](https://x.example)",
        "[a <https://y.example>](https://x.example)",
    ):
        html = render_markdown(f"{text}\n\n[^1]: note")
        assert_inert(html)  # a strict parser refuses it
        assert html.count("<a ") == html.count("</a>") >= 1


def test_particles_stand_behind_bold_words_that_end_in_a_bracket():
    assert render_markdown("**유엔난민기구(UNHCR)**는") == "<p><strong>유엔난민기구(UNHCR)</strong>는</p>\n"
    assert render_markdown("유엔**(UN)**은 2 * 3 * 4") == "<p>유엔<strong>(UN)</strong>은 2 * 3 * 4</p>\n"


def test_plain_text_reads_as_a_person_would_type_it(statement_en):
    assert plain_text(statement_en).split("\n\n")[2:] == [
        "We ask:",
        "1. China to halt every return; to let UNHCR meet everyone in custody.\n"
        "2. The DPRK to disclose where the returned people are.\n"
        "3. All States to send nobody to the DPRK.",
        "We will publish each reply, and each silence.",
        "[1] Joint statement of 27 organizations, Seoul, 13 October 2023.\n"
        "[2] Human Rights Watch, 12 October 2023; The Korea Herald, 13 October 2023.",
    ]
    first = plain_text(statement_en).split("\n\n")[0]
    assert "\n" not in first, "wrapped at no column"
    assert "Dandong.[1] Human" in first


def test_plain_text_keeps_numbers_nesting_links_and_breaks():
    text = (
        "## Asks\n\n3. see [the law](https://x.example)\n   - <a@b.example>\n4. <https://y.example/>\n\n"
        "> quoted\n\n---\n\na  \nb `c`"
    )
    assert plain_text(text) == (
        "Asks\n\n3. see the law (https://x.example)\n   - a@b.example\n4. https://y.example/\n\n"
        "> quoted\n\n* * *\n\na\nb c"
    )


def test_the_tree_is_what_was_written():
    text = "# T\n\n1. **a** *b*\n\n   - c\n\n> q[^n]\n\n---\n\n[^n]: note"
    assert document_tree(text) == [
        {"type": "heading", "level": 1, "content": [{"type": "text", "text": "T"}]},
        {
            "type": "list",
            "ordered": True,
            "start": 1,
            "tight": False,
            "items": [
                [
                    {
                        "type": "paragraph",
                        "content": [
                            {"type": "strong", "content": [{"type": "text", "text": "a"}]},
                            {"type": "text", "text": " "},
                            {"type": "emphasis", "content": [{"type": "text", "text": "b"}]},
                        ],
                    },
                    {
                        "type": "list",
                        "ordered": False,
                        "start": 1,
                        "tight": True,
                        "items": [[{"type": "paragraph", "content": [{"type": "text", "text": "c"}]}]],
                    },
                ]
            ],
        },
        {
            "type": "quote",
            "content": [
                {
                    "type": "paragraph",
                    "content": [
                        {"type": "text", "text": "q"},
                        {
                            "type": "footnote",
                            "number": 1,
                            "occurrence": 1,
                            "content": [{"type": "paragraph", "content": [{"type": "text", "text": "note"}]}],
                        },
                    ],
                }
            ],
        },
        {"type": "rule"},
    ]


def test_a_comma_stands_between_references_that_touch_and_nowhere_else():
    html = render_markdown("One[^a][^b], two[^c].\n\n[^a]: A.\n[^b]: B.\n[^c]: C.\n")
    read = re.sub("<[^>]+>", "", html.partition("</p>")[0])
    assert read == "One1,2, two3."
