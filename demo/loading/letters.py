"""The released letters: to fictional offices only, in every state that a letter can be in, and what came back."""

import hashlib
from datetime import datetime, timedelta

from demo.files import Record, records
from demo.loading.answers import answer_by_mail, come_back, load_what_waits
from demo.loading.mail import NOT_SENT
from demo.loading.people import Staff
from demo.loading.timeline import SEOUL, Timeline
from letters.models import Dispatch, Letter, Recipient, Reply
from letters.models.recipient import Channel
from letters.packs import receipt_pdf
from letters.services import approve_release, carry_on, record_dispatch, record_reply
from letters.sheets import copy_pdf
from outbox import bell
from outbox.models import Email
from statements.models import Statement
from statements.services import request_release

ANSWER_WITHIN = timedelta(days=30)
BETWEEN_TWO_MAILS = timedelta(seconds=2)
STILL_WAITING = timedelta(days=30)  # from loading; what waits in the demonstration shall go on waiting

EVIDENCE = {
    Channel.WEB_FORM: "Form receipt no. 4471-{number:02} (demonstration)",
    Channel.POST: "Registered letter, tracking number RLC 0000 {number:04} XX (demonstration)",
    Channel.HAND: "Taken to the reception desk by two members of the coalition (demonstration)",
    Channel.MEETING: "Given to the clerk at the meeting (demonstration)",
    Channel.FAX: "Transmission report, 2 pages (demonstration)",
}
REPLY_KINDS = {
    "replied": Reply.Kind.ANSWER,
    "acknowledged": Reply.Kind.ACKNOWLEDGEMENT,
    "refused": Reply.Kind.REFUSAL,
}


def load_letters(statement: Statement, staff: Staff, timeline: Timeline) -> None:
    """One release, asked for and approved eight days ago; then each office does what its `demo_outcome` says."""
    asked_at, approved_at = timeline.ago(8, 10), timeline.ago(8, 11, 30)
    fictional = Recipient.objects.filter(is_fictional=True).order_by("pk").prefetch_related("forms_of_address")
    with bell.muted():
        release = request_release(
            statement.pk, fictional, reply_by=(asked_at + ANSWER_WITHIN).date(), by=staff.editor, now=asked_at
        )
        approve_release(release.pk, by=staff.approver, now=approved_at)
    outcomes = {record["id"]: record for record in records("fictional-recipients")}
    letters = Letter.objects.filter(release=release).order_by("pk")
    for number, letter in enumerate(letters.select_related("recipient", "email", "dispatch", "release"), start=1):
        record = outcomes[letter.recipient.slug]
        if letter.email:
            left_at = _settle_mail(letter, letter.email, record["demo_outcome"], number, timeline)
        else:
            left_at = _carry(letter, letter.dispatch, record["demo_outcome"], number, staff, timeline)
            if record["demo_failed_way"]:
                left_at = _carry_once_more(letter, record["demo_failed_way"], number, staff, timeline)
        if left_at and record["demo_outcome"] == "returned":
            come_back(letter, left_at + timedelta(minutes=7))
        if left_at and record["demo_reply"]:
            _record_reply(letter, record, left_at, staff)
    load_what_waits(release, staff, timeline)


def _settle_mail(letter: Letter, email: Email, outcome: str, number: int, timeline: Timeline) -> datetime | None:
    """Write what a mail server would have answered; returns when the letter left, None when it did not."""
    tried_at = email.due_at + number * BETWEEN_TWO_MAILS
    email.attempts = 1
    match outcome:
        case "waiting":
            email.due_at = timeline.now + STILL_WAITING
            email.server_reply = "451 4.7.1 please try again later (demonstration)"
        case "bounced":
            email.state = Email.State.FAILED
            email.data_begun_at = tried_at
            email.server_reply = "550 5.1.1 mailbox unknown (demonstration)"
        case "uncertain":
            email.state = Email.State.UNCERTAIN
            email.data_begun_at = tried_at
            email.server_reply = "The connection broke while the message was handed over (demonstration)."
        case _:
            email.state = Email.State.SENT
            email.data_begun_at = email.sent_at = tried_at
            email.server_reply = NOT_SENT
            letter.pdf_digest = hashlib.sha256(copy_pdf(letter.copy, letter.release)).hexdigest()
            letter.save(update_fields=["pdf_digest"])
    email.save()
    return email.sent_at


def _carry(
    letter: Letter, dispatch: Dispatch, outcome: str, number: int, staff: Staff, timeline: Timeline
) -> datetime | None:
    """Forms are sent on the same day, everything else is carried on the next; what waits is left to do."""
    if outcome == "waiting":
        return None
    days = 8 if letter.channel == Channel.WEB_FORM else 7
    evidence = EVIDENCE[Channel(letter.channel)].format(number=number)
    proof = receipt_pdf(letter) if letter.channel == Channel.HAND else b""
    done = record_dispatch(
        dispatch.pk, evidence=evidence, proof=proof, by=staff.editor, now=timeline.ago(days, 15, number)
    )
    return done.done_at


def _carry_once_more(letter: Letter, failed: Record, number: int, staff: Staff, timeline: Timeline) -> datetime | None:
    """What came back goes by the next channel of the office."""
    carry_on(
        letter.pk,
        channel=failed["channel"],
        what_happened=failed["what_happened"],
        by=staff.editor,
        now=timeline.ago(4, 10, number),
    )
    evidence = EVIDENCE[Channel(failed["channel"])].format(number=number)
    now = timeline.ago(3, 11, number)
    return record_dispatch(letter.dispatch.pk, evidence=evidence, by=staff.editor, now=now).done_at


def _record_reply(letter: Letter, record: Record, left_at: datetime, staff: Staff) -> None:
    reply = record["demo_reply"]
    kind = REPLY_KINDS[record["demo_outcome"]]
    if kind == Reply.Kind.ACKNOWLEDGEMENT and record["acknowledgement"] == "automatic":
        kind = Reply.Kind.AUTOMATIC
    if letter.email and record.get("demo_mail"):
        day = left_at.astimezone(SEOUL).date() + timedelta(days=reply["after_days"])
        at = datetime.combine(day, datetime.min.time(), tzinfo=SEOUL) + timedelta(hours=15, minutes=20)
        answer_by_mail(letter, record, kind, at, staff)
        return
    received_on = left_at.astimezone(SEOUL).date() + timedelta(days=reply["after_days"])
    record_reply(
        letter,
        kind=kind,
        received_on=received_on,
        summaries={"en": reply["summary_en"], "ko": reply["summary_ko"]},
        visibility=Reply.Visibility.SUMMARY,
        by=staff.editor,
        now=datetime.combine(received_on, datetime.min.time(), tzinfo=SEOUL) + timedelta(hours=17),
    )
