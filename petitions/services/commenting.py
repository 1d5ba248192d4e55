"""Comments: nobody reads one on the page before a moderator did."""

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import User
from petitions.exceptions import CommentGone
from petitions.models import Comment, Signature
from petitions.models.signature import SignatureQuerySet

State = Signature.CommentState


class Ground(models.TextChoices):
    """Why a comment is kept off the page. The audit holds the ground, never the words."""

    PERSON = "person", gettext_lazy("It names or describes somebody who could be put at risk")
    PRIVATE = "private", gettext_lazy("It holds an address, a number or other private details")
    ATTACK = "attack", gettext_lazy("It insults or threatens people")
    AIMLESS = "aimless", gettext_lazy("It is not about the petition")
    ADVERTISING = "advertising", gettext_lazy("It advertises something")
    UNTRUE = "untrue", gettext_lazy("It states as a fact what is not shown to be true")


def comments() -> SignatureQuerySet:
    """Comments of confirmed signatures, under petitions that show comments."""
    said = Comment.objects.exclude(comment_state=State.NONE)
    return said.filter(state=Comment.State.CONFIRMED, petition__duty_of_care=False)


def approve_comment(signature_id: int, *, by: User, now: datetime) -> Comment:
    """Let a comment onto the page; a second time changes nothing. Raises CommentGone."""
    return _set(signature_id, State.APPROVED, "approve_comment", by, now)


def refuse_comment(signature_id: int, *, ground: str, by: User, now: datetime) -> Comment:
    """Keep a comment off the page, or take it off again. The signature counts as before. Raises CommentGone."""
    return _set(signature_id, State.REFUSED, "refuse_comment", by, now, ground=Ground(ground).value)


@transaction.atomic
def _set(signature_id: int, to: State, act: str, by: User, now: datetime, **details: str) -> Comment:
    comment = Comment.objects.select_for_update(of=["self"], no_key=True).get(pk=signature_id)
    if comment.state != Comment.State.CONFIRMED or not comment.comment:
        raise CommentGone(_("This comment is gone: the signature was withdrawn, struck out or erased."))
    if comment.comment_state != to:
        comment.comment_state = to
        comment.save(update_fields=["comment_state"])
        audit.record(f"petitions.{act}", comment, by=by, now=now, **details)
    return comment
