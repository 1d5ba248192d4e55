"""What the loaded demonstration holds. It is loaded once for this file; each test reads it or rolls back."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import override_settings

from accounts import switches
from accounts.models import AuditEntry, Switch, User
from campaigns.models import (
    Campaign,
    CampaignText,
    Delegate,
    DemandText,
    Figure,
    Incident,
    Organization,
    OrganizationName,
    Outcome,
    Place,
    Position,
    Source,
)
from demo import loading
from demo.checks import no_known_passwords
from demo.files import records
from demo.logins import DELEGATE, LOGINS, STAFF
from letters.models import CodedReply, FormOfAddress, Letter, LetterTemplate, Recipient, Release, Reply
from letters.models.letter import Progress
from outbox.composing import body_of
from outbox.models import Email
from petitions.models import Handover, Petition, Signature
from statements import services
from statements.models import CoSignature, Invitation, PressText, Preview, ReportedSignatory, Statement, Translation

NOW = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)  # half past noon in Seoul
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
HANGUL = re.compile("[가-힣]")

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _demonstration(committed: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
    with committed():
        with override_settings(DEBUG=True):
            loading.load(now=NOW)
        yield


def rows_by_table() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


# --- Loading --------------------------------------------------------------------------------------
def test_a_second_run_says_that_it_changes_nothing_and_adds_no_row():
    before, said = rows_by_table(), StringIO()
    call_command("load_demo", stdout=said)
    assert "nothing was changed" in said.getvalue()
    assert rows_by_table() == before


def test_every_room_has_content():
    """Rooms whose rows come only from running the site are left out: no throttle, no clock, no key of a day."""
    first_rules = {"petitions.LimitRule"}  # of a new database; a test before may have emptied it
    empty = {label for label, rows in rows_by_table().items() if not rows and not label.startswith("privacy.")}
    assert empty - first_rules == {
        *(
            f"accounts.{name}"
            for name in ("KnownDevice", "Passkey", "RecoveryCode", "SignInCode", "StaffLink", "TotpDevice")
        ),
        "outbox.DomainCheck",  # asks name servers
        "outbox.WebhookCount",  # providers report, and there is none
        "outbox.Pace",  # every mail server takes what it is given
        "petitions.CountChange",  # counted by the tally
        "statements.VersionChange",  # no text of the demonstration was opened twice
        "petitions.InvalidationBatch",  # nobody stuffs the demonstration
        "petitions.OfficialPetition",  # the data know of none, and nothing is invented of a real parliament
        "outbox.Refusal",  # nobody said “not me”
        "admin.LogEntry",
        "sessions.Session",
    } & set(rows_by_table())


def test_the_switch_is_on():
    assert switches.is_on(Switch.Key.DEMONSTRATION)


def test_nothing_happened_after_loading():
    assert not AuditEntry.objects.filter(at__gt=NOW).exists()
    assert not Signature.objects.filter(confirmed_at__gt=NOW).exists()
    assert not CoSignature.objects.filter(signed_at__gt=NOW).exists()
    assert not Reply.objects.filter(recorded_at__gt=NOW).exists()
    assert not Email.objects.filter(sent_at__gt=NOW).exists()


# --- People ---------------------------------------------------------------------------------------
def test_staff_sign_in_with_the_printed_passwords():
    for login in STAFF:
        user = User.objects.get_by_natural_key(login.address)
        assert user.check_password(login.password)
        assert set(user.groups.values_list("name", flat=True)) == set(login.groups)
        assert not user.is_superuser


def test_one_asks_and_the_other_approves():
    editor, approver = (User.objects.get_by_natural_key(login.address) for login in LOGINS)
    assert editor.has_perm("letters.request_release")
    assert approver.has_perm("letters.approve_release")
    about = set()
    for release in Release.objects.all():
        about.add(release.about.partition(":")[0])
        assert (release.requested_by, release.decided_by) == (editor, approver)
    assert about == {"statement", "handover"}


def test_known_passwords_are_an_error_once_debug_is_off(settings):
    assert [problem.id for problem in no_known_passwords(None, databases=["default"])] == ["demo.E001"]
    for login in STAFF:
        user = User.objects.get_by_natural_key(login.address)
        user.set_password("something else")
        user.save()
    assert no_known_passwords(None, databases=["default"]) == []


def test_the_printed_delegate_can_still_sign_the_open_letter():
    statement = Statement.objects.get(state=Statement.State.OPEN)
    delegate = Delegate.objects.get(user=User.objects.get_by_natural_key(DELEGATE))
    assert not delegate.user.has_usable_password()
    cosignature = services.cosign(
        statement.pk,
        delegate=delegate,
        digest=statement.versions.get().digest,
        signer_name="Harriet Penhallow",
        signer_title="Chair",
        authority="Vote of the general meeting",
        language_read="en",
        now=NOW + timedelta(days=8),
    )
    assert cosignature.organization.name == "Northern Lights Women's Association (demo)"


# --- The four rules -------------------------------------------------------------------------------
def test_no_address_is_outside_the_reserved_domains():
    addresses = [user.email for user in User.objects.all()]
    addresses += Recipient.objects.exclude(email="").values_list("email", flat=True)
    addresses += Campaign.objects.values_list("contact_address", flat=True)
    addresses += [preview.address for preview in Preview.objects.all()]
    addresses += ADDRESS.findall(" ".join(PressText.objects.values_list("contact", flat=True)))
    addresses += [signature.address for signature in Signature.objects.filter(kind="online")]
    for email in Email.objects.all():
        addresses.append(email.to)
        said = body_of(email)
        addresses += ADDRESS.findall(" ".join([email.payload["subject"], said.text, said.html]))
    for model in (Translation, LetterTemplate, CampaignText):
        for text in model.objects.all():
            addresses += ADDRESS.findall(str(vars(text)))
    assert len(addresses) > 800
    assert [address for address in addresses if not address.endswith(".example")] == []


def test_only_fictional_organizations_act():
    for rows in (CoSignature.objects.all(), Invitation.objects.all(), Delegate.objects.all()):
        assert rows.count() > 0
        assert not rows.filter(organization__is_fictional=False).exists()


def test_real_organizations_are_known_and_no_members():
    real = Organization.objects.filter(is_fictional=False)
    assert real.count() == 40
    assert set(real.values_list("state", flat=True)) == {Organization.State.KNOWN}
    assert Organization.objects.members().filter(is_fictional=True).count() == 30


def test_letters_are_for_fictional_offices_only():
    assert Letter.objects.count() == 16 + 1  # a statement to each, a petition to one
    assert not Letter.objects.filter(recipient__is_fictional=False).exists()
    assert not Release.recipients.through.objects.filter(recipient__is_fictional=False).exists()
    assert not Reply.objects.filter(letter__recipient__is_fictional=False).exists()


def test_every_fictional_name_says_so():
    names = [user.name for user in User.objects.filter(is_staff=True)]
    names += Organization.objects.filter(is_fictional=True).values_list("name", flat=True)
    names += OrganizationName.objects.filter(organization__is_fictional=True).values_list("name", flat=True)
    names += Recipient.objects.filter(is_fictional=True).values_list("name", flat=True)
    names += FormOfAddress.objects.filter(recipient__is_fictional=True).values_list("name", flat=True)
    names += CampaignText.objects.values_list("coalition", flat=True)
    names += Campaign.objects.values_list("contact_name", flat=True)
    assert [name for name in names if not name.endswith("(demo)")] == []


def test_no_real_name_says_that_it_is_fictional():
    assert not Organization.objects.filter(is_fictional=False, name__contains="(demo)").exists()
    assert not Recipient.objects.filter(is_fictional=False, name__contains="(demo)").exists()


def test_every_figure_has_an_origin_and_a_source():
    assert Figure.objects.count() == sum(len(record["figures"]) for record in records("incidents"))
    assert not Figure.objects.filter(origin="").exists()
    unprintable = {record["id"] for record in records("sources") if not record["public"]}
    assert set(Source.objects.filter(is_public=False).values_list("slug", flat=True)) == unprintable


# --- The petition ---------------------------------------------------------------------------------
def test_the_count_is_three_hundred_confirmed_signatures():
    petition = Petition.objects.get()
    assert petition.is_open(NOW)
    assert petition.signatures.confirmed().count() == petition.signature_count == 324
    assert petition.signatures.pending().count() == 12


def test_supporters_come_from_many_countries_over_two_weeks_and_choose_differently():
    signatures = list(Signature.objects.confirmed().filter(kind="online"))
    days = Counter(signature.created_at.date() for signature in signatures)
    assert len(days) >= 14
    assert max(days.values()) >= 3 * min(days.values())
    assert len({signature.country.code for signature in signatures if signature.country}) >= 25
    assert {signature.show_name for signature in signatures} == set(Signature.ShowName)
    assert 20 <= sum(bool(signature.comment) for signature in signatures) <= 60
    assert all(NOW - timedelta(days=14) < signature.created_at < signature.confirmed_at for signature in signatures)


def test_no_comment_is_written_twice():
    comments = [signature.comment for signature in Signature.objects.all() if signature.comment]
    assert len(comments) == len(set(comments))


def test_whoever_is_shown_consented_to_it():
    shown = Signature.objects.exclude(show_name=Signature.ShowName.PRIVATE)
    assert not shown.filter(consent_show_name=None).exists()
    assert all(signature.public_name for signature in shown)


# --- The statements -------------------------------------------------------------------------------
def test_the_historical_statement_names_its_signatories_as_they_signed():
    statement = Statement.objects.get(is_elsewhere=True)
    signed = sorted(
        (record["order_2023_10_13"], record["name_as_signed"])
        for record in records("organizations")
        if record["signed_2023_10_13"]
    )
    reported = list(ReportedSignatory.objects.filter(statement=statement).values_list("position", "name_as_signed"))
    assert reported == signed
    assert len(reported) == 27
    assert statement.elsewhere_url.startswith("https://archive.hrf.org/")
    assert not statement.cosignatures.exists()
    assert not statement.versions.get().digest


def test_the_joint_statement_is_published_with_its_cosignatures():
    statement = Statement.objects.get(state=Statement.State.CORRECTED)
    version = statement.versions.get()
    assert statement.dated_on.isoformat() == "2023-10-20"
    assert statement.cosignatures.on(version).count() == 24
    assert NOW - timedelta(days=10) < statement.published_at < NOW - timedelta(days=8)
    answers = Counter(statement.invitations.values_list("state", flat=True))
    assert answers == {"signed": 24, "declined": 2, "opened": 2, "invited": 2}
    assert all(row.signed_at < statement.deadline for row in statement.cosignatures.all())


def test_the_press_release_waits_for_its_moment_and_one_journalist_has_read_it():
    statement = Statement.objects.get(state=Statement.State.EMBARGOED)
    assert timedelta(days=0) < statement.embargo_until - NOW < timedelta(days=3)
    previews = statement.previews.prefetch_related("views")
    assert [len(preview.views.all()) for preview in previews] == [1, 0]
    assert all(preview.works(NOW) and preview.name.endswith("(demo)") for preview in previews)


def test_the_open_letter_waits_for_cosignatures():
    statement = Statement.objects.get(state=Statement.State.OPEN)
    assert statement.accepts_cosignatures(NOW)
    assert timedelta(days=8) < statement.deadline - NOW < timedelta(days=10)
    answers = Counter(statement.invitations.values_list("state", flat=True))
    assert (answers["signed"], answers["declined"]) == (7, 1)
    assert answers["opened"] >= 2
    assert sum(answers.values()) == 30


# --- The letters and the mail ---------------------------------------------------------------------
def test_letters_are_in_every_state_that_can_last():
    progress = Counter(letter.progress for letter in Letter.objects.with_progress())
    passing = {Progress.SENDING, Progress.STOPPED}  # the one lasts seconds, the other is staff's to press
    assert set(progress) == set(Progress) - passing


def test_each_office_answers_as_its_file_says():
    outcomes = {record["id"]: record for record in records("fictional-recipients")}
    kinds = {"replied": {"answer"}, "acknowledged": {"acknowledgement", "automatic"}, "refused": {"refusal"}}
    letters = Letter.objects.filter(release__about__startswith="statement:").with_progress()
    for letter in letters.select_related("recipient").prefetch_related("replies"):
        record = outcomes[letter.recipient.slug]
        replies = letter.replies.all()
        assert len(replies) == bool(record["demo_reply"])
        for reply in replies:
            assert reply.kind in kinds[record["demo_outcome"]]
            assert set(reply.summaries) == {"en", "ko"}
            assert letter.left_at.date() <= reply.received_on <= NOW.date()


def test_answers_are_set_against_demands_and_an_outcome_has_its_source():
    assert CodedReply.objects.count() == len(records("coded-replies"))
    assert not CodedReply.objects.filter(reply__letter__recipient__is_fictional=False).exists()
    outcome = Outcome.objects.public().get()
    assert (outcome.source.slug, outcome.written_by == outcome.published_by) == ("knesol-2023-11-30", False)
    handover = Handover.objects.get()
    assert (handover.count, handover.named_count > 20) == (324, True)
    letter = Letter.objects.sent().get(release__about=handover.about)
    assert [row["name"] for row in letter.copy["files"]] == ["petition-with-names-en.pdf", "totals.csv", "names.csv"]


def test_silence_is_counted_in_days():
    silent = {
        letter.recipient.slug: letter.days_of_silence(NOW)
        for letter in Letter.objects.sent().select_related("recipient").prefetch_related("replies")
    }
    assert silent["demo-halvern-mfa"] == 8
    assert silent["demo-northland-mfa"] is None


def test_delivered_letters_have_evidence():
    carried = Letter.objects.sent().filter(email=None).select_related("dispatch")
    assert carried.count() == 5
    assert all("(demonstration)" in letter.dispatch.evidence for letter in carried)


def test_mail_is_settled_and_nothing_is_due():
    letters = Counter(Email.objects.filter(kind="letters.letter").values_list("state", flat=True))
    assert letters == {"sent": 7 + 1, "failed": 1, "uncertain": 1, "queued": 1}
    others = Email.objects.exclude(kind="letters.letter")
    assert others.count() > 400
    assert set(others.values_list("state", flat=True)) == {Email.State.SENT}
    assert set(others.values_list("server_reply", flat=True)) == {"demonstration: not sent"}
    assert not Email.objects.due(NOW + timedelta(days=29)).exists()


def test_every_mail_and_letter_says_demonstration():
    assert [
        email.pk
        for email in Email.objects.all()
        if not {"demonstration", "시연"} & set(re.findall("demonstration|시연", body_of(email).text.lower()))
    ] == []


def test_a_letter_to_a_minister_names_the_state():
    letter = Letter.objects.get(recipient__slug="demo-tarn-isles-mfa")
    assert letter.copy["subject"].endswith("what the Tarn Isles can do")
    assert letter.copy["envelope"][0] == "The Minister"


# --- The offices and the languages ----------------------------------------------------------------
def test_all_offices_are_there_and_hostile_ones_are_marked():
    assert Recipient.objects.filter(is_fictional=False).count() == 97
    assert Recipient.objects.filter(is_fictional=True).count() == 16
    hostile = set(Recipient.objects.filter(is_hostile=True).values_list("role", flat=True))
    assert hostile == {Recipient.Role.DUTY_BEARER}
    assert not Recipient.objects.filter(role=Recipient.Role.DUTY_BEARER, is_hostile=False).exists()


def test_no_real_office_is_offered_a_letter_in_korean():
    korean = FormOfAddress.objects.filter(language="ko")
    assert not any(form.is_complete for form in korean.filter(recipient__is_fictional=False))
    assert all(form.is_complete for form in korean.filter(recipient__is_fictional=True))


def test_every_ministry_can_be_written_to_by_name():
    for form in FormOfAddress.objects.filter(language="en", recipient__kind="foreign_ministry").exclude(
        recipient__slug="eu-hrvp"
    ):
        assert form.state_name, form.name


def test_every_korean_text_is_there():
    texts = [word for demand in DemandText.objects.filter(language="ko") for word in (demand.addressee, demand.text)]
    assert len(texts) == 10
    for text in CampaignText.objects.filter(language="ko"):
        texts += [text.title, text.summary, text.coalition, text.story]
    petition_text = Petition.objects.get().texts.get(language="ko")
    texts += [petition_text.title, petition_text.summary, petition_text.body]
    for statement in Statement.objects.all():
        translation = statement.versions.get().translations.get(language="ko")
        texts += [translation.title, translation.summary, translation.body]
    texts += LetterTemplate.objects.filter(language="ko").values_list("body", flat=True)
    for row in Figure.objects.all():
        texts += [row.translations["ko"], row.translations["origin:ko"]]
    for row in Position.objects.all():
        texts += [row.translations["ko"], row.translations["actor:ko"]]
    for model in (Incident, Place):
        texts += [row.translations["ko"] for row in model.objects.all()]
    for organization in Organization.objects.filter(is_fictional=True):
        texts.append(organization.names.get(language="ko").name)
    texts += [recipient.forms_of_address.get(language="ko").name for recipient in Recipient.objects.all()]
    assert [text for text in texts if not HANGUL.search(text)] == []
