"""What waits, by queue: how many, since when, for whom, and the list that holds exactly these."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from accounts.models import AuditEntry
from campaigns.models import Organization
from letters.mail import LETTER
from letters.models import Dispatch, Letter, Release
from letters.previews import moment_in_words, time_left_in_words
from outbox.domain_check import checking
from outbox.models import LATE_AFTER, DomainCheck, Email
from petitions.models import Comment, Milestone, Petition, Update
from petitions.services import comments
from statements.models import Invitation, Statement, Translation

OPEN_STATEMENTS_SHOWN = 10
DOMAIN_CHECK_LASTS = timedelta(days=3)  # it runs daily; older says that no worker does


@dataclass(frozen=True)
class Queue:
    """One line of the start page. `is_mine`: this person can do something about at least one of them."""

    title: str
    count: int
    since: str  # "2 hours", "" when age says nothing
    url: str
    note: str = ""
    is_mine: bool = True
    is_trouble: bool = False
    details: list[str] = field(default_factory=list)


def start_page(user: Any, now: datetime) -> dict[str, Any]:
    """The context of the start page: queues for this person and for others, what leaves soon, ways to begin."""
    queues = [queue for find in FINDERS for queue in find(user, now) if queue.count]
    queues.sort(key=lambda queue: not queue.is_trouble)
    return {
        "mine": [queue for queue in queues if queue.is_mine],
        "others": [queue for queue in queues if not queue.is_mine],
        "leaving": _leaving(user, now),
        "begin": _ways_to_begin(user),
        "now_in_words": moment_in_words(now, user.time_zone),
    }


def _releases(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("letters.view_release"):
        return
    found = Release.objects.filter(state=Release.State.REQUESTED).aggregate(
        count=Count("pk"), oldest=Min("requested_at"), own=Count("pk", filter=Q(requested_by=user.pk))
    )
    may_approve = user.has_perm("letters.approve_release")
    others = found["count"] - found["own"]
    if not may_approve:
        note = _("Somebody who approves letters decides.")
    elif found["own"] and others:
        note = _("You decide %(others)d; you asked for the other %(own)d yourself.") % {**found, "others": others}
    elif found["own"]:
        note = _("You asked yourself, so somebody else decides.")
    else:
        note = _("You can decide: read the copies, then approve or send back.")
    yield Queue(
        _("Releases that wait for approval"),
        found["count"],
        _age(found["oldest"], now),
        _list("letters_release", state__exact="requested"),
        note,
        is_mine=may_approve and others > 0,
    )


def _letters_in_trouble(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("letters.view_letter"):
        return
    found = Letter.objects.in_trouble().aggregate(
        count=Count("pk"),
        oldest=Min("email__due_at"),
        failed=Count("pk", filter=Q(email__state=Email.State.FAILED)),
    )
    note = _("%(failed)d failed, %(uncertain)d uncertain: they may have arrived.") % {
        "failed": found["failed"],
        "uncertain": found["count"] - found["failed"],
    }
    yield Queue(
        _("Letters failed or uncertain"),
        found["count"],
        _age(found["oldest"], now),
        _list("letters_letter", progress="trouble"),
        note,
        is_mine=user.has_perm("letters.change_dispatch"),
        is_trouble=True,
    )


def _deliveries(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("letters.view_dispatch"):
        return
    today = timezone.localdate(now)
    found = Dispatch.objects.filter(done_at=None, letter__stopped_at=None).aggregate(
        count=Count("pk"),
        next=Min("due_on"),
        oldest=Min("letter__created_at"),
        overdue=Count("pk", filter=Q(due_on__lt=today)),
    )
    note = _("%d overdue.") % found["overdue"] if found["overdue"] else _due_note(found["next"])
    yield Queue(
        _("Deliveries by staff to do"),
        found["count"],
        _age(found["oldest"], now),
        _list("letters_dispatch"),
        note,
        is_mine=user.has_perm("letters.change_dispatch"),
        is_trouble=bool(found["overdue"]),
    )


def _petitions(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("petitions.view_petition"):
        return
    submitted = _last_act("petitions.submit_petition", "petitions.petition")
    found = (
        Petition.objects.filter(state=Petition.State.IN_REVIEW)
        .annotate(since=submitted)
        .aggregate(count=Count("pk"), own=Count("pk", filter=Q(author=user.pk)), oldest=Min("since"))
    )
    yield _for_another_editor(
        _("Petitions in review"),
        found,
        _age(found["oldest"], now),
        _list("petitions_petition", state__exact="in_review"),
        user.has_perm("petitions.publish_petition"),
    )


def _updates(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("petitions.view_update"):
        return
    submitted = _last_act("petitions.submit_update", "petitions.update")
    found = (
        Update.objects.filter(state=Update.State.IN_REVIEW)
        .annotate(since=submitted)
        .aggregate(count=Count("pk"), own=Count("pk", filter=Q(author=user.pk)), oldest=Min("since"))
    )
    yield _for_another_editor(
        _("Updates in review"),
        found,
        _age(found["oldest"], now),
        _list("petitions_update", state__exact="in_review"),
        user.has_perm("petitions.publish_update"),
    )


def _milestones(user: Any, now: datetime) -> Iterator[Queue]:
    """Milestones that propose something, until staff settle them."""
    if not user.has_perm("petitions.view_milestone"):
        return
    proposing = Milestone.objects.filter(Q(tell_recipients=True) | Q(tell_signatories=True), settled_at=None)
    found = proposing.filter(reached_at__isnull=False).aggregate(count=Count("pk"), oldest=Min("reached_at"))
    yield Queue(
        _("Milestones that propose a letter or an update"),
        found["count"],
        _age(found["oldest"], now),
        _list("petitions_milestone", progress="reached"),
        _("Nothing leaves by itself: ask for the release, write the update, or leave it."),
        is_mine=user.has_perm("petitions.change_milestone"),
    )


def _comments(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("petitions.view_comment"):
        return
    waiting = comments().filter(comment_state=Comment.CommentState.WAITING)
    found = waiting.aggregate(count=Count("pk"), oldest=Min("confirmed_at"))
    yield Queue(
        _("Comments that wait for a look"),
        found["count"],
        _age(found["oldest"], now),
        _list("petitions_comment", comment_state__exact="waiting"),
        is_mine=user.has_perm("petitions.moderate_comment"),
    )


def _statements_to_publish(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("statements.view_statement"):
        return
    closed = _last_act("statements.close_cosigning", "statements.statement")
    found = (
        Statement.objects.filter(state=Statement.State.CLOSED)
        .annotate(since=closed)
        .aggregate(count=Count("pk"), own=Count("pk", filter=Q(author=user.pk)), oldest=Min("since"))
    )
    yield _for_another_editor(
        _("Statements to publish"),
        found,
        _age(found["oldest"], now),
        _list("statements_statement", state__exact="closed"),
        user.has_perm("statements.publish_statement"),
    )


def _open_statements(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("statements.view_statement"):
        return
    titles = Translation.objects.filter(version__statement=OuterRef("pk")).order_by("-version__number")
    found = list(
        Statement.objects.filter(state=Statement.State.OPEN)
        .annotate(
            english=Subquery(titles.filter(language="en").values("title")[:1]),
            title=Subquery(titles.values("title")[:1]),
            asked=Count("invitations", distinct=True),
            signed=Count("cosignatures", filter=Q(cosignatures__withdrawn_at=None), distinct=True),
        )
        .order_by("deadline")
    )
    late = sum(1 for row in found if row.deadline and row.deadline <= now)
    details = [_signing_sentence(row, now) for row in found[:OPEN_STATEMENTS_SHOWN]]
    yield Queue(
        _("Statements open for co-signing"),
        len(found),
        "",
        _list("statements_statement", state__exact="open"),
        _("%d past the deadline: close co-signing.") % late if late else "",
        is_mine=user.has_perm("statements.lock_statement"),
        is_trouble=bool(late),
        details=details,
    )


def _invitations(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("statements.view_invitation"):
        return
    found = Invitation.objects.waiting(now).aggregate(count=Count("pk"), oldest=Min("invited_at"))
    yield Queue(
        _("Invitations without an answer"),
        found["count"],
        _age(found["oldest"], now),
        _list("statements_invitation", answer="waiting"),
        is_mine=user.has_perm("statements.invite_statement"),
    )


def _emails(user: Any, now: datetime) -> Iterator[Queue]:
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
        since = _age(found[f"{name}_since"], now)
        yield Queue(title, found[name], since, _list("outbox_email", **filters), is_trouble=True)


def _mail_domain(user: Any, now: datetime) -> Iterator[Queue]:
    """Only where mail really leaves, and only when something is wrong, or nobody has looked."""
    if not settings.EMAIL_URL or not user.has_perm("outbox.view_domaincheck"):
        return
    kept = DomainCheck.objects.filter(domain=checking.our_domain()).first()
    url = _list("outbox_domaincheck")
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


def _applicants(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("campaigns.view_organization"):
        return
    found = Organization.objects.filter(state=Organization.State.APPLIED).aggregate(
        count=Count("pk"), oldest=Min("created_at")
    )
    yield Queue(
        _("Organizations that applied"),
        found["count"],
        _age(found["oldest"], now),
        _list("campaigns_organization", state__exact="applied"),
        is_mine=user.has_perm("campaigns.change_organization"),
    )


FINDERS: list[Callable[[Any, datetime], Iterator[Queue]]] = [
    _releases,
    _letters_in_trouble,
    _deliveries,
    _statements_to_publish,
    _petitions,
    _updates,
    _milestones,
    _comments,
    _open_statements,
    _invitations,
    _applicants,
    _emails,
    _mail_domain,
]


def _leaving(user: Any, now: datetime) -> list[dict[str, Any]]:
    """Approved releases whose letters are still here, the next one first."""
    if not user.has_perm("letters.view_release"):
        return []
    cooling = Release.objects.filter(state=Release.State.APPROVED, send_at__gt=now).order_by("send_at")
    return [
        {
            "title": row.title,
            "url": reverse("admin:letters_release_change", args=[row.pk]),
            "left": time_left_in_words(row.send_at - now),
            "at": moment_in_words(row.send_at, user.time_zone),
            "iso": row.send_at.isoformat(),
        }
        for row in cooling.only("pk", "title", "send_at")
        if row.send_at
    ]


def _ways_to_begin(user: Any) -> list[tuple[str, str]]:
    """(what, where) for whatever this person's roles let them begin."""
    ways = [
        ("statements.add_statement", _("Write a statement"), "statements_statement_add"),
        ("petitions.add_petition", _("Write a petition"), "petitions_petition_add"),
        ("petitions.add_update", _("Write an update"), "petitions_update_add"),
        ("petitions.add_milestone", _("Set a milestone"), "petitions_milestone_add"),
        ("letters.add_recipient", _("Add an office"), "letters_recipient_add"),
        ("letters.change_lettertemplate", _("Letter templates"), "letters_lettertemplate_changelist"),
        ("letters.add_reply", _("Record a reply to a letter"), "letters_letter_changelist"),
        ("campaigns.invite_delegate", _("Organizations and delegates"), "campaigns_organization_changelist"),
        ("petitions.view_signature", _("Signatures"), "petitions_signature_changelist"),
        ("statements.view_cosignature", _("Co-signatures"), "statements_cosignature_changelist"),
        ("campaigns.add_source", _("Add a source"), "campaigns_source_add"),
        ("privacy.add_erasurerecord", _("Erase a person"), "erase-person"),
        ("accounts.add_user", _("Add a member of staff"), "accounts_user_add"),
        ("accounts.view_switch", _("Pause signing or sending"), "accounts_switch_changelist"),
        ("accounts.view_auditentry", _("History of everything"), "accounts_auditentry_changelist"),
    ]
    return [(label, reverse(f"admin:{name}")) for permission, label, name in ways if user.has_perm(permission)]


