"""The delegate's area: signing in by code, what waits, and what a click binds."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, SignInCode
from accounts.services import CODES_PER_HOUR, MAX_TRIES
from campaigns.models import Organization
from outbox.models import Email
from outbox.tasks import send_due_mail
from statements import services
from statements.models import CoSignature, Invitation, Statement
from statements.views.sign_in import NEXT
from tests.factories import make_delegate, make_organization, make_statement, make_user

pytestmark = pytest.mark.django_db

WRONG = "This code does not fit, or is no longer valid. Ask for a new one."
CHANGED = "The text has changed since you opened this page."
AUTHORITY = "Decision of the board of 3 May 2026"


# --- What the tests have --------------------------------------------------------------------------
@pytest.fixture
def now():
    """The pages look at the clock themselves."""
    return timezone.now()


@pytest.fixture(autouse=True)
def _real_mail_rows(settings):
    """Codes go through the outbox as they do in the product; pytest-django would keep them in a list."""
    settings.EMAIL_BACKEND = "outbox.backends.QueueBackend"


@pytest.fixture
def delegate():
    return make_delegate(address="haneul@river.example")


@pytest.fixture
def statement(now):
    return make_statement(now=now, deadline=now + timedelta(days=10))


@pytest.fixture
def invite(statement, now):
    """Ask organizations to sign; returns the statement."""

    def invite(*delegates):
        organizations = [delegate.organization for delegate in delegates]
        services.invite_organizations(statement.pk, organizations, by=statement.author, now=now)
        return statement

    return invite


@pytest.fixture
def asked(invite, delegate, client):
    """A statement that waits for the delegate, who is signed in."""
    client.force_login(delegate.user, backend="accounts.backends.AddressBackend")
    return invite(delegate)


def page(statement, organization=None):
    path = reverse("statements:cosign", args=[statement.slug])
    return f"{path}?organization={organization.slug}" if organization else path


def answers(statement, **changed):
    return {
        "signer_name": "Kim Ha-neul",
        "signer_title": "Director",
        "authority": AUTHORITY,
        "confirms": "on",
        "digest": statement.versions.latest("number").digest,
    } | changed


def code_in_mail():
    return re.search(r"\d{4} \d{4}", Email.objects.filter(kind="django").latest("pk").payload["text"]).group()


def ask_for_code(client, address="haneul@river.example"):
    return client.post(reverse("statements:sign-in"), {"email": address})


def give_code(client, code):
    return client.post(reverse("statements:sign-in-code"), {"code": code})


def without_csrf(response):
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", response.content)


def change_text(statement, now):
    """A new version, locked, as if staff had taken the text back and opened it again."""
    Statement.objects.filter(pk=statement.pk).update(state=Statement.State.LOCKED)
    editor = make_user("editor")
    version = services.new_version(statement.pk, by=editor, now=now)
    version.translations.filter(language="en").update(body="Other words altogether.")
    services.lock_version(statement.pk, by=editor, now=now)
    services.open_for_cosigning(statement.pk, by=editor, now=now)


# --- Signing in -----------------------------------------------------------------------------------
def test_a_known_and_an_unknown_address_are_answered_alike(client, client_two):
    unknown = [ask_for_code(client), client.get(reverse("statements:sign-in-code")), give_code(client, "00000000")]
    assert Email.objects.count() == 0  # strangers are mailed nothing
    make_delegate(address="haneul@river.example")
    known = [
        ask_for_code(client_two),
        client_two.get(reverse("statements:sign-in-code")),
        give_code(client_two, "00000000"),
    ]
    assert Email.objects.count() == 1
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
    assert Email.objects.count() == 0


def test_the_code_page_without_an_address_leads_back(client):
    assert client.get(reverse("statements:sign-in-code")).url == reverse("statements:sign-in")
    session = client.session
    session["sign_in_address"] = "00"
    session.save()
    assert client.get(reverse("statements:sign-in-code")).url == reverse("statements:sign-in")


def test_signing_in_leads_to_the_page_that_was_wanted(client, delegate, invite):
    wanted = page(invite(delegate), delegate.organization)
    assert client.get(wanted).url == reverse("statements:sign-in")
    ask_for_code(client)
    assert give_code(client, code_in_mail()).url == wanted


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_leads_nowhere_else(client, delegate, target):
    client.get(reverse("statements:sign-in"), {"next": target})
    ask_for_code(client)
    session = client.session
    session[NEXT] = target
    session.save()
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


# --- What waits -----------------------------------------------------------------------------------
def test_home_shows_what_waits_with_the_deadline_in_both_time_zones(client, asked, delegate):
    delegate.user.time_zone = "America/New_York"
    delegate.user.save()
    content = client.get(reverse("statements:delegate-home")).content.decode()
    assert "1 text waits for an answer" in content
    assert "After the night of 9 October" in content
    assert "(America/New_York)" in content
    assert "(Asia/Seoul)" in content
    assert f'href="{page(asked, delegate.organization)}"' in content


def test_home_shows_the_receipt_of_what_was_signed(client, asked, delegate):
    client.post(page(asked), answers(asked))
    content = client.get(reverse("statements:delegate-home")).content.decode()
    assert "Nothing waits for an answer" in content
    assert CoSignature.objects.get().digest in content
    assert AUTHORITY in content
    receipt = client.get(reverse("statements:receipt", args=[asked.slug]))
    assert receipt.content.startswith(b"%PDF")


def test_home_names_colleagues_and_never_those_of_others(client, asked, delegate):
    make_delegate(delegate.organization, may_sign=False, title="Archivist")
    make_delegate(title="Stranger's title")
    content = client.get(reverse("statements:delegate-home")).content.decode()
    assert "Archivist (may read)" in content
    assert "Stranger" not in content


def test_home_shows_what_closed_without_an_answer(client, asked):
    Statement.objects.update(state=Statement.State.CLOSED)
    content = client.get(reverse("statements:delegate-home")).content.decode()
    assert "Closed without an answer" in content


def test_home_asks_the_database_the_same_number_of_times_whatever_waits(
    client, delegate, now, django_assert_max_num_queries
):
    client.force_login(delegate.user, backend="accounts.backends.AddressBackend")
    for _ in range(5):
        statement = make_statement(now=now, deadline=now + timedelta(days=10))
        services.invite_organizations(statement.pk, [delegate.organization], by=statement.author, now=now)
    for _ in range(3):
        make_delegate(delegate.organization)
    with django_assert_max_num_queries(14):
        assert client.get(reverse("statements:delegate-home")).status_code == 200


# --- Co-signing -----------------------------------------------------------------------------------
def test_the_page_shows_the_exact_text_and_what_a_click_binds(client, asked, delegate):
    content = client.get(page(asked)).content.decode()
    version = asked.versions.get()
    assert version.digest in content
    assert "version 1" in content
    assert "authoritative text" in content
    assert f"Co-sign for {delegate.organization.name}" in content
    assert f"Decline for {delegate.organization.name}" in content
    assert f'name="digest" value="{version.digest}"' in content


def test_opening_the_page_is_noted_once_and_only_by_get(client, asked):
    client.head(page(asked))
    assert Invitation.objects.get().state == "invited"
    client.get(page(asked))
    assert Invitation.objects.get().state == "opened"


def test_a_delegate_signs_and_the_receipt_comes_with_the_text_as_pdf(client, asked, delegate, sent_mail, run_on_commit):
    with run_on_commit():
        response = client.post(page(asked), answers(asked), follow=True)
    assert f"{delegate.organization.name} has co-signed" in response.content.decode()
    cosignature = CoSignature.objects.get()
    assert cosignature.organization == delegate.organization
    assert cosignature.digest == asked.versions.get().digest
    assert (cosignature.signer_name, cosignature.signer_title) == ("Kim Ha-neul", "Director")
    assert (cosignature.authority, cosignature.language_read) == (AUTHORITY, "en")
    assert Invitation.objects.get().state == "signed"
    assert AuditEntry.objects.filter(act="statements.cosign", by=delegate.user).count() == 1
    send_due_mail()
    receipt = next(mail for mail in sent_mail if "Receipt" in mail["Subject"])
    assert receipt["To"] == "haneul@river.example"
    attachment = next(receipt.iter_attachments())
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_content().startswith(b"%PDF")


def test_pressing_twice_writes_one_co_signature_and_one_receipt(client, asked):
    said = answers(asked)
    for _ in range(2):
        assert client.post(page(asked), said).status_code == 302
    assert CoSignature.objects.count() == 1
    assert Email.objects.filter(kind="statements.receipt").count() == 1
    content = client.get(page(asked)).content.decode()
    assert "has co-signed this text." in content
    assert "<form" not in content.split("<main", 1)[1]  # nothing is left to press


def test_what_is_read_in_korean_is_recorded_and_stays_through_the_form(client, asked):
    content = client.get(page(asked), {"text": "ko"}).content.decode()
    assert "요청합니다" in content
    assert "If the languages differ, English decides." in content
    action = re.search(r'<form id="cosign" method="post" action="([^"]*)"', content).group(1).replace("&amp;", "&")
    client.post(action, answers(asked))
    assert CoSignature.objects.get().language_read == "ko"


def test_a_changed_text_is_shown_again_and_nothing_is_written(client, asked, now):
    said = answers(asked)
    change_text(asked, now)
    response = client.post(page(asked), said)
    content = response.content.decode()
    assert response.status_code == 409
    assert CHANGED in content
    assert "Other words altogether." in content
    assert CoSignature.objects.count() == 0
    new = asked.versions.latest("number")
    assert f'name="digest" value="{new.digest}"' in content  # what was read now is what the next press binds
    assert 'value="Kim Ha-neul"' in content
    assert not re.search(r'name="confirms"[^>]*checked', content)
    assert client.post(page(asked), answers(asked)).status_code == 302
    assert CoSignature.objects.get().version == new


def test_a_changed_text_is_told_beside_other_mistakes(client, asked, now):
    said = answers(asked, authority="")
    change_text(asked, now)
    content = client.post(page(asked), said).content.decode()
    assert CHANGED in content
    assert "Please say who authorized this co-signature." in content


@pytest.mark.parametrize("digest", ["", "0" * 63, "0" * 64, "Z" * 64, "0" * 5000, "\x00"])
def test_a_forged_digest_signs_nothing(client, asked, digest):
    response = client.post(page(asked), answers(asked, digest=digest))
    assert response.status_code == 409
    assert CHANGED in response.content.decode()
    assert CoSignature.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("signer_name", "", "Please write your name."),
        ("signer_name", "x" * 151, "Please shorten the name to 150 characters."),
        ("signer_title", " ", "Please write your title or function."),
        ("authority", "", "Please say who authorized this co-signature."),
        ("authority", "x" * 301, "Please shorten this to 300 characters."),
        ("authority", "a\u202eb", "This holds invisible characters"),
        ("confirms", "", "Please confirm this before you sign."),
    ],
)
def test_a_mistake_gets_a_sentence_beside_the_field_and_loses_nothing(client, asked, field, value, sentence):
    response = client.post(page(asked), answers(asked) | {field: value})
    content = response.content.decode()
    assert response.status_code == 422
    assert content.count(sentence) == 2  # in the summary and beside the field
    assert "Kim Ha-neul" in content or field == "signer_name"
    assert CoSignature.objects.count() == 0


def test_after_the_deadline_the_page_is_closed(client, asked, time_machine):
    said = answers(asked)
    time_machine.move_to(timezone.now() + timedelta(days=11))
    client.force_login(
        Invitation.objects.get().organization.delegates.get().user, backend="accounts.backends.AddressBackend"
    )
    content = client.get(page(asked)).content.decode()
    assert "Co-signing of this text is closed." in content
    assert 'name="digest"' not in content
    response = client.post(page(asked), said)
    assert response.status_code == 409
    assert "Co-signing of this text is closed." in response.content.decode()
    assert CoSignature.objects.count() == 0


def test_declining_takes_a_post_and_can_be_taken_back(client, asked, delegate):
    path = reverse("statements:decline", args=[asked.slug])
    assert client.get(path).url == page(asked, delegate.organization)
    assert Invitation.objects.get().state == "invited"
    response = client.post(path, follow=True)
    assert f"{delegate.organization.name} has declined." in response.content.decode()
    assert Invitation.objects.get().state == "declined"
    assert CoSignature.objects.count() == 0
    assert client.post(page(asked), answers(asked)).status_code == 302
    assert Invitation.objects.get().state == "signed"


def test_declining_after_signing_is_refused_with_a_sentence(client, asked):
    client.post(page(asked), answers(asked))
    response = client.post(reverse("statements:decline", args=[asked.slug]))
    assert response.status_code == 409
    assert "already signed" in response.content.decode()
    assert Invitation.objects.get().state == "signed"


def test_a_delegate_who_may_only_read_sees_no_form_and_cannot_sign(client, delegate, invite):
    reader = make_delegate(delegate.organization, may_sign=False)
    statement = invite(delegate)
    client.force_login(reader.user, backend="accounts.backends.AddressBackend")
    content = client.get(page(statement)).content.decode()
    assert f"You may read for {delegate.organization.name}, but not sign." in content
    assert "Kim Ha-neul" in content  # who may
    assert 'name="digest"' not in content
    response = client.post(page(statement), answers(statement))
    assert response.status_code == 409
    assert "You may read for your organization, but not sign." in response.content.decode()
    assert client.post(reverse("statements:decline", args=[statement.slug])).status_code == 409
    assert CoSignature.objects.count() == 0
    assert Invitation.objects.get().state == "opened"


def test_an_ended_mandate_ends_everything(client, asked, delegate, now):
    delegate.valid_until = timezone.localdate(now) - timedelta(days=1)
    delegate.save()
    for path in (reverse("statements:delegate-home"), page(asked)):
        response = client.get(path)
        assert response.status_code == 403
        assert f"Your mandate for {delegate.organization.name} ended on" in response.content.decode()
    assert client.post(page(asked), answers(asked)).status_code == 403
    assert CoSignature.objects.count() == 0


def test_a_suspended_organization_signs_nothing(client, asked, delegate):
    Organization.objects.filter(pk=delegate.organization.pk).update(state=Organization.State.SUSPENDED)
    response = client.post(page(asked), answers(asked))
    assert response.status_code == 403
    assert "is not a verified member at present" in response.content.decode()
    assert CoSignature.objects.count() == 0


def test_staff_are_no_delegates(client, asked):
    client.force_login(make_user("editor"), backend="accounts.backends.AddressBackend")
    assert client.get(page(asked)).status_code == 403


def test_nobody_sees_what_another_organization_was_asked(client, asked):
    stranger = make_delegate()
    client.force_login(stranger.user, backend="accounts.backends.AddressBackend")
    for name in ("cosign", "cosigned", "decline", "delegate-pdf", "receipt"):
        path = reverse(f"statements:{name}", args=[asked.slug])
        assert client.get(path).status_code == 404, name
        organization = Invitation.objects.get().organization
        assert client.get(path, {"organization": organization.slug}).status_code == 404, name
    assert client.post(page(asked), answers(asked)).status_code == 404
    assert client.post(reverse("statements:decline", args=[asked.slug])).status_code == 404
    assert Invitation.objects.get().state == "invited"


def test_the_locked_text_comes_as_pdf_for_a_board(client, asked):
    for language in ("en", "ko"):
        response = client.get(reverse("statements:delegate-pdf", args=[asked.slug]), {"text": language})
        assert response.content.startswith(b"%PDF")
        assert f"{asked.slug}-{language}.pdf" in response.headers["Content-Disposition"]


# --- Several organizations ------------------------------------------------------------------------
@pytest.fixture
def second(delegate):
    """The same person for another organization."""
    return make_delegate(make_organization(), user=delegate.user, address="unused@river.example")


def test_who_acts_for_several_chooses_and_the_choice_stays(client, delegate, second, invite):
    statement = invite(delegate, second)
    client.force_login(delegate.user, backend="accounts.backends.AddressBackend")
    content = client.get(page(statement)).content.decode()
    assert "For which organization?" in content
    for row in (delegate, second):
        assert f'href="{page(statement, row.organization)}"' in content
    assert set(Invitation.objects.values_list("state", flat=True)) == {"invited"}
    content = client.get(page(statement, second.organization)).content.decode()
    action = re.search(r'<form id="cosign" method="post" action="([^"]*)"', content).group(1).replace("&amp;", "&")
    response = client.post(action, answers(statement), follow=True)
    assert f"{second.organization.name} has co-signed" in response.content.decode()
    assert CoSignature.objects.get().organization == second.organization
    client.post(page(statement, delegate.organization), answers(statement))
    assert CoSignature.objects.count() == 2


def test_without_a_choice_nothing_is_bound(client, delegate, second, invite):
    statement = invite(delegate, second)
    client.force_login(delegate.user, backend="accounts.backends.AddressBackend")
    assert client.post(page(statement), answers(statement)).status_code == 409
    assert client.post(reverse("statements:decline", args=[statement.slug])).status_code == 409
    assert CoSignature.objects.count() == 0
    assert set(Invitation.objects.values_list("state", flat=True)) == {"invited"}


@pytest.mark.parametrize("forged", ["", "nobody", "\x00", "' OR 1=1"])
def test_a_forged_organization_is_not_found(client, asked, forged):
    path = reverse("statements:cosign", args=[asked.slug])
    assert client.get(path, {"organization": forged}).status_code == 404
    stranger = make_delegate().organization.slug
    response = client.post(f"{path}?organization={stranger}", answers(asked))
    assert response.status_code == 404
    assert CoSignature.objects.count() == 0


def test_home_offers_each_organization_its_own_answer(client, delegate, second, invite):
    statement = invite(delegate, second)
    client.force_login(delegate.user, backend="accounts.backends.AddressBackend")
    content = client.get(reverse("statements:delegate-home")).content.decode()
    assert "2 texts wait for an answer" in content
    for row in (delegate, second):
        assert f'href="{page(statement, row.organization)}"' in content


@pytest.mark.parametrize("prefix", ["", "/ko"])
def test_every_page_is_drawn_in_both_languages(client, asked, prefix):
    base = f"{prefix}/delegate/statements/{asked.slug}/"
    assert client.get(f"{prefix}/delegate/").status_code == 200
    assert client.get(base).status_code == 200
    assert client.post(base, {}).status_code == 409
    assert client.post(base, answers(asked), follow=True).status_code == 200
    assert client.get(base).status_code == 200
    assert client.get(f"{prefix}/delegate/").status_code == 200
