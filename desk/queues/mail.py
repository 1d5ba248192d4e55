"""Mail that did not leave as it should, and what receivers could not tell from a forgery."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from desk.queues import answers
from desk.queues.lines import Queue, age, counted, list_of
from letters.mail import LETTER
from outbox.domain_check import checking
from outbox.exceptions import AddressSuppressed
from outbox.models import DomainCheck, Email, Suppression, is_late

DOMAIN_CHECK_LASTS = timedelta(days=3)  # it runs daily; older says that no worker does


def emails(user: Any, now: datetime) -> Iterator[Queue]:
    """E-mails in trouble, offices that mail does not reach, answers that wait; all in one query."""
    no_letter = Email.objects.exclude(kind=LETTER.name)  # those have a line of their own
    failed = no_letter.filter(state=Email.State.FAILED).exclude(server_reply=AddressSuppressed.sentence)
    dead = Suppression.objects.filter(is_office=True, seen_at=None, lifted_at=None)
    asked = [
        ("outbox.view_email", counted("late", Email.objects.filter(is_late(now)), "due_at")),
        ("outbox.view_email", counted("failed", failed, "due_at")),
        ("outbox.view_email", counted("uncertain", no_letter.filter(state=Email.State.UNCERTAIN), "due_at")),
        ("outbox.view_suppression", counted("dead", dead, "since")),
        *answers.asked(),
    ]
    queries = [query for permission, query in asked if user.has_perm(permission)]
    words = {
        "late": (_("E-mails waiting longer than five minutes"), list_of("outbox_email", waiting="late")),
        "failed": (_("E-mails that failed"), list_of("outbox_email", waiting="failed")),
        "uncertain": (_("E-mails that may have arrived"), list_of("outbox_email", waiting="uncertain")),
        "dead": (_("Offices whose address takes no mail"), list_of("outbox_suppression", show="task")),
    }
    for kind, count, oldest in queries[0].union(*queries[1:], all=True) if queries else []:
        if queue := answers.line(kind, count, oldest, user, now):
            yield queue
            continue
        title, url = words[kind]
        is_mine = kind != "dead" or user.has_perm("outbox.lift_suppression")
        yield Queue(title, count, age(oldest, now), url, is_mine=is_mine, is_trouble=True)


def mail_domain(user: Any, now: datetime) -> Iterator[Queue]:
    """Only where mail really leaves, and only when something is wrong, or nobody has looked."""
    if not settings.EMAIL_URL or not user.has_perm("outbox.view_domaincheck"):
        return
    kept = DomainCheck.objects.filter(domain=checking.our_domain()).first()
    url = list_of("outbox_domaincheck")
    if kept is None:
        note = _("Whether receivers can tell our mail from forgeries is not known. Press “Check again” there.")
        yield Queue(_("Mail domain that was never checked"), 1, "", url, note, is_trouble=True)
        return
    bad = [finding for finding in kept.findings if finding["level"] in {"error", "warning"}]
    open_questions = [finding for finding in kept.findings if finding["level"] == "unknown"]
    is_old = now - kept.checked_at > DOMAIN_CHECK_LASTS
    count = len(bad) or len(open_questions) or int(is_old)
    note = _("Checked %s ago.") % timesince(kept.checked_at, now, depth=1)
    is_trouble = is_old or kept.state == DomainCheck.State.ERROR
    yield Queue(_("Findings about the mail domain"), count, "", url, note, is_trouble=is_trouble)
