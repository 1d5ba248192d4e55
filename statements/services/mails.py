"""Short mails of this room to delegates and drafters: what it says, about which statement, and why it came."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.models import Delegate, Organization
from campaigns.services.mails import write_notice
from outbox.kinds import Kind, register
from outbox.models import Email
from outbox.services import cancel_emails
from statements.models import Invitation, Statement

NOTICE = Kind("statements.notice", may_repeat=True)
REMINDER = Kind("statements.reminder", may_repeat=True)
register(NOTICE)
register(REMINDER)


def write_to_delegate(
    delegate: Delegate,
    statement: Statement,
    *,
    subject: str,
    lines: Sequence[str],
    key: str,
    now: datetime,
    url_name: str = "cosign",
    kind: Kind = NOTICE,
) -> None:
    """Words come in the delegate's language; the link leads to the text as this organization sees it."""
    user = delegate.user
    with translation.override(user.language):
        path = reverse(f"statements:{url_name}", args=[statement.slug] if url_name == "cosign" else [])
        query = f"?organization={delegate.organization.slug}" if url_name == "cosign" else ""
        why = _("You get this mail because you are a delegate of %s.") % delegate.organization.name_in(user.language)
    write_notice(
        user.email,
        subject=subject,
        lines=lines,
        url=f"{settings.SITE_URL}{path}{query}",
        language=user.language,
        key=key,
        why=why,
        kind=kind,
        about=f"statement:{statement.pk}",
        now=now,
    )


def write_to_drafter(statement: Statement, *, subject: str, lines: Sequence[str], key: str, now: datetime) -> None:
    """To whoever wrote the statement, in their language, with a link to its page at the desk."""
    user = statement.author
    with translation.override(user.language):
        why = _("You get this mail because you wrote this statement.")
    write_notice(
        user.email,
        subject=subject,
        lines=lines,
        url=settings.SITE_URL + reverse("admin:statements_statement_change", args=[statement.pk]),
        language=user.language,
        key=key,
        why=why,
        kind=NOTICE,
        about=f"statement:{statement.pk}",
        now=now,
    )


def active_delegates(organization: Organization, now: datetime, *, but: User | None = None) -> list[Delegate]:
    """Those who act for it now, except `but`, with their users and the names of the organization."""
    found = Delegate.objects.active(timezone.localdate(now)).filter(organization=organization)
    if but:
        found = found.exclude(user=but)
    return list(found.select_related("user", "organization").prefetch_related("organization__names").order_by("pk"))


def signing_delegates(organization: Organization, now: datetime) -> list[Delegate]:
    return [delegate for delegate in active_delegates(organization, now) if delegate.may_sign]


def stop_asking(invitations: Iterable[Invitation]) -> int:
    """Stop every mail that still asks these organizations for an answer; returns how many had not left."""
    stopped = 0
    for invitation in invitations:
        for prefix in (f"invitation:{invitation.pk}:", f"reminder:{invitation.pk}:", f"again:{invitation.pk}:"):
            stopped += cancel_emails(Email.objects.filter(key__startswith=prefix))
    return stopped
