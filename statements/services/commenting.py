"""The comment round: delegates propose edits of a draft by paragraph, staff decide each, all are told once."""

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.models import Delegate
from outbox.kinds import Kind, register
from outbox.services import queue_email
from statements import anchoring
from statements.exceptions import EditRefused, TransitionRefused
from statements.models import ProposedEdit, Statement, Translation, Version
from statements.services.transitions import locked, move, newest
from statements.services.wording import note_writer

ROUND = Kind("statements.comments", may_repeat=True)
OUTCOME = Kind("statements.comments_outcome", may_repeat=True)
register(ROUND)
register(OUTCOME)

State = Statement.State
MAX_WAITING = 200  # open proposals of one organization for one text; more is no comment


@transaction.atomic
def open_comments(statement_id: int, *, until: datetime, by: User, now: datetime) -> Statement:
    """Draft to comments: delegates of member organizations are written to, and may propose edits until then.

    Raises TransitionRefused without a text, and for a moment that has passed.
    """
    statement = locked(statement_id, {State.DRAFT})
    if until <= now:
        raise TransitionRefused(_("Choose a moment that lies ahead for the end of the comments."))
    texts = newest(statement).translations.all()
    if not any(row.status == Translation.Status.AUTHORITATIVE and row.progress != "missing" for row in texts):
        raise TransitionRefused(_("Write the authoritative text before you ask for comments on it."))
    statement.comments_until = until
    statement.save(update_fields=["comments_until"])
    move(statement, State.COMMENTS, "open_comments", by, now, until=until.isoformat(timespec="minutes"))
    delegates = Delegate.objects.active(timezone.localdate(now)).select_related("user", "organization").order_by("pk")
    written: set[int] = set()
    for delegate in delegates.prefetch_related("organization__names"):
        if delegate.user_id not in written:  # one mail for who acts for several
            written.add(delegate.user_id)
            _ask(delegate, statement, now)
    return statement


def texts_open_for_comments(now: datetime) -> list[Statement]:
    """The drafts that delegates may comment on, what closes first foremost. Three queries, or one."""
    statements = Statement.objects.filter(state=State.COMMENTS, comments_until__gt=now).order_by("comments_until")
    return list(statements.prefetch_related("versions__translations"))


@transaction.atomic
def propose_edit(
    statement_id: int,
    *,
    delegate: Delegate,
    language: str,
    part: str,
    number: int,
    original: str,
    wording: str,
    comment: str = "",
    now: datetime,
) -> ProposedEdit:
    """Keep an edit that a delegate proposes for the paragraph whose words are `original`. The same twice is one.

    Raises EditRefused when the round is over, the paragraph reads otherwise by now, or nothing would change.
    """
    statement = Statement.objects.select_for_update(of=["self"]).get(pk=statement_id)
    if not delegate.is_valid(timezone.localdate(now)):
        raise EditRefused(_("Your mandate has ended. Please write to us, so that your organization can renew it."))
    if not statement.accepts_comments(now):
        raise EditRefused(_("The comment round for this text is over. Nothing was kept."))
    version = newest(statement)
    text = version.translations.filter(language=language).first()
    place = anchoring.find(text, part, number, original) if text else None
    if place is None or not place.is_exact:
        raise EditRefused(
            _("This paragraph was changed meanwhile. Please look at it again; your words are kept below.")
        )
    _check_wording(part, wording)
    if anchoring.same(wording, original):
        raise EditRefused(_("This is how the paragraph reads already."))
    rows = ProposedEdit.objects.open().filter(version=version, organization=delegate.organization)
    same = rows.filter(language=language, part=part, original=original, wording=wording).first()
    if same:
        return same
    if rows.count() >= MAX_WAITING:
        raise EditRefused(_("Your organization has proposed very many edits. Please write to us instead."))
    edit = ProposedEdit.objects.create(
        version=version,
        language=language,
        part=part,
        number=place.number,
        original=original,
        wording=wording,
        comment=comment,
        organization=delegate.organization,
        proposed_by=delegate.user,
        proposed_at=now,
    )
    audit.record("statements.propose_edit", statement, by=delegate.user, now=now, proposal=edit.pk)
    return edit


@transaction.atomic
def accept_edit(edit_id: int, *, wording: str, by: User, now: datetime, reason: str = "") -> ProposedEdit:
    """Put `wording`, as proposed or as staff put it, in place of the paragraph. A second press changes nothing.

    Raises EditRefused when the paragraph stands nowhere in the draft any more, TransitionRefused when it is no draft.
    """
    edit = _to_decide(edit_id)
    if edit.state != ProposedEdit.State.OPEN:
        return edit
    text = Translation.objects.select_for_update(of=["self"]).get(version=edit.version_id, language=edit.language)
    place = anchoring.find(text, edit.part, edit.number, edit.original)
    if place is None:
        raise EditRefused(
            _("The paragraph stands nowhere in the text any more. Change the text itself, or decline with a reason.")
        )
    _check_wording(edit.part, wording)
    anchoring.replace(text, place, wording)
    text.save(update_fields=["title", "body", "demands"])
    note_writer(edit.version.statement_id, by=by, languages=[edit.language])
    edit.accepted_wording = wording
    return _decide(edit, ProposedEdit.State.ACCEPTED, reason, by, now)


