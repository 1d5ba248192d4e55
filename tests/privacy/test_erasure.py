"""Erasing a person: afterwards nothing of them is found in any table, whoever looks with all the keys."""

import io
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEntry, SignInCode, User
from letters.models import Letter
from letters.services import approve_release
from outbox.models import Email
from outbox.services import write_email
from outbox.tasks import send_due_mail
from petitions import services
from petitions.models import Petition, Signature
from privacy import crypto, erasure, retention
from privacy.models import ErasureRecord
from privacy.sealed import sealed_tables
from statements.models import CoSignature
from statements.services import request_release
from tests.factories import (
    make_delegate,
    make_petition,
    make_published,
    make_recipient,
    make_statement,
    make_template,
    make_user,
    sign_statement,
)

pytestmark = pytest.mark.django_db

ADDRESS = "Min.Ji+news@GoogleMail.com"
PERSON = erasure.fingerprint_of
NAME, COMMENT, ALIAS = "김민지 Quillfeather", "My aunt Marrowby was sent back.", "Nightjar-of-Dandong"
CANARIES = [NAME, "Quillfeather", "Marrowby", "Nightjar", "Min.Ji", "min.ji", "minji@", "GoogleMail", "googlemail"]
COUNTS = [
    "Accounts: 0",
    "Named as a colleague by a delegate: 0",
    "Applications to join: 0",
    "Mails that came in: 0",
    "Mails: 1",
    "Addresses that get no mail: 0",
    "Signatures: 1",
    "Signatures in a personal capacity: 0",
    "Preview links of journalists: 0",
]
REASON = "She wrote to us on 3 May."


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def petition():
    return make_petition()


@pytest.fixture
def sign(now):
    def sign(petition, *, confirmed=True, email=ADDRESS, at=now, **changed):
        said = {"name": NAME, "comment": COMMENT, "show_name": "alias", "alias": ALIAS, "country": "KR"}
        said |= {"show_country": True, "consent_updates": True, "network": b"n" * 16, "language": "en"}
        services.sign_petition(petition, email=email, **(said | changed), now=at)
        signature = Signature.objects.get(petition=petition, address_fingerprint=PERSON(email))
        return services.confirm_signature(signature.pk, now=at) if confirmed else signature

    return sign


@pytest.fixture
def safeguard():
    return make_user("safeguarding", name="Han Seo-yun")


def erase(now, address=ADDRESS, by=None):
    return erasure.erase_person(PERSON(address), by=by, reason=REASON, now=now)


def contents():
    """Everything in the database as one text: all tables, all columns, sealed ones opened, bytes as hex and as text."""
    sealed = {
        (table.model._meta.db_table, field.column): field.purpose for table in sealed_tables() for field in table.fields
    }
    found = []
    with connection.cursor() as cursor:
        # Where no person stands, and a word of theirs is a domain.
        for table in set(connection.introspection.table_names(cursor)) - {"privacy_providerrule"}:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    if isinstance(value, bytes | memoryview):
                        raw = bytes(value)
                        found.append(raw.hex())
                        if purpose := sealed.get((table, column)):
                            raw = crypto.unseal(raw, purpose=purpose)
                        found.append(raw.decode(errors="replace"))
                    else:
                        found.append(str(value))
    text = "\n".join(found)
    return text + re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), text)  # as JSON writes Korean


def traces(person=ADDRESS):
    text = contents()
    return {canary for canary in [*CANARIES, PERSON(person).hex()] if canary in text}


