"""Who may do what: no role does everything, administrators do none of the campaign's work, nobody deletes."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission

from accounts.roles import ROLES, alone, codenames, write_roles
from tests.desk import places
from tests.factories import make_published, make_user

pytestmark = pytest.mark.django_db

TWO_PERSON_ACTS = {  # the act of the first person, and of the second
    "letters.request_release": "letters.approve_release",
    "petitions.change_petition": "petitions.publish_petition",
    "statements.change_statement": "statements.publish_statement",
}
CAMPAIGN_ROOMS = {"campaigns", "petitions", "statements", "letters", "outbox"}
# Undone as easily as done, or about the machine.
NOT_THE_CAMPAIGNS = {
    "petitions.hide_names_petition",
    "statements.hide_names_statement",
    "outbox.view_domaincheck",
    "outbox.change_domaincheck",
}
PEOPLE = {
    "petitions.view_signature",
    "petitions.view_comment",
    "petitions.view_report",
    "petitions.view_handover",
    "letters.view_inboundmail",
    "statements.view_personalsignature",
    "campaigns.view_delegate",
    "accounts.view_user",
}


def granted(role):
    rows = Permission.objects.filter(group__name=role).values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def test_the_groups_hold_exactly_what_is_declared_after_every_migration():
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES) == {
        "editor", "moderator", "sender", "press", "safeguarding", "auditor", "administrator",
    }  # fmt: skip
    Group.objects.get(name="press").permissions.set(Permission.objects.all())
    write_roles(None)
    for role, grants in ROLES.items():
        wanted = {
            f"{model.split('.')[0]}.{codename}" for model, acts in grants.items() for codename in codenames(model, acts)
        }
        assert wanted == granted(role), role


@pytest.mark.parametrize("role", ROLES)
def test_nobody_deletes(role):
    assert granted(role)
    assert not [name for name in granted(role) if ".delete_" in name]


def test_administrators_make_accounts_and_do_none_of_the_campaigns_work():
    in_the_rooms = {name for name in granted("administrator") if name.partition(".")[0] in CAMPAIGN_ROOMS}
    assert in_the_rooms <= NOT_THE_CAMPAIGNS
    rooms = {name.partition(".")[0] for name in granted("administrator") - NOT_THE_CAMPAIGNS}
    assert rooms - {"privacy"} == {"accounts", "auth"}
    others = set(ROLES) - {"administrator"}
    assert not [role for role in others if {"accounts.add_user", "accounts.change_user"} & granted(role)]
    for role in others:
        assert alone(["administrator", role]) == "administrator"
    assert alone(["administrator"]) == alone(["editor", "sender"]) == ""


def test_who_decides_on_organizations_and_comments_sends_nothing_and_publishes_nothing():
    for role in ("moderator", "safeguarding", "press", "auditor"):
        acts = set(TWO_PERSON_ACTS) | set(TWO_PERSON_ACTS.values())
        assert not granted(role) & acts, role


def test_writing_and_sending_are_two_roles():
    """Where one role holds both ends of an act, the service refuses the same person; see the tests of each room."""
    for first, second in TWO_PERSON_ACTS.items():
        holders = {end: {role for role in ROLES if end in granted(role)} for end in (first, second)}
        assert holders[first] == holders[second], first
        assert len(holders[first]) == 1
    assert not granted("editor") & {"letters.request_release", "letters.approve_release"}
    assert not granted("sender") & {"petitions.publish_petition", "statements.publish_statement"}


def test_an_auditor_sees_everything_but_people_and_changes_nothing():
    held = granted("auditor")
    assert all(name.split(".")[1].startswith(("view_", "export_", "read_")) for name in held)
    assert not held & PEOPLE
    seen = {name.split(".")[0] for name in held}
    assert seen >= CAMPAIGN_ROOMS | {"accounts"}
    rooms = {f"{model._meta.app_label}.view_{model._meta.model_name}" for model in admin.site._registry}
    assert rooms - held == PEOPLE


def test_an_auditor_reads_what_was_signed_but_not_by_whom(client, come_in):
    statement = make_published(signers=1)
    cosignature = statement.cosignatures.get()
    type(cosignature).objects.update(signer_name="Signer Whose Name Is Private")
    for role, reads in (("auditor", False), ("press", False), ("moderator", True)):
        html = come_in(make_user(role)).get(places.page(cosignature)).content.decode()
        assert cosignature.digest in html
        assert ("Signer Whose Name Is Private" in html) is reads, role
