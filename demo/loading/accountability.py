"""What came of it all: outcomes with their sources, answers set against the demands, and a petition handed over."""

from datetime import date, timedelta

from campaigns.models import Campaign, Demand, NewsDigest, Outcome
from campaigns.services import publish_outcome, send_digest
from demo.files import document, records
from demo.loading.evidence import Sources
from demo.loading.mail import NOT_SENT, settled_mail
from demo.loading.people import Staff
from demo.loading.timeline import Timeline
from letters.models import Letter, Recipient, Reply
from letters.services import Code, approve_release, code_reply
from outbox import bell
from outbox.models import Email
from petitions.models import Petition
from petitions.services import freeze_handover, mail_updates, request_handover

HANDED_TO = "demo-northland-committee"  # an office that does not exist
ANSWER_WITHIN = timedelta(days=30)


def load_outcomes(campaign: Campaign, sources: Sources, staff: Staff, timeline: Timeline) -> None:
    """Facts from the data, each written by one person and published by another."""
    demands = {demand.key: demand for demand in Demand.objects.filter(campaign=campaign)}
    for record in document("campaign")["outcomes"]:
        outcome = Outcome.objects.create(
            campaign=campaign,
            kind=record["kind"],
            happened_on=date.fromisoformat(record["happened_on"]),
            words={"en": record["words_en"], "ko": record["words_ko"]},
            source=sources[record["source"]],
            written_by=staff.editor,
        )
        outcome.demands.set(demands[key] for key in record["demands"])
        publish_outcome(outcome.pk, by=staff.approver, now=timeline.ago(12, 10))


def load_coded_replies(staff: Staff, timeline: Timeline) -> None:
    """The answers of fictional offices, set against the demands of the campaign."""
    by_office: dict[str, list[Code]] = {}
    demands = dict(Demand.objects.values_list("key", "pk"))
    for record in records("coded-replies"):
        words = {"en": record["words_en"], "ko": record["words_ko"]}
        code = Code(demands[record["demand"]], record["verdict"], {key: text for key, text in words.items() if text})
        by_office.setdefault(record["office"], []).append(code)
    for slug, codes in by_office.items():
        kinds = [Reply.Kind.ANSWER, Reply.Kind.REFUSAL]
        for reply in Reply.objects.filter(letter__recipient__slug=slug, kind__in=kinds):
            code_reply(reply.pk, codes, by=staff.editor, now=timeline.ago(1, 11))


def load_handover(petition: Petition, offices: dict[str, Recipient], staff: Staff, timeline: Timeline) -> None:
    """An interim count, handed over to an invented committee yesterday; its letter counts as sent."""
    office = offices[HANDED_TO]
    petition.recipients.add(office)
    asked_at = timeline.ago(1, 16)
    handover = freeze_handover(petition.pk, by=staff.editor, now=asked_at)
    with bell.muted():
        release = request_handover(
            handover.pk, [office], language="en", reply_by=(asked_at + ANSWER_WITHIN).date(), by=staff.editor,
            now=asked_at,
        )  # fmt: skip
        approve_release(release.pk, by=staff.approver, now=timeline.ago(1, 16, 30))
    letter = Letter.objects.select_related("email").get(release=release)
    email = letter.email
    assert email, "the committee is written to by e-mail"
    sent_at = email.due_at
    Email.objects.filter(pk=email.pk).update(
        state=Email.State.SENT, sent_at=sent_at, data_begun_at=sent_at, attempts=1, server_reply=NOT_SENT
    )


def send_gathered_news(timeline: Timeline) -> None:
    """All that has happened went out in one mail; what comes now gathers anew."""
    with settled_mail():
        for digest in NewsDigest.objects.filter(closed_at=None):
            send_digest(digest.pk, by=None, now=timeline.ago(1, 18))
        while mail_updates(now=timeline.ago(1, 18, 1)):
            pass
