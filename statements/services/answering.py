"""What an organization may say besides yes and no: a question, more time, not in time; and asking a colleague."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.models import Delegate
from statements.exceptions import AnswerRefused, SigningRefused
from statements.models import Invitation, Question, Statement
from statements.services.mails import stop_asking, write_to_delegate, write_to_drafter

State = Invitation.State
MAX_OPEN_QUESTIONS = 5  # of one organization about one text


@transaction.atomic
def ask_question(statement_id: int, *, delegate: Delegate, text: str, now: datetime) -> Question:
    """Put a question to the drafter; whoever may read may ask. Raises AnswerRefused or SigningRefused."""
    invitation = lock_for_answer(statement_id, delegate, now, reading=True)
    if invitation.questions.filter(answered_at=None).count() >= MAX_OPEN_QUESTIONS:
        raise AnswerRefused(_("Several questions of your organization wait already. Please let us answer these first."))
    question = Question.objects.create(invitation=invitation, asked_by=delegate.user, asked_at=now, text=text)
    if invitation.state in Invitation.OPEN_STATES:
        invitation.state = State.QUESTION
        invitation.save(update_fields=["state"])
    audit.record("statements.ask_question", invitation, by=delegate.user, now=now, question=question.pk)
    statement = invitation.statement
    with translation.override(statement.author.language):
        organization = delegate.organization.name_in(statement.author.language)
        subject = _("%s has a question") % organization
        lines = [
            _("%(organization)s asks about “%(title)s”:") % {"organization": organization, "title": str(statement)}
        ]
        lines += [text, _("Answer it on the page of the statement; the organization is not reminded meanwhile.")]
    write_to_drafter(statement, subject=subject, lines=lines, key=f"question:{question.pk}", now=now)
    return question


@transaction.atomic
def answer_question(question_id: int, *, answer: str, by: User, now: datetime) -> Question:
    """Answer on the organization's page of the text, and by mail while the organization has not answered.

    Raises AnswerRefused when a colleague was faster.
    """
    question = Question.objects.select_for_update(of=["self"]).get(pk=question_id)
    if question.answered_at is not None:
        raise AnswerRefused(_("A colleague has answered this question already."))
    question.answer, question.answered_at, question.answered_by = answer, now, by
    question.save(update_fields=["answer", "answered_at", "answered_by"])
    invitation = Invitation.objects.select_for_update(of=["self"]).get(pk=question.invitation_id)
    if invitation.state == State.QUESTION and not invitation.questions.filter(answered_at=None).exists():
        invitation.state = State.OPENED
        invitation.save(update_fields=["state"])
    audit.record("statements.answer_question", invitation, by=by, now=now, question=question.pk)
    asking = Delegate.objects.active(timezone.localdate(now)).filter(
        organization=invitation.organization_id, user=question.asked_by_id
    )
    if invitation.state in Invitation.OPEN_STATES:  # nobody is mailed after answering
        for delegate in asking.select_related("user", "organization").prefetch_related("organization__names"):
            with translation.override(delegate.user.language):
                subject = _("An answer to your question")
                lines = [str(invitation.statement), _("You asked:"), question.text, _("We answer:"), answer]
            key = f"answer:{question.pk}"
            write_to_delegate(delegate, invitation.statement, subject=subject, lines=lines, key=key, now=now)
    return question


@transaction.atomic
def ask_for_time(statement_id: int, *, delegate: Delegate, until: date, now: datetime) -> Invitation:
    """Note that the organization needs until that day: no reminder before. Raises AnswerRefused or SigningRefused."""
    invitation = lock_for_answer(statement_id, delegate, now, reading=True)
    if invitation.state not in Invitation.OPEN_STATES:
        raise AnswerRefused(_("Your organization has answered already."))
    if until < timezone.localdate(now):
        raise AnswerRefused(_("This day has passed."))
    invitation.needs_until = until
    invitation.save(update_fields=["needs_until"])
    audit.record("statements.ask_for_time", invitation, by=delegate.user, now=now, until=until.isoformat())
    return invitation


@transaction.atomic
def say_unable(statement_id: int, *, delegate: Delegate, now: datetime) -> Invitation:
    """The organization cannot decide by the deadline: an answer, after which it hears nothing more."""
    invitation = lock_for_answer(statement_id, delegate, now)
    if invitation.state == State.SIGNED:
        raise SigningRefused(_("Your organization has already signed. To take that back, please withdraw."))
    settle(invitation, State.UNABLE, now)
    audit.record("statements.say_unable", invitation, by=delegate.user, now=now)
    return invitation


@transaction.atomic
def forward_request(statement_id: int, *, delegate: Delegate, to: Delegate, note: str, now: datetime) -> None:
    """Mail the request to a colleague who may sign, once a day at most. Raises AnswerRefused or SigningRefused."""
    invitation = lock_for_answer(statement_id, delegate, now, reading=True)
    if invitation.state not in Invitation.OPEN_STATES:
        raise AnswerRefused(_("Your organization has answered already."))
    is_colleague = to.organization_id == delegate.organization_id and to.is_valid(timezone.localdate(now))
    if not (is_colleague and to.may_sign):
        raise AnswerRefused(_("This person may not sign for your organization at present."))
    with translation.override(to.user.language):
        subject = _("%s asks you to decide on a text") % delegate.user.get_full_name()
        lines = [
            _("Your organization is asked to co-sign “%s”.") % str(invitation.statement),
            _("%s passes the request on to you, who may sign.") % delegate.user.get_full_name(),
            note,
        ]
    key = f"invitation:{invitation.pk}:forward:{to.pk}:{timezone.localdate(now)}"
    write_to_delegate(to, invitation.statement, subject=subject, lines=lines, key=key, now=now)
    audit.record("statements.forward_request", invitation, by=delegate.user, now=now, to=to.pk)


def lock_for_answer(statement_id: int, delegate: Delegate, now: datetime, *, reading: bool = False) -> Invitation:
    """The ledger line, locked after its statement. Raises SigningRefused with what stands in the way."""
    statement = Statement.objects.select_for_update(of=["self"]).get(pk=statement_id)
    return check_may_answer(statement, delegate, now, reading=reading)


def check_may_answer(statement: Statement, delegate: Delegate, now: datetime, *, reading: bool = False) -> Invitation:
    """The organization's line in the ledger, locked; `reading` delegates may act. Raises SigningRefused."""
    if not delegate.may_sign and not reading:
        raise SigningRefused(_("You may read for your organization, but not sign. Please ask a colleague who may."))
    if not delegate.is_valid(timezone.localdate(now)):
        raise SigningRefused(_("Your mandate has ended. Please write to us, so that your organization can renew it."))
    if not statement.accepts_cosignatures(now):
        raise SigningRefused(_("Co-signing of this text is closed."))
    invitation = (
        Invitation.objects.select_for_update(of=["self"])
        .filter(statement=statement, organization=delegate.organization)
        .first()
    )
    if invitation is None:
        raise SigningRefused(_("Your organization has not been invited to sign this text."))
    invitation.statement = statement
    return invitation


def settle(invitation: Invitation, state: Invitation.State, now: datetime) -> None:
    """Write the answer into the ledger, and stop every mail that still asks for one."""
    invitation.state, invitation.answered_at, invitation.needs_until = state, now, None
    invitation.save(update_fields=["state", "answered_at", "needs_until", "reason"])
    stop_asking([invitation])