class TestNothingIsFound:
    def test_of_one_who_signed_only_the_fingerprint_is_left_while_the_petition_is_open(self, petition, sign, now):
        sign(petition)
        services.sign_petition(petition, name=NAME, email=ADDRESS, language="ko", now=now)  # told that it counts
        assert traces() >= {NAME, "Marrowby", "Nightjar", "Min.Ji", PERSON(ADDRESS).hex()}
        erase(now)
        assert traces() == {PERSON(ADDRESS).hex()}
        [signature] = Signature.objects.all()
        assert bytes(signature.address_fingerprint) == PERSON(ADDRESS)
        assert [email.state for email in Email.objects.all()] == ["cancelled"]

    def test_of_a_closed_petition_not_even_that(self, petition, sign, now):
        sign(petition)
        Petition.objects.update(state="closed", closes_at=now - timedelta(hours=25))
        erase(now)
        assert traces() == set()

    def test_and_of_an_open_one_not_even_that_once_it_has_closed(self, petition, sign, now):
        sign(petition)
        erase(now)
        Petition.objects.update(state="closed", closes_at=now)
        retention.run(now=now + timedelta(hours=23))
        assert traces() == {PERSON(ADDRESS).hex()}
        retention.run(now=now + timedelta(hours=24))
        assert traces() == set()

    def test_of_what_was_mailed_long_ago_nothing_either(self, sign, now, sent_mail):
        write_email("django", to=ADDRESS, subject=NAME, text=COMMENT, key="a", now=now - timedelta(days=20))
        send_due_mail()
        erase(now)
        assert traces() == set()
        [email] = Email.objects.all()
        assert (email.payload, email.state in {"sent", "failed"}) == (None, True)

    def test_of_a_delegate_who_left(self, now):
        delegate = make_delegate(address=ADDRESS)
        User.objects.filter(pk=delegate.user_id).update(is_active=False)
        delegate.user.name = NAME
        delegate.user.save(update_fields=["name"])
        SignInCode.objects.create(user=delegate.user, session_hash=b"s", code_hash=b"c", expires_at=now)
        report = erase(timezone.now())
        assert traces() == set()
        assert not SignInCode.objects.exists()
        assert dict(report.counts)["Accounts"] == 1
        assert str(User.objects.get(pk=delegate.user_id)).startswith("erased-")


class TestSignatures:
    def test_an_erased_one_counts_no_more_and_the_night_finds_nothing_to_mend(self, petition, sign, now):
        sign(petition)
        sign(petition, email="other@people.example", name="Other")
        services.refresh_signature_counts(now=now)
        erase(now)
        services.refresh_signature_counts(now=now)
        petition.refresh_from_db()
        assert petition.signature_count == 1
        assert services.audit_signature_counts(now=now) == []
        assert Signature.objects.get(state="confirmed").name == "Other"

    def test_a_pending_one_took_nothing_from_the_count(self, petition, sign, now):
        sign(petition, confirmed=False)
        erase(now)
        services.refresh_signature_counts(now=now)
        petition.refresh_from_db()
        assert (petition.signature_count, Signature.objects.get().state) == (0, "erased")

    def test_the_links_of_earlier_mails_are_dead(self, petition, sign, now):
        signature = sign(petition, confirmed=False)
        token = services.links.link("confirm", signature, "en").rstrip("/").rpartition("/")[2]
        assert services.find_signature(token, "confirm")
        erase(now)
        assert services.find_signature(token, "confirm") is None

    def test_who_was_erased_may_sign_again_and_counts_once(self, petition, sign, now, sent_mail):
        sign(petition)
        erase(now)
        later = now + timedelta(seconds=20)
        sign(petition, at=later, name="Min-ji again")
        assert Signature.objects.get().state == "confirmed"
        services.refresh_signature_counts(now=later)
        petition.refresh_from_db()
        assert petition.signature_count == 1
        waiting = Email.objects.get(state="queued")  # the mail of a minute ago is no excuse
        assert "Min-ji again" not in waiting.key
        assert waiting.to == ADDRESS

    def test_one_that_staff_struck_out_stays_struck_out(self, petition, sign, now):
        Signature.objects.filter(pk=sign(petition).pk).update(state="invalidated")
        erase(now)
        services.sign_petition(petition, name=NAME, email=ADDRESS, language="en", now=now + timedelta(days=1))
        assert Signature.objects.get().state == "invalidated"

    def test_the_same_person_twice_changes_nothing_more(self, petition, sign, now):
        sign(petition)
        assert [erase(now).total > 0, erase(now).total] == [True, 0]
        assert ErasureRecord.objects.count() == 2


