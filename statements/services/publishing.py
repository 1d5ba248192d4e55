"""From closed to public and beyond: the embargo, and what two people decide about a text that is out."""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from letters.services import text_public_at, text_withdrawn
from statements.exceptions import TransitionRefused
from statements.models import Erratum, Proposal, Statement
from statements.services.announcing import announce_publication, tell_of_erratum
from statements.services.lifecycle import check_publisher
from statements.services.news import tell_of_publication
from statements.services.transitions import locked, move, newest

State = Statement.State
Act = Proposal.Act

# Pages are kept for some seconds. A moment that lies this far ahead is known to every page before it comes.
NOTICE = timedelta(seconds=60)

ALLOWED: dict[str, set[State]] = {
    Act.LIFT: {State.EMBARGOED},
    Act.CORRECT: set(Statement.STANDING_STATES),
    Act.WITHDRAW: {State.EMBARGOED, *Statement.STANDING_STATES, State.ARCHIVED},
    Act.ARCHIVE: {*Statement.STANDING_STATES},
}


@transaction.atomic
def set_embargo(statement_id: int, *, until: datetime, by: User, reason: str, now: datetime) -> Statement:
    """Closed to embargoed, by whoever may publish: the text is public from `until` on, and not before.

    Raises TransitionRefused.
    """
    statement = locked(statement_id, {State.CLOSED})
    check_publisher(statement, by)
    _check_reason(reason)
    if until < now + NOTICE:
        raise TransitionRefused(_("The end of the embargo must lie at least one minute ahead."))
    statement.embargo_until = until
    move(
        statement,
        State.EMBARGOED,
        "set_embargo",
        by,
        now,
        reason,
        until=until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    for about in _letters_about(statement):
        text_public_at(about, until, now=now)
    return statement


def lift_due_embargoes(*, now: datetime) -> int:
    """What is left to do when a moment has come: the state, the audit line, the mails. Returns how many were lifted.

    Pages need none of it: they compare the moment with the clock. A second run finds nothing.
    """
    due = Statement.objects.filter(state=State.EMBARGOED, embargo_until__lte=now).order_by("embargo_until")
    return sum(_lift(pk, now) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _lift(statement_id: int, now: datetime) -> bool:
    statement = Statement.objects.select_for_update(of=["self"]).get(pk=statement_id)
    if not statement.is_lifted(now):
        return False  # another run was faster, or the statement was withdrawn meanwhile
    statement.published_at = statement.embargo_until
    move(statement, State.PUBLISHED, "lift_embargo", None, now)
    announce_publication(statement, now=now)
    tell_of_publication(statement, now=now)
    return True


@transaction.atomic
def propose(
    statement_id: int,
    act: str,
    *,
    by: User,
    reason: str,
    now: datetime,
    erratum: dict[str, str] | None = None,
    is_material: bool = False,
) -> Proposal:
    """Ask a second person for one of the acts that need two. Raises TransitionRefused.

    `erratum` holds its words by language, English among them; `is_material` has every signatory told.
    """
    statement = locked(statement_id, set(State))
    _check_state(statement, act, now)
    _check_reason(reason)
    if statement.proposals.filter(state=Proposal.State.WAITING).exists():
        raise TransitionRefused(_("Something else waits for a second person. Decide about that first."))
    words = {code: text.strip() for code, text in (erratum or {}).items() if text.strip()}
    if act == Act.CORRECT and "en" not in words:
        raise TransitionRefused(_("Write the erratum in English at least."))
    proposal = Proposal.objects.create(
        statement=statement,
        act=act,
        reason=reason.strip(),
        erratum_texts=words if act == Act.CORRECT else {},
        is_material=act == Act.CORRECT and is_material,
        proposed_by=by,
        proposed_at=now,
    )
    audit.record("statements.propose", statement, by=by, reason=reason, now=now, proposal=proposal.pk, what=act)
    return proposal


@transaction.atomic
def agree(statement_id: int, *, by: User, reason: str, now: datetime) -> Proposal:
    """The second person's yes: it happens at once. Raises TransitionRefused."""
    statement, proposal = _waiting(statement_id, by, reason)
    _check_state(statement, proposal.act, now)
    _decide(proposal, Proposal.State.AGREED, by, reason, now)
    match proposal.act:
        case Act.LIFT:
            statement.embargo_until = now + NOTICE  # for every page at one moment, also for those that are kept
            move(statement, State.EMBARGOED, "shorten_embargo", by, now, reason, proposal=proposal.pk)
            for about in _letters_about(statement):
                text_public_at(about, statement.embargo_until, now=now)
        case Act.CORRECT:
            erratum = Erratum.objects.create(
                statement=statement,
                version=newest(statement),
                texts=proposal.erratum_texts,
                is_material=proposal.is_material,
                published_at=now,
            )
            move(statement, State.CORRECTED, "publish_erratum", by, now, reason, proposal=proposal.pk)
            if erratum.is_material:
                tell_of_erratum(erratum, now=now)
        case Act.WITHDRAW:
            move(statement, State.WITHDRAWN, "withdraw_statement", by, now, reason, proposal=proposal.pk)
            for about in _letters_about(statement):
                text_withdrawn(about, reason=reason, now=now)
        case Act.ARCHIVE:
            move(statement, State.ARCHIVED, "archive_statement", by, now, reason, proposal=proposal.pk)
    return proposal


@transaction.atomic
def refuse(statement_id: int, *, by: User, reason: str, now: datetime) -> Proposal:
    """The second person's no, or the first one's second thought. Raises TransitionRefused."""
    statement, proposal = _waiting(statement_id, None, reason)
    if proposal.proposed_by_id == by.pk:
        raise TransitionRefused(_("Somebody else decides about what you asked for."))
    _decide(proposal, Proposal.State.REFUSED, by, reason, now)
    audit.record("statements.refuse_proposal", statement, by=by, reason=reason, now=now, proposal=proposal.pk)
    return proposal


def _letters_about(statement: Statement) -> list[str]:
    """How letters name this text: by the digest of each of its versions."""
    digests = statement.versions.exclude(digest="").values_list("digest", flat=True)
    return [f"statement:{digest}" for digest in digests]


def _waiting(statement_id: int, by: User | None, reason: str) -> tuple[Statement, Proposal]:
    statement = locked(statement_id, set(State))
    proposal = statement.proposals.filter(state=Proposal.State.WAITING).first()
    if proposal is None:
        raise TransitionRefused(_("Nothing waits for a decision any more."))
    if by and proposal.proposed_by_id == by.pk:
        raise TransitionRefused(_("Somebody else decides about what you asked for."))
    _check_reason(reason)
    return statement, proposal


def _decide(proposal: Proposal, state: str, by: User, reason: str, now: datetime) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, now
    proposal.decision_reason = reason.strip()
    proposal.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])


def _check_state(statement: Statement, act: str, now: datetime) -> None:
    if statement.is_elsewhere:
        raise TransitionRefused(_("This statement was published elsewhere."))
    if statement.state not in ALLOWED[act]:
        raise TransitionRefused(
            _("This statement is “%s”: that step is not possible now.") % statement.get_state_display()
        )
    if act == Act.LIFT and statement.embargo_until and statement.embargo_until <= now + NOTICE:
        raise TransitionRefused(_("The embargo ends within a minute by itself."))
    if act == Act.WITHDRAW and statement.is_lifted(now):
        raise TransitionRefused(_("The embargo has just ended. Please try again in a minute."))


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise TransitionRefused(_("Please write the reason."))
