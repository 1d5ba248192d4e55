"""The life of a text: locked once, signed by digest, published by a second person."""

import hashlib
from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from campaigns.models import Delegate, Organization
from outbox.models import Email
from statements import services, triggers
from statements.canonical import canonical_text, digest_of
from statements.exceptions import SigningRefused, StatementsError, TextChanged, TransitionRefused
from statements.models import CoSignature, Invitation, Translation
from tests.factories import (
    make_delegate,
    make_draft,
    make_organization,
    make_published,
    make_statement,
    make_user,
    sign_statement,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_user("editor")


class TestLocking:
    def test_the_digest_is_over_the_canonical_form(self, editor, now):
        version = services.lock_version(make_draft().pk, by=editor, now=now)
        text = canonical_text(version.statement.reference, 1, version.translations.all())
        assert version.digest == hashlib.sha256(text.encode()).hexdigest()
        assert text.index("[en authoritative]") < text.index("[ko official]")

    def test_line_ends_blanks_and_compositions_make_no_difference(self):
        rows = [Translation(language="en", status="authoritative", title=" Caf\u00e9 ", body="a \r\nb\n\n")]
        same = [Translation(language="en", status="authoritative", title="Cafe\u0301", body="a\nb")]
        assert canonical_text("R", 1, rows) == canonical_text("R", 1, same)
        assert digest_of(canonical_text("R", 1, rows)) != digest_of(canonical_text("R", 2, rows))

    def test_a_courtesy_translation_is_not_signed(self):
        rows = [Translation(language="en", status="authoritative", title="T", body="B")]
        courtesy = Translation(language="fr", status="courtesy", title="T", body="B")
        assert canonical_text("R", 1, rows) == canonical_text("R", 1, [*rows, courtesy])

    def test_a_placeholder_left_in_the_text_is_named(self, editor, now):
        statement = make_draft()
        Translation.objects.filter(language="en").update(body="We are {{ signatories.count }}.")
        with pytest.raises(TransitionRefused, match=r"signatories\.count"):
            services.lock_version(statement.pk, by=editor, now=now)
        assert statement.versions.get().digest == ""

    def test_without_an_authoritative_text_there_is_nothing_to_lock(self, editor, now):
        statement = make_draft()
        Translation.objects.filter(language="en").delete()
        with pytest.raises(TransitionRefused, match="authoritative"):
            services.lock_version(statement.pk, by=editor, now=now)

    def test_a_locked_text_is_changed_only_in_a_new_version(self, editor, now):
        statement = make_draft()
        first = services.lock_version(statement.pk, by=editor, now=now)
        with pytest.raises(TransitionRefused):
            services.lock_version(statement.pk, by=editor, now=now)
        services.new_version(statement.pk, by=editor, now=now)
        statement.versions.get(number=2).translations.filter(language="en").update(title="Another title")
        second = services.lock_version(statement.pk, by=editor, now=now)
        first.refresh_from_db()
        assert (first.number, second.number) == (1, 2)
        assert first.digest != second.digest
        assert first.translations.get(language="en").title == "After the night of 9 October"

    def test_co_signing_opens_only_with_a_deadline_ahead(self, editor, now):
        statement = make_draft(deadline=now)
        services.lock_version(statement.pk, by=editor, now=now)
        with pytest.raises(TransitionRefused, match="deadline"):
            services.open_for_cosigning(statement.pk, by=editor, now=now)


class TestInviting:
    def test_each_signing_delegate_gets_one_mail_and_the_ledger_one_line(self, editor, now):
        statement, delegate = make_statement(), make_delegate()
        make_delegate(delegate.organization, may_sign=False)
        for _ in range(2):
            services.invite_organizations(statement.pk, [delegate.organization], by=editor, now=now)
        assert Invitation.objects.get().state == "invited"
        [email] = Email.objects.filter(key__startswith="invitation:")
        assert email.to == delegate.user.email
        assert f"/delegate/statements/{statement.slug}/" in email.payload["text"]

    @pytest.mark.parametrize("state", ["known", "applied", "suspended", "left"])
    def test_only_verified_members_are_invited(self, editor, now, state):
        statement, other = make_statement(), make_organization(state=state)
        with pytest.raises(TransitionRefused, match="verified"):
            services.invite_organizations(statement.pk, [make_organization(), other], by=editor, now=now)
        assert not Invitation.objects.exists()

    def test_a_delegate_is_a_user_without_password(self, editor, now):
        services.invite_delegate(
            make_organization(),
            address="a@b.example",
            name="A",
            title="T",
            mandate="M",
            language="ko",
            by=editor,
            now=now,
        )
        [email] = Email.objects.all()
        assert email.to == "a@b.example"
        delegate = Delegate.objects.get()
        assert not delegate.user.has_usable_password()
        assert not delegate.user.is_staff

    def test_staff_cannot_sign_for_an_organization(self, editor, now):
        with pytest.raises(StatementsError, match="member of staff"):
            services.invite_delegate(
                make_organization(),
                address=editor.email,
                name="A",
                title="T",
                mandate="M",
                language="en",
                by=editor,
                now=now,
            )
        assert not Email.objects.exists()


class TestCoSigning:
    @pytest.fixture
    def statement(self):
        return make_statement()

    @pytest.fixture
    def delegate(self, statement, editor, now):
        delegate = make_delegate(make_organization("River Desk (demo)", name_ko="강변 (demo)"))
        services.invite_organizations(statement.pk, [delegate.organization], by=editor, now=now)
        return delegate

    @pytest.fixture
    def cosign(self, statement, delegate, now):
        def cosign(**changed):
            said = {
                "delegate": delegate,
                "digest": statement.versions.latest("number").digest,
                "signer_name": "Kim Ha-neul",
                "signer_title": "Director",
                "authority": "Board, 3 May",
                "language_read": "ko",
                "now": now,
            }
            return services.cosign(statement.pk, **(said | changed))

        return cosign

    def nothing_was_written(self):
        return not (CoSignature.objects.exists() or Email.objects.filter(kind="statements.receipt").exists())

    def test_it_binds_name_person_authority_time_and_words(self, cosign, statement, delegate, now):
        for _ in range(2):
            cosign()
        signed = CoSignature.objects.get()
        assert signed.digest == statement.versions.get().digest
        assert signed.names_as_signed == {"en": "River Desk (demo)", "ko": "강변 (demo)"}
        assert (signed.signer_name, signed.authority, signed.signed_at) == ("Kim Ha-neul", "Board, 3 May", now)
        assert signed.signed_by == delegate.user
        assert Invitation.objects.get().state == "signed"
        assert Email.objects.filter(kind="statements.receipt").count() == 1
        line = AuditEntry.objects.get(act="statements.cosign")
        assert (line.by, line.details["digest"]) == (delegate.user, signed.digest)

    def test_the_name_stays_as_signed(self, cosign, delegate):
        cosign()
        Organization.objects.update(name="Renamed (demo)")
        assert CoSignature.objects.get().name_in("en") == "River Desk (demo)"

    def test_a_digest_that_is_not_the_current_one_is_refused(self, cosign):
        with pytest.raises(TextChanged):
            cosign(digest="0" * 64)
        assert self.nothing_was_written()

    def test_a_text_changed_behind_the_house_is_refused(self, cosign):
        triggers.remove()  # as the owner of the tables could; the test's transaction brings them back
        Translation.objects.filter(language="ko").update(body="다른 글")
        with pytest.raises(TextChanged, match="do not sign"):
            cosign()
        assert self.nothing_was_written()

    def test_after_the_deadline_nobody_signs(self, cosign, statement):
        with pytest.raises(SigningRefused, match="closed"):
            cosign(now=statement.deadline)
        assert self.nothing_was_written()
        cosign(now=statement.deadline - timedelta(seconds=1))

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [({"may_sign": False}, "may read"), ({"valid_until": "2023-11-19"}, "mandate has ended")],
    )
    def test_who_may_not_bind_the_organization_is_told_why(self, cosign, delegate, changed, sentence):
        type(delegate).objects.filter(pk=delegate.pk).update(**changed)
        delegate.refresh_from_db()
        with pytest.raises(SigningRefused, match=sentence):
            cosign()
        assert self.nothing_was_written()

    def test_an_organization_that_was_not_invited_cannot_sign(self, cosign):
        with pytest.raises(SigningRefused, match="not been invited"):
            cosign(delegate=make_delegate())
        assert self.nothing_was_written()

    def test_declining_is_an_answer(self, statement, delegate, now, cosign):
        services.decline(statement.pk, delegate=delegate, now=now)
        assert Invitation.objects.get().state == "declined"
        cosign()  # a board may change its mind before the deadline
        assert Invitation.objects.get().state == "signed"
        with pytest.raises(SigningRefused, match="already signed"):
            services.decline(statement.pk, delegate=delegate, now=now)