class TestOthers:
    def test_nobody_else_is_touched(self, petition, sign, now):
        sign(petition)
        sign(petition, email="min.ji@people.example", name="Another")
        other = Signature.objects.values().latest("pk")
        erase(now)
        assert Signature.objects.values().get(pk=other["id"]) == other
        assert Email.objects.filter(state="queued").count() == 1

    @pytest.mark.parametrize(
        "make", [lambda: make_user("editor", address=ADDRESS), lambda: make_delegate(address=ADDRESS)]
    )
    def test_whoever_may_act_for_others_is_refused_with_what_to_do(self, make, petition, sign, now):
        make()
        sign(petition)
        with pytest.raises(erasure.ErasureRefused, match=r"[Aa]n administrator ends the account"):
            erase(now)
        with pytest.raises(erasure.ErasureRefused):
            erasure.look_up(PERSON(ADDRESS), now=now)
        assert Signature.objects.get().name == NAME
        assert not ErasureRecord.objects.exists()

    def test_a_cosignature_stays_with_the_name_under_it(self, now):
        delegate = make_delegate(address=ADDRESS)
        sign_statement(make_statement(now=now, deadline=now + timedelta(days=1)), delegate, now=now)
        User.objects.filter(pk=delegate.user_id).update(is_active=False)
        erase(now)
        assert CoSignature.objects.get().signer_name == "Kim Ha-neul"
        assert CoSignature.objects.get().signed_by_id == delegate.user_id

    def test_a_letter_to_an_office_leaves_although_somebody_has_its_address(self, now):
        make_template("en")
        office, sender = make_recipient(), make_user("sender")
        reply_by = timezone.localdate(now) + timedelta(days=20)
        release = request_release(make_published().pk, [office], reply_by=reply_by, by=sender, now=now)
        approve_release(release.pk, by=make_user("sender"), now=now)
        assert erasure.look_up(PERSON(office.email), now=now).total == 0
        erase(now, office.email)
        email = Letter.objects.get().email
        assert (email.state, email.to) == ("queued", office.email)


class TestAllOrNothing:
    def test_when_one_room_fails_nothing_was_erased(self, petition, sign, now, monkeypatch):
        sign(petition)

        def fail(*_):
            raise ZeroDivisionError

        broken = erasure.Eraser("z.last", "", lambda *_: 0, fail, lambda: iter(()))
        monkeypatch.setitem(erasure._erasers, broken.name, broken)
        with pytest.raises(ZeroDivisionError):
            erase(now)
        assert Signature.objects.get().name == NAME
        assert not ErasureRecord.objects.exists()

    def test_without_a_reason_nothing_happens(self, petition, sign, now):
        sign(petition)
        with pytest.raises(erasure.ErasureRefused, match="reason"):
            erasure.erase_person(PERSON(ADDRESS), by=None, reason=" ", now=now)
        assert Signature.objects.get().name == NAME

    def test_the_history_holds_who_and_why_and_numbers_only(self, petition, sign, now, safeguard):
        sign(petition)
        erase(now, by=safeguard)
        line = AuditEntry.objects.get(act="privacy.erase_person")
        assert (line.by, line.reason) == (safeguard, REASON)
        assert line.details == {
            "accounts.users": 0,
            "campaigns.delegaterequest": 0,
            "campaigns.membershipapplication": 0,
            "letters.mails": 0,
            "outbox.mails": 1,
            "outbox.suppressions": 0,
            "petitions.signatures": 1,
            "statements.persons": 0,
            "statements.previews": 0,
        }


class TestBackup:
    """What a restored backup brings back is erased again; what was written since is not."""

    def test_a_person_who_comes_back_with_a_backup_is_erased_again(self, petition, sign, now, tmp_path):
        signature = sign(petition)
        backup = Signature.objects.values().get(pk=signature.pk)
        mails = list(Email.objects.values())
        erase(now)
        call_command("replay_erasures", "--export", str(tmp_path / "list"), stdout=StringIO())
        Signature.objects.filter(pk=signature.pk).update(**backup)
        for mail in mails:
            Email.objects.filter(pk=mail["id"]).update(**mail)
        ErasureRecord.objects.all().delete()
        assert NAME in contents()
        said = StringIO()
        call_command("replay_erasures", str(tmp_path / "list"), stdout=said)
        assert traces() == {PERSON(ADDRESS).hex()}
        assert "Signatures: 1 erased again" in said.getvalue()
        assert ErasureRecord.objects.count() == 1
        said = StringIO()
        call_command("replay_erasures", str(tmp_path / "list"), stdout=said)
        assert "Signatures: 0 erased again" in said.getvalue()

    def test_who_signed_again_since_is_left_alone(self, petition, sign, now):
        sign(petition)
        erase(now)
        sign(petition, at=now + timedelta(minutes=5))
        assert erasure.replay(now=now + timedelta(days=1)).total == 0
        assert Signature.objects.get().name == NAME

    def test_the_list_fits_no_row(self, petition, sign, now, tmp_path):
        sign(petition)
        erase(now)
        call_command("replay_erasures", "--export", str(tmp_path / "list"), stdout=StringIO())
        assert PERSON(ADDRESS).hex() not in (tmp_path / "list").read_text()

    @pytest.mark.parametrize("line", ["x", "00 2026-01-01", f"{'0' * 64} yesterday", f"{'0' * 64} 2026-01-01T00:00:00"])
    def test_a_broken_list_is_refused_as_a_whole(self, now, tmp_path, line):
        file = tmp_path / "list"
        file.write_text(f"{'0' * 64} {now.isoformat()}\n{line}\n")
        with pytest.raises(CommandError, match="Line 2 is no erasure"):
            call_command("replay_erasures", str(file))
        assert not ErasureRecord.objects.exists()


