"""The delegate's area: signing in by code."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import SignInCode
from accounts.services.codes import CODES_PER_HOUR, MAX_TRIES
from outbox.models import Email
from statements.models import CoSignature
from statements.views.sign_in import NEXT
from tests.factories import make_delegate, make_user
from tests.statements.places import answers, page

pytestmark = pytest.mark.django_db

WRONG = "This code does not fit, or is no longer valid. Ask for a new one."


@pytest.fixture(scope="module")
def moment():
    """The pages look at the clock themselves."""
    return timezone.now()


@pytest.fixture(autouse=True)
def _real_mail_rows(settings):
    """Codes go through the outbox as they do in the product; pytest-django would keep them in a list."""
    settings.EMAIL_BACKEND = "outbox.backends.QueueBackend"


def code_in_mail():
    return re.search(r"\d{4} \d{4}", Email.objects.filter(kind="django").latest("pk").payload["text"]).group()


def ask_for_code(client, address="haneul@river.example", way_in=None):
    return client.post(way_in or reverse("statements:sign-in"), {"email": address})


def give_code(client, code):
    return client.post(reverse("statements:sign-in-code"), {"code": code})


def without_csrf(response):
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", response.content)


def test_a_known_and_an_unknown_address_are_answered_alike(client, client_two):
    unknown = [ask_for_code(client), client.get(reverse("statements:sign-in-code")), give_code(client, "00000000")]
    mailed = Email.objects.exclude(state=Email.State.WITHHELD)
    assert mailed.count() == 0  # strangers are mailed nothing
    make_delegate(address="haneul@river.example")
    known = [
        ask_for_code(client_two),
        client_two.get(reverse("statements:sign-in-code")),
        give_code(client_two, "00000000"),
    ]
    assert mailed.count() == 1
    for stranger, delegate in zip(unknown, known, strict=True):
        assert stranger.status_code == delegate.status_code
        assert without_csrf(stranger) == without_csrf(delegate)
        names = [sorted(set(response.headers) - {"Set-Cookie"}) for response in (stranger, delegate)]
        assert names[0] == names[1]
        assert set(stranger.cookies) == set(delegate.cookies)


@pytest.fixture
def client_two():
    return Client()


def test_the_code_page_says_if_and_not_that(client):
    ask_for_code(client, "nobody@river.example")
    content = client.get(reverse("statements:sign-in-code")).content.decode()
    assert "If <strong>nobody@river.example</strong> belongs to a delegate" in content
    assert f'href="{reverse("statements:sign-in")}"' in content  # for another code


def test_a_code_signs_in_once(client, client_two, delegate):
    for visitor in (client, client_two):
        visitor.get(reverse("statements:sign-in"))
    ask_for_code(client)
    code = code_in_mail()
    assert give_code(client, code).url == reverse("statements:delegate-home")
    assert client.get(reverse("statements:delegate-home")).status_code == 200
    session = client_two.session
    session["sign_in_address"] = client.session.get("sign_in_address")
    assert session["sign_in_address"] is None  # nothing of the way in stays behind
    ask_for_code(client_two, "haneul@river.example")
    SignInCode.objects.latest("pk").delete()  # leaves only the one used
    assert WRONG in give_code(client_two, code).content.decode()


def test_a_wrong_code_gets_a_sentence_beside_the_field(client, delegate):
    ask_for_code(client)
    response = give_code(client, "1")
    assert response.status_code == 422
    assert response.content.decode().count(WRONG) == 2  # in the summary and beside the field
    assert "_auth_user_id" not in client.session


def test_a_code_expires(client, delegate, settings, time_machine):
    ask_for_code(client)
    time_machine.move_to(timezone.now() + settings.SIGN_IN_CODE_LIFETIME + timedelta(seconds=1))
    assert WRONG in give_code(client, code_in_mail()).content.decode()


def test_five_wrong_tries_end_a_code(client, delegate):
    ask_for_code(client)
    code = code_in_mail()
    wrong = "00000000" if code != "0000 0000" else "00000001"
    for _ in range(MAX_TRIES):
        assert WRONG in give_code(client, wrong).content.decode()
    assert WRONG in give_code(client, code).content.decode()
    ask_for_code(client)
    assert give_code(client, code_in_mail()).status_code == 302


def test_a_newer_code_replaces_the_older(client, delegate):
    ask_for_code(client)
    first = code_in_mail()
    ask_for_code(client)
    assert first != code_in_mail()
    assert WRONG in give_code(client, first).content.decode()
    assert give_code(client, code_in_mail()).status_code == 302


def test_a_mailbox_gets_only_so_many_codes_an_hour_and_nobody_can_tell(client, delegate):
    answers = {without_csrf(ask_for_code(client)) for _ in range(CODES_PER_HOUR + 2)}
    assert len(answers) == 1
    assert Email.objects.count() == CODES_PER_HOUR


def test_many_codes_from_one_network_are_refused_with_a_sentence(client):
    responses = [ask_for_code(client, f"{n}@river.example") for n in range(31)]
    assert responses[-2].status_code == 302
    assert responses[-1].status_code == 429
    assert "Too many codes were asked for from your network." in responses[-1].content.decode()


@pytest.mark.parametrize("address", ["", "nonsense", "a b@c.example", "x" * 300 + "@c.example", "a\x00@c.example"])
def test_what_is_no_address_gets_a_sentence(client, address):
    response = ask_for_code(client, address)
    assert response.status_code == 422
    assert "id_email_error" in response.content.decode()


@pytest.mark.parametrize("code", ["", "x" * 5000, "1\n2", "1\x002"])
def test_what_is_no_code_gets_a_sentence(client, delegate, code):
    ask_for_code(client)
    response = give_code(client, code)
    assert response.status_code == 422
    assert "id_code_error" in response.content.decode()


def test_staff_get_no_code(client):
    make_user("editor", address="staff@coalition.example")
    assert ask_for_code(client, "staff@coalition.example").status_code == 302
    assert Email.objects.exclude(state=Email.State.WITHHELD).count() == 0


def test_the_code_page_without_an_address_leads_back(client):
    assert client.get(reverse("statements:sign-in-code")).url == reverse("statements:sign-in")
    session = client.session
    session["sign_in_address"] = "00"
    session.save()
    assert client.get(reverse("statements:sign-in-code")).url == reverse("statements:sign-in")


def test_signing_in_leads_to_the_page_that_was_wanted(client, delegate, invite):
    wanted = page(invite(delegate), delegate.organization)
    way_in = client.get(wanted).url
    assert way_in == f"{reverse('statements:sign-in')}?next={quote(wanted, safe='')}"
    assert not Session.objects.exists()  # whoever only asks fills no table
    ask_for_code(client, way_in=way_in)
    assert give_code(client, code_in_mail()).url == wanted


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_leads_nowhere_else(client, delegate, target):
    ask_for_code(client, way_in=f"{reverse('statements:sign-in')}?next={quote(target, safe='')}")
    assert client.session[NEXT] == target
    assert give_code(client, code_in_mail()).url == reverse("statements:delegate-home")


def test_the_address_does_not_stand_in_clear_in_the_session(client, delegate):
    ask_for_code(client)
    assert "river" not in repr(dict(client.session))


def test_signing_out_takes_a_post(client, asked):
    assert client.get(reverse("statements:sign-out")).status_code == 405
    client.post(reverse("statements:sign-out"))
    assert "_auth_user_id" not in client.session


def test_the_pages_are_never_cached(client, asked):
    for path in (reverse("statements:delegate-home"), page(asked), reverse("statements:sign-in")):
        assert "no-store" in client.get(path).headers["Cache-Control"]


def test_a_form_of_another_site_is_refused(delegate, invite):
    client = Client(enforce_csrf_checks=True)
    client.force_login(delegate.user, backend="accounts.backends.AddressBackend")
    statement = invite(delegate)
    assert client.post(page(statement), answers(statement)).status_code == 403
    assert CoSignature.objects.count() == 0
