"""Forged addresses, methods and forms: refused in words, and nothing is changed."""

import re
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from django.db import models, transaction
from django.urls import resolve, reverse
from django.utils import translation

from accounts.models import User
from tests.access import addresses, cells, declared, discovery, words
from tests.access.asking import Asker, quickly
from tests.access.words import ACTS, MOVES, OPENS, REFUSED, SIGN_IN, TOLD
from tests.conftest import LONG

pytestmark = pytest.mark.django_db

TOO_LARGE = "9" * 30  # for any column
FORGED = ["999999", TOO_LARGE, "abc", "-1", "1%00", "%27%20or%201=1"]
SIGNED_WITHOUT_COOKIE = {
    "campaigns:join",
    "campaigns:confirm-application",
    "statements:personal",
    "petitions:sign",
    "petitions:confirm",
    "petitions:report",
    "petitions:resend",
    "petitions:manage-change",
    "petitions:manage-erase",
    "petitions:manage-withdraw",
    "petitions:not-me",
    "petitions:unsubscribe",
    "statements:stop-news",
}  # what comes from another site is refused instead
# What a form does not hold and follows from who posts it.
FOLLOWS = {"changed_at", "last_written_by", "email_fingerprint", "session_round"}


@pytest.fixture
def quick():
    with quickly():
        yield


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- Addresses ------------------------------------------------------------------------------------
def forged_addresses(world):
    """(address, what stands in it) for every address with something in it that can be forged."""
    for key, find in addresses.ARGUMENTS.items():
        if key != "admin/(?P<url>.*)$":
            found = [str(argument) for argument in find(world)]
            yield addresses.path(world, key), found[-1]
    for label, row in world.rows.items():
        base = reverse(f"admin:{label.replace('.', '_')}_changelist")
        steps = [f"{base}{row.pk}/actions/{name}/" for name in declared.DESK_ROWS[label].steps]
        for address in [
            f"{base}{row.pk}/",
            *(f"{base}{row.pk}/{kind}/" for kind in ("change", "history", "delete")),
            *steps,
        ]:
            yield address, str(row.pk)


@pytest.mark.parametrize("forged", FORGED if LONG else [TOO_LARGE, "1%00"])
@pytest.mark.parametrize("person", [words.ANONYMOUS, words.SIGNER, words.SUPERUSER])
def test_what_does_not_exist_is_neither_shown_nor_changed_nor_an_error(world, asker, quick, person, forged):
    wrong = []
    step = 1 if LONG or (person, forged) == (words.SUPERUSER, TOO_LARGE) else 3
    for address, real in [*forged_addresses(world)][::step]:
        if person != words.SUPERUSER and address.startswith("/admin/"):
            continue  # the door of the desk, which the matrix tries everywhere
        before, _found, after = address.rpartition(real)
        for method in ("GET", "POST"):
            answer = asker.ask(world.session(person), method, f"{before}{forged}{after}", {"reason": "Because."})
            if answer.kind not in {REFUSED, SIGN_IN, MOVES, TOLD} or answer.wrote:
                wrong.append(f"{method} {before}{forged}{after}: {answer}")
    assert not wrong, "\n".join(wrong)


def test_a_delegate_finds_nothing_of_another_organization(world, asker):
    """Both organizations signed `signed`; only `own` was asked to sign `waiting`."""

    def body(person, key, **query):
        slug = [] if key == "statements:delegate-home" else [world.signed.slug]
        path = reverse(key, args=slug) + (f"?organization={query['organization']}" if query else "")
        return asker.ask(world.session(person), "GET", path)

    for person, mine, theirs in ((words.SIGNER, world.own, world.other), (words.OTHER, world.other, world.own)):
        for key in ("statements:cosigned", "statements:receipt", "statements:cosign", "statements:delegate-pdf"):
            assert body(person, key).kind == OPENS
            assert body(person, key, organization=mine.slug).kind == OPENS
            assert body(person, key, organization=theirs.slug).kind == REFUSED
        assert mine.name in body(person, "statements:cosigned").body.decode()
        assert theirs.name not in body(person, "statements:cosigned").body.decode()
        assert theirs.name not in body(person, "statements:delegate-home").body.decode()
    assert world.waiting.slug in body(words.SIGNER, "statements:delegate-home").body.decode()
    assert world.waiting.slug not in body(words.OTHER, "statements:delegate-home").body.decode()


def test_a_link_of_a_mail_opens_what_it_is_for_whoever_holds_it_and_nothing_else(world, asker):
    tokens = {
        "petitions:confirm": addresses.right_token(world),
        "admin:invitation": world.invitation.token,
        "admin:new_password": world.password_link.token,
    }
    for key in tokens:
        for other, token in tokens.items():
            for person in (words.ANONYMOUS, words.SIGNER, words.SUPERUSER):
                answer = asker.ask(world.session(person), "GET", reverse(key, args=[token]))
                assert answer.kind == (OPENS if key == other else REFUSED), (key, other, person)


def test_both_languages_lead_to_the_same_views(world):
    for key in [key for key in declared.PUBLIC_PAGES | declared.DELEGATE_PAGES if ":" in key]:
        found = {}
        for language, prefix in (("en", ""), ("ko", "/ko")):
            with translation.override(language):
                path = addresses.path(world, key).partition("?")[0]
                assert path.startswith(f"{prefix}/")
                found[language] = resolve(path).func
        assert found["en"] is found["ko"], key


