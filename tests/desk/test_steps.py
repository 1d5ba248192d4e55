"""Steps act on POST alone, with a token, for whoever may; every refusal is a sentence."""

import re

import pytest
from django.contrib.messages import get_messages
from django.forms.models import model_to_dict

from accounts.models import AuditEntry
from campaigns.models import Organization
from petitions.models import Petition, Signature
from tests import factories
from tests.conftest import LONG
from tests.desk import places

pytestmark = pytest.mark.django_db


def said(response):
    """The sentences that the answer carries to the next page."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def everything(model):
    return [model_to_dict(row) for row in model._default_manager.order_by("pk")]


def test_there_are_steps_in_every_room():
    assert {model._meta.app_label for model, _admin, _name in places.steps()} == {
        "accounts", "campaigns", "petitions", "statements", "letters", "outbox",
    }  # fmt: skip


def test_no_step_acts_on_anything_but_post(world, superuser, desk):
    client = desk(superuser)
    for model, model_admin, name in places.steps() if LONG else places.steps()[::3]:
        lines, before = AuditEntry.objects.count(), everything(model)
        for number, row in enumerate(model._default_manager.all()[:2]):
            reading, others = (client.get, client.head), (client.options, client.put, client.delete)
            for method in reading + others if number == 0 else reading:  # the others never ask which row it is
                response = method(places.step(row, name))
                has_form = "GET" in getattr(model_admin, name).methods and method in (client.get, client.head)
                assert response.status_code in ({200, 302} if has_form else {405}), (model, name, method)
        assert everything(model) == before, (model, name)
        assert AuditEntry.objects.count() == lines, (model, name)


def test_no_step_acts_without_a_token(world, superuser, desk):
    client = desk(superuser, csrf=True)
    lines = AuditEntry.objects.count()
    for model, _admin, name in places.steps():
        row = model._default_manager.first()
        if row is None:
            continue  # the access matrix has one of each, and asks the same
        assert client.post(places.step(row, name), {"reason": "Because."}).status_code == 403, (model, name)
    assert AuditEntry.objects.count() == lines


def test_whoever_lost_the_role_gets_a_sentence_and_nothing_happens(world, desk):
    user = factories.make_user("editor", "sender", "moderator", "administrator", "press", "auditor", "safeguarding")
    client = desk(user)
    groups = list(user.groups.all())
    user.groups.set([group for group in groups if group.name == "auditor"])
    for model, _admin, name in places.steps() if LONG else places.steps()[::2]:
        if name == "export_ledger":
            continue  # auditors may
        lines, before = AuditEntry.objects.count(), everything(model)
        for row in model._default_manager.all()[:3]:
            response = client.post(places.step(row, name), {"reason": "Because."})
            assert response.status_code in {302, 403}, (model, name)
            if response.status_code == 302:
                assert "role does not include" in said(response)[-1]
        assert everything(model) == before, (model, name)
        assert AuditEntry.objects.count() == lines, (model, name)


def test_an_author_submits_and_somebody_else_publishes(world, desk):
    author, other = desk(world.editor), desk(factories.make_user("editor"))
    author.post(places.step(world.draft, "submit"))
    world.draft.refresh_from_db()
    assert world.draft.state == "in_review"
    html = author.get(places.page(world.draft)).content.decode()
    assert "actions/publish/" not in html
    assert "You wrote it" in html
    refused = author.post(places.step(world.draft, "publish"))
    assert "somebody other than its author" in said(refused)[-1]
    assert "actions/publish/" in other.get(places.page(world.draft)).content.decode()
    other.post(places.step(world.draft, "publish"))
    world.draft.refresh_from_db()
    assert world.draft.state == "open"


def test_sending_back_takes_a_reason_that_stands_in_the_history(world, desk):
    client = desk(factories.make_user("editor"))
    address = places.step(world.in_review, "send_back")
    empty = client.post(address, {"reason": " "})
    assert empty.status_code == 422
    assert "Please write the reason." in empty.content.decode()
    client.post(address, {"reason": "The second demand has no addressee."})
    assert Petition.objects.get(pk=world.in_review.pk).state == "draft"
    assert "The second demand has no addressee." in client.get(places.page(world.in_review)).content.decode()


def test_a_step_that_came_too_late_is_refused_with_the_state_in_words(world, desk):
    client = desk(factories.make_user("editor"))
    response = client.post(places.step(world.open_petition, "publish"))
    assert response.status_code == 302
    assert "“open”" in said(response)[-1]


def test_closing_asks_once_more(world, desk):
    client = desk(factories.make_user("editor"))
    address = places.step(world.open_petition, "close")
    assert "A closed petition is not opened again" in client.get(address).content.decode()
    assert Petition.objects.get(pk=world.open_petition.pk).state == "open"
    client.post(address)
    assert Petition.objects.get(pk=world.open_petition.pk).state == "closed"


def test_a_moderator_verifies_and_suspends_an_organization(world, desk):
    client = desk(factories.make_user("moderator"))
    applied = Organization.objects.get(state="applied")
    client.post(places.step(applied, "verify"))
    applied.refresh_from_db()
    assert applied.state == "verified"
    assert client.post(places.step(applied, "suspend"), {"reason": ""}).status_code == 422
    client.post(places.step(applied, "suspend"), {"reason": "Its website is gone."})
    applied.refresh_from_db()
    assert applied.state == "suspended"
    lines = AuditEntry.objects.filter(object_type="campaigns.organization", object_id=applied.pk).order_by("pk")
    assert [(line.act, line.reason) for line in lines] == [
        ("campaigns.verify_organization", ""),
        ("campaigns.suspend_organization", "Its website is gone."),
    ]


def test_a_delegate_is_invited_from_the_page_of_the_organization(world, desk):
    client = desk(factories.make_user("moderator"))
    organization = factories.make_organization()
    address = places.step(organization, "invite_delegate")
    form = {
        "name": "Kim Da-on",
        "address": "no address",
        "mandate": "Board, 3 May",
        "language": "ko",
        "may_sign": "on",
    }
    wrong = client.post(address, form)
    assert wrong.status_code == 422
    assert "An example: name@example.org" in wrong.content.decode()
    assert "Kim Da-on" in wrong.content.decode()  # nothing typed is lost
    client.post(address, form | {"address": "daon@organization.example"})
    delegate = organization.delegates.get()
    assert (delegate.user.email, delegate.user.language, delegate.may_sign) == ("daon@organization.example", "ko", True)
    staff = client.post(address, form | {"address": world.editor.email})
    assert staff.status_code == 409
    assert "member of staff" in staff.content.decode()


def test_signatures_have_no_box_and_no_step_for_whoever_moderates_nothing(world, superuser, desk):
    client = desk(factories.make_user("safeguarding"))
    html = client.get(places.page(Signature.objects.get())).content.decode()
    assert re.findall(r"actions/(\w+)/", html) == ["reveal"]
    assert 'name="name"' not in html
    assert desk(superuser).post(places.page(Signature.objects.get()), {"name": "X"}).status_code == 403