def _last_act(act: str, object_type: str) -> Subquery:
    """When a row entered its state, as the audit knows it."""
    lines = AuditEntry.objects.filter(act=act, object_type=object_type, object_id=OuterRef("pk"))
    return Subquery(lines.order_by("-pk").values("at")[:1])


def _for_another_editor(title: str, found: dict[str, Any], since: str, url: str, may_publish: bool) -> Queue:
    """A queue that is for everybody who may publish but the author."""
    others = found["count"] - found["own"]
    if not may_publish:
        note = _("An editor decides.")
    elif not others:
        note = _("You wrote this, so somebody else publishes it.")
    elif found["own"]:
        note = _("You can publish %(others)d; you wrote the other %(own)d.") % {"others": others, "own": found["own"]}
    else:
        note = ""
    return Queue(title, found["count"], since, url, note, is_mine=may_publish and others > 0)


def _signing_sentence(row: Any, now: datetime) -> str:
    words = _("%(title)s: %(signed)d of %(asked)d signed") % {
        "title": row.english or row.title or row.slug,
        "signed": row.signed,
        "asked": row.asked,
    }
    if row.deadline is None:
        return words
    when = date_format(row.deadline.astimezone(ZoneInfo(row.time_zone)), "j F, H:i")
    template = (
        _("%(words)s, until %(when)s (%(zone)s)") if row.deadline > now else _("%(words)s, ended %(when)s (%(zone)s)")
    )
    return template % {"words": words, "when": when, "zone": row.time_zone}


def _due_note(day: date | None) -> str:
    return _("The next is due on %s.") % date_format(day, "j F Y") if day else ""


def _age(oldest: datetime | None, now: datetime) -> str:
    return timesince(oldest, now, depth=1) if oldest else ""


def _list(model: str, **filters: str) -> str:
    url = reverse(f"admin:{model}_changelist")
    return f"{url}?{urlencode(filters)}" if filters else url