# --- Methods --------------------------------------------------------------------------------------
@pytest.mark.parametrize("person", [words.SUPERUSER, *([words.ANONYMOUS, words.SIGNER] if LONG else [])])
def test_nothing_is_served_but_get_head_and_post(world, asker, some_cases, quick, person):
    for case in some_cases:
        for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"):
            answer = case.ask(asker, world, method, person, undo=False)
            assert (answer.status, answer.wrote) == (405, frozenset()), (method, case.name)


@pytest.mark.parametrize("person", [words.SUPERUSER, *([words.ANONYMOUS, words.SIGNER] if LONG else [])])
def test_head_is_answered_as_get_and_writes_no_more(world, asker, some_cases, quick, person):
    for case in some_cases:
        answer = case.ask(asker, world, "HEAD", person)
        assert answer.kind == case.expected("GET", person), case.name
        assert answer.wrote <= case.leaves, case.name
        assert answer.body == b""


def test_nothing_acts_without_the_token_of_its_form(world, some_cases, quick):
    strict = Asker(csrf=True)
    acting = 0
    for case in some_cases:
        for person in (words.ANONYMOUS, words.HOLDER, words.SIGNER, words.HALF_WAY, words.SUPERUSER):
            if case.expected("POST", person) == ACTS and case.name not in SIGNED_WITHOUT_COOKIE:
                acting += 1
                answer = case.ask(strict, world, "POST", person)
                assert (answer.kind, answer.wrote) == (REFUSED, frozenset()), (case.name, person)
    assert acting > (60 if LONG else 15)


# --- Forms ----------------------------------------------------------------------------------------
def test_a_form_changes_no_field_that_it_does_not_show(world, asker, cases):
    changed = [(label, rows) for label, rows in declared.DESK_ROWS.items() if rows.change]
    for label, _rows in changed if LONG else changed[::2]:
        row, session = world.rows[label], world.session(words.SUPERUSER)
        [case] = [case for case in cases if case.name == f"admin:{label.replace('.', '_')}_change"]
        page = case.path(words.SUPERUSER)
        shown = set(re.findall(r' name="(\w+)"', asker.ask(session, "GET", page).body.decode()))
        hidden = [
            field
            for field in row._meta.concrete_fields
            if not field.primary_key and not any(f"{name}_".startswith(f"{field.name}_") for name in shown)
        ]
        forged = {field.name: _forged(field, world) for field in hidden}
        names = ["pk", *(field.attname for field in hidden if field.name not in FOLLOWS)]
        kept = type(row)._default_manager.filter(pk=row.pk).values(*names)
        with undone():
            before = kept.get()
            answer = asker.ask(session, "POST", page, case.form(words.SUPERUSER) | forged, undo=False)
            assert answer.kind == ACTS, (label, answer)
            assert kept.get() == before, label


def _forged(field, world):
    if field.remote_field:
        return world.people[words.SUPERUSER].pk
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.DateField):
        return "2020-02-02"
    return "7"


@pytest.mark.parametrize("role", words.ROLES)
def test_a_role_taken_away_while_a_page_is_open_is_gone_at_once(world, asker, cases, role):
    user = world.people[role]
    acting = [case for case in cases if case.at_desk and case.expected("POST", role) == ACTS]
    acting = [case for case in acting if case.expected("POST", words.NO_ROLE) != ACTS]
    ways = [
        (lambda: user.groups.clear(), {REFUSED, TOLD}),
        (lambda: User.objects.filter(pk=user.pk).update(is_staff=False), {SIGN_IN}),
        (lambda: User.objects.filter(pk=user.pk).update(is_active=False), {SIGN_IN}),
        (lambda: User.objects.filter(pk=user.pk).update(password="another"), {SIGN_IN}),
    ]
    for take_away, expected in ways:
        with undone():
            take_away()
            for case in acting[:8]:
                answer = case.ask(asker, world, "POST", role)
                assert answer.kind in expected, (case.name, answer)
                assert not answer.wrote, (case.name, answer)


def test_only_the_choices_of_a_form_are_searched_and_by_whom_may_read_them(world, asker, quick):
    opened = set()
    for model in discovery.models_of_the_site():
        for field in model._meta.get_fields():
            app_label, model_name = model._meta.label_lower.split(".")
            asked = {"app_label": app_label, "model_name": model_name, "field_name": field.name, "term": ""}
            address = f"{reverse('admin:autocomplete')}?{urlencode(asked)}"
            answer = asker.ask(world.session(words.SUPERUSER), "GET", address)
            assert answer.kind in {OPENS, REFUSED}, (model, field, answer)
            if answer.kind == OPENS:
                opened.add((model._meta.label_lower, field.name))
                target = field.remote_field.model._meta.label_lower
                for person in words.people():
                    may = person in cells.readers(declared.DESK_ROWS[target])
                    kind = asker.ask(world.session(person), "GET", address).kind
                    assert (kind == OPENS) == may, (model, field, person)
    assert opened == declared.AUTOCOMPLETED


@pytest.mark.parametrize("name", ["password", "email_fingerprint", "email", "nonce", "slug"])
def test_no_list_and_no_page_is_asked_by_another_field(world, asker, name):
    for label, row in world.rows.items():
        if name not in [field.name for field in row._meta.concrete_fields] and label != "accounts.user":
            continue
        base = reverse(f"admin:{label.replace('.', '_')}_changelist")
        for address in (base, f"{base}{row.pk}/change/"):
            answer = asker.ask(world.session(words.SUPERUSER), "GET", f"{address}?_to_field={name}&_popup=1")
            assert answer.status in {400, 403}, (address, answer)