class TestPublishing:
    def test_the_author_does_not_publish(self, now):
        statement = make_statement()
        sign_statement(statement, make_delegate())
        services.close_cosigning(statement.pk, by=statement.author, now=now)
        with pytest.raises(TransitionRefused, match="other than its author"):
            services.publish_statement(statement.pk, by=statement.author, now=now)
        statement.refresh_from_db()
        assert (statement.state, statement.published_at) == ("closed", None)
        assert services.publish_statement(statement.pk, by=make_user("editor"), now=now).published_at == now

    def test_neither_the_last_writer_nor_who_locked_it_publishes(self, now):
        writer, locker = make_user("editor"), make_user("editor")
        statement = make_draft()
        services.note_writer(statement.pk, by=writer)
        services.lock_version(statement.pk, by=make_user("editor"), now=now)
        services.new_version(statement.pk, by=make_user("editor"), now=now)  # a copy keeps its writer
        services.lock_version(statement.pk, by=locker, now=now)
        services.note_writer(statement.pk, by=make_user("editor"))  # too late: it is locked
        services.open_for_cosigning(statement.pk, by=locker, now=now)
        sign_statement(statement, make_delegate())
        services.close_cosigning(statement.pk, by=locker, now=now)
        for person in (writer, locker):
            with pytest.raises(TransitionRefused, match="somebody other than"):
                services.publish_statement(statement.pk, by=person, now=now)
        assert services.publish_statement(statement.pk, by=make_user("editor"), now=now).published_at == now

    def test_without_signatories_there_is_nothing_to_publish(self, editor, now):
        statement = make_statement()
        services.close_cosigning(statement.pk, by=editor, now=now)
        with pytest.raises(TransitionRefused, match="No organization"):
            services.publish_statement(statement.pk, by=editor, now=now)

    def test_the_public_file_has_the_digest_of_the_page(self, client):
        statement = make_published()
        digest = statement.versions.get().digest
        file = client.get(f"/statements/digest/{digest}.txt")
        assert hashlib.sha256(file.content).hexdigest() == digest
        assert client.get(f"/statements/digest/{'0' * 64}.txt").status_code == 404

    def test_before_publication_nothing_is_public(self, client):
        statement = make_statement()
        digest = statement.versions.get().digest
        for url in (
            f"/statements/{statement.slug}/",
            f"/statements/digest/{digest}.txt",
            f"/statements/{statement.slug}.pdf",
        ):
            assert client.get(url).status_code == 404