class TestCommand:
    @pytest.fixture
    def command(self, monkeypatch):
        def command(*arguments, typed=ADDRESS):
            monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
            said = StringIO()
            call_command("erase_person", *arguments, stdout=said)
            return said.getvalue()

        return command

    def test_it_reads_the_address_from_the_keyboard_and_says_how_many_rows(self, command, petition, sign):
        sign(petition)
        said = command("--reason", REASON)
        assert said.splitlines() == [*COUNTS, "Erased."]
        assert traces() == {PERSON(ADDRESS).hex()}

    def test_a_dry_run_says_the_same_and_changes_nothing(self, command, petition, sign):
        sign(petition)
        assert command("--dry-run").splitlines() == [*COUNTS, "Nothing was changed."]
        assert Signature.objects.get().name == NAME

    @pytest.mark.parametrize(
        ("typed", "arguments", "sentence"),
        [
            ("", ["--reason", "r"], "does not look like an e-mail address"),
            ("nobody", ["--reason", "r"], "does not look like an e-mail address"),
            (ADDRESS, [], "Please write the reason"),
        ],
    )
    def test_it_refuses_in_words(self, command, typed, arguments, sentence):
        with pytest.raises(CommandError, match=sentence):
            command(*arguments, typed=typed)


class TestDesk:
    URL = "/admin/erase-a-person/"
    SAID = {"address": ADDRESS, "reason": REASON}

    @pytest.fixture
    def page(self, client, safeguard):
        client.force_login(safeguard)
        return client

    def test_look_then_erase(self, page, petition, sign, safeguard):
        sign(petition)
        shown = page.post(self.URL, self.SAID)
        assert shown.status_code == 200
        assert re.search("<td[^>]*>Signatures</td><td[^>]*>1</td>", shown.content.decode())
        assert Signature.objects.get().name == NAME
        assert AuditEntry.objects.get(act="privacy.look_up_person").by == safeguard
        done = page.post(self.URL, self.SAID | {"confirm": "1"}, follow=True)
        assert "Erased. 2 rows no longer say anything of this person." in done.content.decode()
        assert traces() - {PERSON(ADDRESS).hex()} == set()

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"address": ""}, "Please write the address."),
            ({"address": "nobody"}, "This does not look like an e-mail address."),
            ({"address": "a\x00@b.example"}, "invisible characters"),
            ({"address": "a" * 300 + "@b.example"}, "This is too long for an e-mail address."),
            ({"reason": ""}, "Please write the reason."),
            ({"reason": "asked by a@b.example"}, "Please leave out the e-mail address"),
        ],
    )
    def test_bad_input_gets_a_sentence_beside_the_field(self, page, petition, sign, changed, sentence):
        sign(petition)
        answer = page.post(self.URL, self.SAID | changed | {"confirm": "1"})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert Signature.objects.get().name == NAME

    def test_a_delegate_is_refused_with_what_to_do(self, page):
        make_delegate(address=ADDRESS)
        answer = page.post(self.URL, self.SAID)
        assert answer.status_code == 409
        assert "This is the address of a delegate." in answer.content.decode()

    @pytest.mark.parametrize("role", ["editor", "sender", "moderator", "press", "auditor", "administrator"])
    def test_other_roles_may_not_even_look(self, client, role, petition, sign):
        sign(petition)
        client.force_login(make_user(role))
        assert client.get(self.URL).status_code == client.post(self.URL, self.SAID).status_code == 403
        assert Signature.objects.get().name == NAME

    def test_the_start_page_offers_it_to_this_role_only(self, page, client):
        assert self.URL in page.get("/admin/").content.decode()
        client.force_login(make_user("editor"))
        assert self.URL not in client.get("/admin/").content.decode()
