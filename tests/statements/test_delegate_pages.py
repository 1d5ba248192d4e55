"""The delegate's area: what waits, and what a click binds."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from campaigns.models import Organization
from outbox.models import Email
from outbox.tasks import send_due_mail
from statements import services
from statements.models import CoSignature, Invitation, Statement
from tests.factories import make_delegate, make_organization, make_statement, make_user
from tests.statements.places import AUTHORITY, answers, page

pytestmark = pytest.mark.django_db

CHANGED = "The text has changed since you opened this page."


@pytest.fixture(scope="module")
def moment():
    """The pages look at the clock themselves."""
    return timezone.now()


def change_text(statement, now):
    """A new version, locked, as if staff had taken the text back and opened it again."""
    Statement.objects.filter(pk=statement.pk).update(state=Statement.State.LOCKED)
    editor = make_user("editor")
    version = services.new_version(statement.pk, by=editor, now=now)
    version.translations.filter(language="en").update(body="Other words altogether.")
    services.lock_version(statement.pk, by=editor, now=now, reason="The Korean follows.")
    services.open_for_cosigning(statement.pk, by=editor, now=now)


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
