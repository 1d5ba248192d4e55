"""A statement held against a route at the desk, and its submission."""

import io
import json
from datetime import date, timedelta

import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Organization
from letters.models import RouteConflict, Session, Submission
from statements.models import CoSignature, Translation
from tests import factories

pytestmark = pytest.mark.django_db
ELEMENTS = [{"key": "item", "label": "Agenda item", "required": True}]


@pytest.fixture
def route():
    return factories.make_route(
        word_limit=100, footnotes="counted", lead_statuses=["special"], required_elements=ELEMENTS,
        publishes_names="all",
    )  # fmt: skip


@pytest.fixture
def statement(now):
    """Published; a special one leads, one has no status, a third asked not to be named."""
    statement = factories.make_statement(now=now)
    for name, status in (("Lead", "special"), ("Friend", "none_found"), ("Secret Circle", "general")):
        delegate = factories.make_delegate(factories.make_organization(f"{name} (demo)", name_ko=f"{name} 모임"))
        Organization.objects.filter(pk=delegate.organization_id).update(ecosoc_status=status)
        factories.sign_statement(statement, delegate, now=now)
    CoSignature.objects.filter(organization__name="Lead (demo)").update(is_lead=True)
    CoSignature.objects.filter(organization__name="Secret Circle (demo)").update(is_confidential=True)
    return statement


@pytest.fixture
def press(client, statement, route):
    """Press a button of the page with these answers."""
    client.force_login(factories.make_user("editor"))
    url = reverse("admin:statements_statement_actions", args=[statement.pk, "submit_to_body"])
    form = {"route": route.pk, "language": "en", "format": "docx", "case": "case-1", "answers": "1"}

    def press(button="check", follow=True, **answers):
        return client.post(url, form | answers | {button: "1"}, follow=follow)

    press.form = form
    return press


def test_the_page_counts_names_what_is_missing_and_prepares_the_pack(press, client, statement):
    checked = press().content.decode()
    assert "3 of 100 words, footnotes counted." in checked
    assert "Missing, and asked for by the body: Agenda item." in checked
    assert "The rule as of 1 January 2023." in checked
    assert "This route publishes every name. 1 organization signed on condition of not being named." in checked
    refused = press("prepare")
    assert refused.status_code == 409
    assert not Submission.objects.exists()

    page = press("prepare", **{"answer-item": "4"}).content.decode()
    submission = Submission.objects.get()
    assert submission.text_digest == statement.versions.get().digest
    assert "Secret Circle" not in page + json.dumps(submission.sheet)
    assert submission.sheet["sponsors"][0]["names"] == ["Lead (demo)"]
    assert submission.sheet["title_note"].startswith("Friend (demo), a non-governmental organization without")
    for extension, begins in (("pdf", b"%PDF"), ("docx", b"PK")):
        file = client.get(reverse("admin:letters_submission_file", args=[submission.pk, extension]))
        assert file.content.startswith(begins)
        assert file.headers["Content-Disposition"].startswith("attachment; ")
        if extension == "pdf":
            words = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file.content)).pages)
            assert submission.text_digest in words
            assert "Secret Circle" not in words
    assert client.get(f"/admin/letters/submission/{submission.pk}/pack.exe").status_code == 404


def test_whoever_asked_for_confidence_is_not_written_into_the_answers(press):
    for name in ("Secret Circle (demo)", "secret circle 모임"):
        assert press("prepare", **{"answer-item": f"4; ask {name}"}).status_code == 409, name
        assert not Submission.objects.exists(), name
    press("prepare", **{"answer-item": "4"})
    assert Submission.objects.exists()


def test_the_limit_of_the_body_stops_the_submission_and_a_second_way_is_warned_of(press, route):
    route.rules.update(word_limit=2)
    page = press("prepare", **{"answer-item": "4"})
    assert "3 of 2 words, footnotes counted. 1 word too long." in page.content.decode()
    assert not Submission.objects.exists()
    route.rules.update(word_limit=3)
    press("prepare", **{"answer-item": "4"})
    other = factories.make_route()
    RouteConflict.objects.create(first=other, second=route, reason="Not twice.", as_of=date(2023, 1, 1))
    warned = press(route=other.pk).content.decode()
    assert f"The same case already goes by “{route.name}”. Not twice." in warned
    assert "Not twice." not in press(route=other.pk, case="case-2").content.decode()


def test_forged_and_unfit_answers_are_said_at_the_field(press):
    for answers, sentence in (
        ({"route": "999999"}, "Select a valid choice"),
        ({"language": "xx"}, "Select a valid choice"),
        ({"lead": "999999"}, "Select a valid choice"),
        ({"case": "a\x00b"}, "invisible characters"),
        ({"answer-item": "x" * 2001}, "Ensure this value has at most 2000 characters"),
        ({"answer-item": "four \U0001f600"}, "No font here has"),
    ):
        answer = press("prepare", **{"answer-item": "4"} | answers)
        assert answer.status_code == 422, answers
        assert sentence in answer.content.decode(), answers
        assert not Submission.objects.exists(), answers


def test_the_first_look_holds_what_the_desk_knows_and_no_name_given_in_confidence(press, route):
    keys = ("lead", "stakeholders", "title", "item")
    route.rules.update(required_elements=[{"key": key, "label": key, "required": True} for key in keys])
    page = press(answers="").content.decode()
    assert "Missing, and asked for by the body: lead." in page  # an empty form sent back stays empty
    del press.form["answers"]
    page = press().content.decode()
    assert "Lead (demo) (special consultative status)" in page
    assert "Lead (demo); Friend (demo)" in page
    assert "Secret" not in page
    assert "Missing, and asked for by the body: item." in page
    assert "Missing, and asked for by the body: lead." not in page


def test_a_session_of_another_route_is_refused(press, route):
    day = timezone.localdate() + timedelta(days=30)
    session = Session.objects.create(body="Council (demo)", name="First (demo)", starts_on=day, ends_on=day)
    assert "This route does not lead to that session." in press(session=session.pk).content.decode()
    session.routes.set([route])
    press("prepare", session=session.pk, **{"answer-item": "4"})
    assert Submission.objects.get().session == session


def test_a_draft_is_checked_and_not_submitted_and_hidden_names_stay_hidden(press, statement, client, route):
    draft = factories.make_draft()
    Translation.objects.filter(version__statement=draft, language="en").update(body="One two three four.")
    url = reverse("admin:statements_statement_actions", args=[draft.pk, "submit_to_body"])
    form = {"route": route.pk, "language": "en", "format": "docx", "case": "c", "answers": "1", "answer-item": "4"}
    route.rules.update(lead_statuses=[])
    assert "4 of 100 words" in client.post(url, form | {"check": "1"}).content.decode()
    assert "Lock the text first" in client.post(url, form | {"prepare": "1"}).content.decode()
    type(statement).objects.filter(pk=statement.pk).update(names_hidden=True)
    assert "The names under this statement are hidden" in press("prepare", **{"answer-item": "4"}).content.decode()
    assert not Submission.objects.exists()
