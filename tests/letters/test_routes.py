"""Rules of routes as dated versions, the checker, deadlines, and the pack."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zipfile import ZipFile

import pypdf
import pytest
from django.urls import reverse
from django.utils import translation
from docx import Document

from accounts.models import AuditEntry
from letters import ical, submission_packs
from letters.counting import Words, count_words
from letters.deadlines import clocks, deadline_of
from letters.exceptions import RuleRefused, SubmissionRefused
from letters.models import Route, RouteConflict, RouteRule, Session, Submission
from letters.route_checks import Facts, Level
from letters.services.routing import write_rule
from letters.services.submitting import check_route, note_submitted, prepare_submission, routes_taken
from tests import factories

pytestmark = pytest.mark.django_db
FACTS = Facts(language="en", format="docx", words=Words(900, 0), statuses=["special"])
WRITTEN = {"word_limit": 1500, "footnotes": "counted", "late": "refused", "deadline_offset_days": -14,
           "deadline_anchor": "session_start"}  # fmt: skip


def findings(route, facts, now, session=None):
    route = Route.objects.prefetch_related("rules").get(pk=route.pk)
    return check_route(route, facts, session=session, now=now)


def said(route, facts, now, topic, session=None):
    """(level, sentence) of the only finding about this."""
    [row] = [row for row in findings(route, facts, now, session).findings if row.topic == topic]
    return row.level, row.sentence


def make_session(route, starts_on, **fields):
    session = Session.objects.create(
        **{"body": "Council (demo)", "name": "First (demo)", "starts_on": starts_on, "ends_on": starts_on} | fields
    )
    session.routes.set([route])
    return session


# --- Counting -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("## One\n\nTwo three[^1] **four**.\n\n1. five\n2. six\n\n[^1]: A note [here](https://a.example).", (6, 3)),
        ("Twice[^1] cited[^1].\n\n[^1]: Once.", (2, 1)),
        ("강제로 돌려보내서는 **안** 됩니다.[^1]\n\n[^1]: 유엔난민기구(UNHCR), 2023년.", (4, 2)),
        ("**정부**는 답해야 합니다", (3, 0)),  # a word is one, whatever its style
        ("不得遣返 North Korea", (6, 0)),
        ("", (0, 0)),
    ],
)
def test_words_stand_between_blanks_in_english_and_korean(text, words):
    counted = count_words(text)
    assert (counted.text, counted.notes) == words


# --- The checker ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "words", "expected"),
    [
        ({"footnotes": "counted"}, Words(1400, 212), (Level.BLOCKS, "1,612 of 1,500 words, footnotes counted. 112 ")),
        ({"footnotes": "not_counted"}, Words(1400, 212), (Level.FINE, "1,400 of 1,500 words, footnotes not counted.")),
        ({"footnotes": "unknown"}, Words(1400, 212), (Level.WARNS, "1,612 of 1,500 words, not known whether")),
        ({"footnotes": "unknown"}, Words(1501, 0), (Level.BLOCKS, "1,501 of 1,500 words")),
        ({"is_limit_hard": False}, Words(1501, 0), (Level.WARNS, "1,501 of 1,500 words")),
        ({"word_limits_by_status": {"special": 2000}}, Words(1501, 0), (Level.FINE, "1,501 of 2,000 words")),
        ({"word_limits_by_status": {"general": 2000}}, Words(1501, 0), (Level.BLOCKS, "1,501 of 1,500 words")),
        ({"word_limit": None}, Words(9000, 1), (Level.FINE, "9,001 words; no limit is known.")),
        ({"word_limit": 0}, Words(1, 0), (Level.BLOCKS, "1 of 0 words")),
    ],
)
def test_words_are_held_against_the_limit_as_the_body_counts(now, rule, words, expected):
    route = factories.make_route(**{"word_limit": 1500} | rule)
    level, sentence = said(route, replace(FACTS, words=words), now, "words")
    assert level == expected[0]
    assert sentence.startswith(expected[1])


def test_a_joint_text_has_the_joint_limit_unless_the_status_has_its_own(now):
    route = factories.make_route(word_limit=1500, joint_word_limit=2000)
    facts = replace(FACTS, words=Words(1800, 0))
    assert said(route, facts, now, "words")[0] == Level.BLOCKS
    assert said(route, replace(facts, statuses=["special", "none_found"]), now, "words")[0] == Level.FINE


def test_only_what_the_body_refuses_blocks(now):
    """Each case beside one that passes."""
    elements = [{"key": "item", "label": "Agenda item", "required": True}]
    route = factories.make_route(
        **WRITTEN, page_limit=10, required_elements=elements, lead_statuses=["special"], publishes_names="all"
    )
    good = replace(FACTS, pages=10, elements={"item": "4"})
    assert not findings(route, good, now).blocks
    for bad, topic in (
        (replace(good, language="ko"), "language"),
        (replace(good, format="pdf"), "format"),
        (replace(good, pages=11), "pages"),
        (replace(good, elements={"item": "  "}), "elements"),
        (replace(good, statuses=["roster", "special"]), "submitters"),
        (replace(good, gives_away=["elements"]), "names"),
    ):
        assert [row.topic for row in findings(route, bad, now).blocks] == [topic]
    confidential = findings(route, replace(good, confidential=2, gives_away=["text"]), now)
    assert not confidential.blocks
    assert [row.topic for row in confidential.warnings].count("names") == 2
    assert "publishes every name" in " ".join(row.sentence for row in confidential.warnings)


def test_what_a_rule_leaves_open_warns(now):
    route = factories.make_route(languages=[], formats=[], confidence="low", deadline_rule="Two weeks before.")
    result = findings(route, replace(FACTS, language="ko", format="print"), now)
    assert not result.blocks
    assert {row.topic for row in result.warnings} == {"language", "format", "deadline", "rule"}
    many = factories.make_route(languages=["en", "24 EU languages"])
    assert said(many, replace(FACTS, language="ko"), now, "language")[0] == Level.WARNS


def test_a_deadline_that_passed_blocks_only_where_what_is_late_is_refused(now):
    route = factories.make_route(**WRITTEN)
    session = make_session(route, now.date() + timedelta(days=14))
    assert said(route, FACTS, now, "deadline", session)[0] == Level.FINE
    level, sentence = said(route, FACTS, now + timedelta(days=1), "deadline", session)
    assert (level, "Monday, 20 November 2023, 23:59 CET in Geneva" in sentence) == (Level.BLOCKS, True)
    lenient = factories.make_route(**WRITTEN | {"late": "unread"})
    assert said(lenient, FACTS, now + timedelta(days=1), "deadline", make_session(lenient, session.starts_on))[0] == (
        Level.WARNS
    )


def test_one_case_on_two_ways_that_conflict_is_warned_of_in_either_order(now):
    first, second, third = (factories.make_route() for _ in range(3))
    RouteConflict.objects.create(first=first, second=second, reason="It must not be pending.", as_of=date(2023, 1, 1))
    for route, other in ((first, second), (second, first)):
        taken = replace(FACTS, other_routes={other.pk, third.pk})
        level, sentence = said(route, taken, now, "routes")
        assert level == Level.WARNS
        assert "It must not be pending. (As of 1 January 2023.)" in sentence
    assert not [row for row in findings(third, taken, now).findings if row.topic == "routes"]


def test_findings_are_said_in_korean(now):
    route = factories.make_route(word_limit=1500, footnotes="counted")
    with translation.override("ko"):
        _level, sentence = said(route, replace(FACTS, words=Words(1612, 0)), now, "words")
    assert "1,500단어 중 1,612단어" in sentence


# --- Dated versions -------------------------------------------------------------------------------
def test_a_change_is_a_new_version_and_the_old_one_holds_for_its_time(now):
    route, editor = factories.make_route(word_limit=1500), factories.make_user("sender")
    write_rule(route.pk, valid_from=date(2024, 1, 1), as_of=date(2023, 11, 1), word_limit=1000, by=editor, now=now)
    route = Route.objects.prefetch_related("rules").get(pk=route.pk)
    limits = [route.rule_on(date(year, 6, 1)).word_limit for year in (2022, 2023, 2024)]
    assert limits == [1500, 1500, 1000]
    assert AuditEntry.objects.filter(act="letters.write_rule", object_id=route.pk).count() == 1


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("valid_from", {"valid_from": date(2023, 1, 1)}),
        ("as_of", {"as_of": date(2023, 12, 1)}),
        ("word_limit", {"word_limit": -1}),
        ("word_limit", {"word_limits_by_status": {"general": -1}}),
        ("deadline_anchor", {"deadline_offset_days": -14}),
        ("deadline_offset_days", {"deadline_offset_days": -9999, "deadline_anchor": "session_start"}),
    ],
)
def test_a_version_that_makes_no_sense_is_refused_at_its_field(now, field, facts):
    route = factories.make_route()
    good = {"valid_from": date(2024, 1, 1), "as_of": date(2023, 11, 1), "by": None, "now": now}
    with pytest.raises(RuleRefused) as refused:
        write_rule(route.pk, **good | facts)
    assert refused.value.field == field
    assert route.rules.count() == 1
    write_rule(route.pk, **good)
    assert route.rules.count() == 2


def test_the_desk_says_at_the_field_what_is_wrong_and_keeps_nothing(client, now):
    client.force_login(factories.make_user("sender"))
    route = factories.make_route(required_elements=[{"key": "item", "label": "Agenda item", "required": True}])
    url = reverse("admin:letters_route_actions", args=[route.pk, "write_rule"])
    assert "item*: Agenda item" in client.get(url).content.decode()
    form = factories.rule_form(date(2030, 1, 1))
    bad = {
        "word_limit": "-5", "deadline_offset_days": "-14", "required_elements": "Agenda item\x00",
        "sources": "nothing-like-it", "valid_from": "2023-01-01",
    }  # fmt: skip
    for name, value in bad.items():
        answer = client.post(url, form | {name: value})
        field = "deadline_anchor" if name == "deadline_offset_days" else name
        assert answer.status_code in {409, 422}, name
        assert f'<a href="#id_{field}">' in answer.content.decode(), name
    assert route.rules.count() == 1
    assert client.post(url, form | {"required_elements": "title*: Exact title\nannex: Annex"}).status_code == 302
    assert route.rules.get(valid_from=date(2030, 1, 1)).required_elements == [
        {"key": "title", "label": "Exact title", "required": True},
        {"key": "annex", "label": "Annex", "required": False},
    ]


def test_a_session_that_ends_before_it_begins_is_refused_at_the_field(client):
    client.force_login(factories.make_user("sender"))
    upr = factories.make_route(deadline_anchor="upr_session_start")
    url = reverse("admin:letters_session_add")
    form = {"body": "Council (demo)", "name": "First", "kind": "session_start", "starts_on": "2027-03-01",
            "ends_on": "2027-03-20", "time_zone": "Europe/Zurich", "is_public": "on"}  # fmt: skip
    for bad, sentence in (
        ({"ends_on": "2027-02-28"}, "It ends before it begins."),
        ({"routes": [upr.pk]}, "counts from another kind of session"),
        ({"deadline_at": "2027-03-28T02:30:00"}, "The clocks jump over this hour"),
        ({"deadline_at": "2027-05-01T12:00:00"}, "This lies after the session."),
    ):
        assert sentence in client.post(url, form | bad).content.decode()
    assert not Session.objects.exists()
    client.post(url, form | {"deadline_at": "2027-02-01T12:00:00"})
    assert Session.objects.get().deadline_at == datetime(2027, 2, 1, 11, tzinfo=UTC)


# --- Deadlines ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("starts_on", "at"),
    [
        (date(2027, 2, 22), datetime(2027, 2, 8, 22, 59, 59, tzinfo=UTC)),
        (date(2027, 4, 5), datetime(2027, 3, 22, 22, 59, 59, tzinfo=UTC)),  # clocks change in between
        (date(2027, 6, 14), datetime(2027, 5, 31, 21, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_deadline_ends_its_day_by_the_clocks_of_geneva(starts_on, at):
    route = factories.make_route(**WRITTEN)
    assert deadline_of(make_session(route, starts_on), route).at == at


def test_a_deadline_goes_by_the_hour_and_zone_of_the_rule_or_as_published():
    route = factories.make_route(**WRITTEN, deadline_time=time(17), time_zone="America/New_York")
    session = make_session(route, date(2027, 3, 20))  # New York changes two weeks before Geneva
    deadline = deadline_of(session, route)
    assert deadline.at == datetime(2027, 3, 6, 22, tzinfo=UTC)
    assert [(clock.place, clock.words) for clock in deadline.clocks] == [
        ("New York", "Saturday, 6 March 2027, 17:00 EST"),
        ("Geneva", "Saturday, 6 March 2027, 23:00 CET"),
        ("Seoul", "Sunday, 7 March 2027, 07:00 KST"),
    ]
    session.deadline_at = datetime(2027, 1, 4, 11, tzinfo=UTC)
    assert deadline_of(session, route).at == session.deadline_at
    session.deadline_at, session.kind = None, "upr_session_start"
    assert deadline_of(session, route).at is None


def test_clocks_are_those_of_three_cities():
    assert [clock.words for clock in clocks(datetime(2027, 3, 14, 12, tzinfo=UTC))] == [
        "Sunday, 14 March 2027, 13:00 CET", "Sunday, 14 March 2027, 08:00 EDT", "Sunday, 14 March 2027, 21:00 KST",
    ]  # fmt: skip


# --- iCalendar ------------------------------------------------------------------------------------
def test_a_long_korean_line_is_folded_between_characters_and_reads_the_same():
    words = "마감, 제네바; 시각\\ " * 20 + "끝\nDTSTART:20000101T000000Z\r\x07"
    event = ical.Event(
        uid="a@b", changed_at=datetime(2027, 1, 1, tzinfo=UTC), summary=words, at=datetime(2027, 1, 2, tzinfo=UTC)
    )
    raw = ical.calendar([event], name="Deadlines", language="ko")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert all(line.decode() is not None for line in raw.split(b"\r\n"))  # no character is cut
    unfolded = raw.decode().replace("\r\n ", "")
    assert "\n" not in unfolded.replace("\r\n", "")
    assert unfolded.count("DTSTART:") - unfolded.count("\\nDTSTART:") == 1
    [summary] = [line for line in unfolded.split("\r\n") if line.startswith("SUMMARY:")]
    assert "마감\\, 제네바\\; 시각\\\\ " in summary


# --- The pack -------------------------------------------------------------------------------------
NAMED = [
    submission_packs.Named(name="Roster Group", status="roster"),
    submission_packs.Named(name="북한인권 연대", status="special"),
    submission_packs.Named(name="General Union", status="general"),
    submission_packs.Named(name="강가의 사람들", status="none_found"),
    submission_packs.Named(name="Footbridge", status="unknown"),
]
BODY = "## Why\n\nWe ask[^1] and **정부**는 답해야 합니다.[^2]\n\n1. Stop.\n\n[^1]: A source.\n[^2]: 출처.\n"


def make_sheet(route, now, **elements):
    text = submission_packs.Text(language="en", title="End returns", body=BODY, digest="ab" * 32, publisher="Coalition")
    return submission_packs.write_sheet(
        route, route.rules.get(), text, NAMED, elements=elements, words=count_words(BODY), session=None, now=now
    )


def test_the_pack_groups_by_status_and_puts_the_others_in_a_note_to_the_title(now):
    elements = [{"key": "item", "label": "Agenda item", "required": True}]
    route = factories.make_route(
        lead_statuses=["special"], required_elements=elements, confidentiality="Confidential throughout."
    )
    sheet = make_sheet(route, now, item="4", invented="no")
    assert [group["names"] for group in sheet["sponsors"]] == [["General Union"], ["북한인권 연대"], ["Roster Group"]]
    assert sheet["title_note"].startswith("강가의 사람들; Footbridge, non-governmental organizations without")

    written = submission_packs.pack_pdf(sheet)
    pdf = pypdf.PdfReader(io.BytesIO(written))
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    words = " ".join("\n".join(page.extract_text() for page in pdf.pages).split())
    for expected in ("북한인권 연대", "Agenda item", "Confidential throughout.", "ab" * 32, "End returns*", "출처."):
        assert expected in words
    assert len(pdf.pages) == 2
    assert submission_packs.pages_of(sheet) == 1  # the sheet of what is asked for besides does not count

    file = submission_packs.pack_docx(sheet)
    assert file == submission_packs.pack_docx(sheet)
    document = Document(io.BytesIO(file))
    headings = [row.text for row in document.paragraphs if row.style.name.startswith("Heading")]
    assert headings == ["End returns*", "Why", "What the body asks for", "Agenda item"]
    archive = ZipFile(io.BytesIO(file))
    notes, text = archive.read("word/footnotes.xml").decode(), archive.read("word/document.xml").decode()
    assert notes.count("<w:footnoteRef/>") == 2  # numbered
    assert "강가의 사람들" in notes
    assert "강가의 사람들" not in text
    assert text.count("w:footnoteReference") == 3


def test_a_route_without_statuses_names_all_together(now):
    sheet = make_sheet(factories.make_route(), now)
    assert [len(group["names"]) for group in sheet["sponsors"]] == [5]
    assert not sheet["title_note"]


# --- Submissions ----------------------------------------------------------------------------------
def prepare(route, facts, now, case="A"):
    return prepare_submission(
        Route.objects.get(pk=route.pk), facts, sheet=lambda rule: {}, session=None, about="statement:1", case=case,
        title="End returns", text_digest="ab" * 32, by=factories.make_user("editor"), now=now,
    )  # fmt: skip


def test_a_submission_is_prepared_only_when_nothing_stands_in_the_way(now):
    route = factories.make_route(word_limit=1500)
    with pytest.raises(SubmissionRefused, match="1,501 of 1,500 words"):
        prepare(route, replace(FACTS, words=Words(1501, 0)), now)
    assert not Submission.objects.exists()
    submission = prepare(route, FACTS, now)
    assert routes_taken("A") == {route.pk}
    by = submission.prepared_by
    for bad in ({"on": now.date() + timedelta(days=1), "evidence": "Form 7"}, {"on": now.date(), "evidence": " "}):
        with pytest.raises(SubmissionRefused):
            note_submitted(submission.pk, **bad, by=by, now=now)
    note_submitted(submission.pk, on=now.date(), evidence="Form 7", by=by, now=now)
    assert Submission.objects.get().state == "submitted"
    with pytest.raises(SubmissionRefused):
        note_submitted(submission.pk, on=now.date(), evidence="Form 8", by=by, now=now)


def test_any_text_is_checked_at_the_desk_and_not_kept(client):
    client.force_login(factories.make_user("auditor"))
    route = factories.make_route(word_limit=3, footnotes="counted")
    url = reverse("admin:letters_route_actions", args=[route.pk, "check_text"])
    form = {"text": "One two three.[^1]\n\n[^1]: Four.", "language": "en", "format": "docx",
            "lead_status": "special", "submitters": "1", "confidential": "0"}  # fmt: skip
    assert "4 of 3 words, footnotes counted. 1 word too long." in client.post(url, form).content.decode()
    route.rules.update(page_limit=1)
    long = client.post(url, form | {"text": "A line of words. " * 900}).content.decode()
    assert "of 1 pages, as typeset here." in long
    assert client.post(url, form | {"text": "\x00"}).status_code == 422
    assert RouteRule.objects.count() == 1
    assert not Submission.objects.exists()
