"""What visitors report, and what staff decide about it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import User
from petitions.exceptions import PetitionsError, TransitionRefused
from petitions.models import Petition, Report
from privacy.throttle import Hit, hit_many

PER_NETWORK, PER_PETITION = 5, 100
WINDOW = timedelta(hours=1)

# What moderators most often write; the words go into the history, beside what they add.
ANSWERS = {
    "name_removed": gettext_lazy("The name was struck out or hidden."),
    "names_hidden": gettext_lazy("All names under the petition were hidden."),
    "comment_refused": gettext_lazy("The comment is not shown any more."),
    "corrected": gettext_lazy("The petition was corrected or closed."),
    "passed_on": gettext_lazy("Passed on to the safeguarding team."),
    "nothing_found": gettext_lazy("We looked and found nothing that breaks our rules."),
    "opinion": gettext_lazy("Disagreement with the petition, which is everybody’s right."),
    "already_handled": gettext_lazy("Reported before, and already handled."),
}


class TooManyReports(PetitionsError):
    """More reports came than people would send."""


def report_petition(petition: Petition, *, about: str, text: str, network: bytes, now: datetime) -> Report:
    """Put a report into the queue; nothing is kept of who sent it. Raises TooManyReports."""
    room = hit_many(
        [
            Hit("report-network", network, PER_NETWORK, WINDOW),
            Hit("report-petition", petition.pk.to_bytes(8), PER_PETITION, WINDOW),
        ],
        now=now,
    )
    if not all(room):
        raise TooManyReports(
            _("Many reports arrived within the last hour, and somebody is reading them. Please try again in an hour.")
        )
    return Report.objects.create(petition=petition, about=about, text=text, at=now)


@transaction.atomic
def decide_report(report_id: int, *, acted: bool, answer: str, note: str, by: User, now: datetime) -> None:
    """Settle a report with one of ANSWERS and a note for the history. Raises TransitionRefused."""
    report = Report.objects.select_for_update(of=["self"]).get(pk=report_id)
    if report.state != Report.State.WAITING:
        raise TransitionRefused(_("A colleague has settled this report already."))
    report.state = Report.State.ACTED if acted else Report.State.KEPT
    report.decided_by, report.decided_at = by, now
    report.save(update_fields=["state", "decided_by", "decided_at"])
    audit.record("petitions.decide_report", report, by=by, reason=note, now=now, state=report.state, answer=answer)


@transaction.atomic
def reopen_report(report_id: int, *, reason: str, by: User, now: datetime) -> None:
    """Let a settled report wait again. Raises TransitionRefused."""
    report = Report.objects.select_for_update(of=["self"]).get(pk=report_id)
    if report.state == Report.State.WAITING:
        raise TransitionRefused(_("This report waits already."))
    report.state, report.decided_by, report.decided_at = Report.State.WAITING, None, None
    report.save(update_fields=["state", "decided_by", "decided_at"])
    audit.record("petitions.reopen_report", report, by=by, reason=reason, now=now)
