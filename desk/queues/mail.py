"""Mail that did not leave as it should, and what receivers could not tell from a forgery."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from desk.queues.lines import Queue, age, list_of
from letters.mail import LETTER
from outbox.domain_check import checking
from outbox.models import LATE_AFTER, DomainCheck, Email

DOMAIN_CHECK_LASTS = timedelta(days=3)  # it runs daily; older says that no worker does


def emails(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("outbox.view_email"):
        return
    late = Q(state=Email.State.QUEUED, due_at__lte=now - LATE_AFTER)
    no_letter = ~Q(kind=LETTER.name)  # those have a line of their own
    failed, uncertain = Q(state=Email.State.FAILED) & no_letter, Q(state=Email.State.UNCERTAIN) & no_letter
    found = Email.objects.filter(late | failed | uncertain).aggregate(
        late=Count("pk", filter=late),
        late_since=Min("due_at", filter=late),
        failed=Count("pk", filter=failed),
        failed_since=Min("due_at", filter=failed),
        uncertain=Count("pk", filter=uncertain),
        uncertain_since=Min("due_at", filter=uncertain),
    )
    lines = [
        ("late", _("E-mails waiting longer than five minutes"), {"waiting": "late"}),
        ("failed", _("E-mails that failed"), {"waiting": "failed"}),
        ("uncertain", _("E-mails that may have arrived"), {"waiting": "uncertain"}),
    ]
    for name, title, filters in lines:
        since = age(found[f"{name}_since"], now)
        yield Queue(title, found[name], since, list_of("outbox_email", **filters), is_trouble=True)


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