@transaction.atomic
def decline_edit(edit_id: int, *, reason: str, by: User, now: datetime) -> ProposedEdit:
    """Leave the paragraph as it is; the delegate reads `reason`. Raises EditRefused without one."""
    edit = _to_decide(edit_id)
    if edit.state != ProposedEdit.State.OPEN:
        return edit
    if not reason.strip():
        raise EditRefused(_("Please write why: the organization reads it."))
    return _decide(edit, ProposedEdit.State.DECLINED, reason.strip(), by, now)


@transaction.atomic
def end_comments(statement_id: int, *, by: User, now: datetime) -> Statement:
    """Comments to draft, once every proposal is decided; each who commented gets one mail with what came of it.

    May be pressed before the round is over: nobody proposes any more from then on. Raises TransitionRefused.
    """
    statement = locked(statement_id, {State.COMMENTS})
    version = newest(statement)
    edits = list(ProposedEdit.objects.filter(version=version).select_related("proposed_by", "organization"))
    if waiting := sum(edit.state == ProposedEdit.State.OPEN for edit in edits):
        raise TransitionRefused(_("Decide about every proposal first; %d are left.") % waiting)
    statement.comments_until = now if statement.comments_until is None else min(statement.comments_until, now)
    statement.save(update_fields=["comments_until"])
    move(statement, State.DRAFT, "end_comments", by, now, proposals=len(edits))
    by_person: dict[User, list[ProposedEdit]] = defaultdict(list)
    for edit in edits:
        by_person[edit.proposed_by].append(edit)
    for person, theirs in by_person.items():
        _tell(person, theirs, statement, version, now)
    return statement


def _check_wording(part: str, wording: str) -> None:
    longest = Translation._meta.get_field("title").max_length or 0
    if part == ProposedEdit.Part.TITLE and not 0 < len(wording.strip()) <= longest:
        raise EditRefused(_("A title has between 1 and %d characters.") % longest)


def _to_decide(edit_id: int) -> ProposedEdit:
    """The proposal and its statement, both locked; the statement as draft. Raises TransitionRefused."""
    statement_id = ProposedEdit.objects.values_list("version__statement", flat=True).get(pk=edit_id)
    statement = locked(statement_id, {State.COMMENTS})
    edit = ProposedEdit.objects.select_for_update(of=["self"]).select_related("version").get(pk=edit_id)
    if newest(statement).pk != edit.version_id:
        raise TransitionRefused(_("This proposal belongs to an earlier version."))
    return edit


def _decide(edit: ProposedEdit, state: ProposedEdit.State, reason: str, by: User, now: datetime) -> ProposedEdit:
    edit.state, edit.decision_reason, edit.decided_by, edit.decided_at = state, reason, by, now
    edit.save(update_fields=["state", "decision_reason", "accepted_wording", "decided_by", "decided_at"])
    act = "statements.accept_edit" if state == ProposedEdit.State.ACCEPTED else "statements.decline_edit"
    statement = Statement(pk=edit.version.statement_id)
    audit.record(act, statement, by=by, now=now, proposal=edit.pk)
    return edit


def comments_url(statement: Statement, language: str) -> str:
    """The full address of the page where delegates comment, as mails carry it."""
    with translation.override(language):
        return settings.SITE_URL + reverse("statements:comments", args=[statement.slug])


def _ask(delegate: Delegate, statement: Statement, now: datetime) -> None:
    user, until = delegate.user, statement.comments_until
    assert until is not None
    with translation.override(user.language):
        context = {
            "name": user.name,
            "title": str(statement),
            "url": comments_url(statement, user.language),
            "until": until.astimezone(ZoneInfo(statement.time_zone)),
            "time_zone": statement.time_zone,
            "organization": delegate.organization.name_in(user.language),
        }
    queue_email(
        ROUND.name,
        to=user.email,
        template="statements/email/comments",
        context=context,
        language=user.language,
        key=f"comments:{statement.pk}:{int(until.timestamp())}:{user.pk}",
        about=f"statement:{statement.pk}",
        now=now,
    )


def _tell(person: User, edits: list[ProposedEdit], statement: Statement, version: Version, now: datetime) -> None:
    with translation.override(person.language):
        context = {
            "name": person.name,
            "title": str(statement),
            "edits": edits,
            "organization": edits[0].organization.name_in(person.language),
        }
    queue_email(
        OUTCOME.name,
        to=person.email,
        template="statements/email/comments_outcome",
        context=context,
        language=person.language,
        key=f"comments-outcome:{version.pk}:{int(now.timestamp())}:{person.pk}",
        about=f"statement:{statement.pk}",
        now=now,
    )
