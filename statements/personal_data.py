"""What is kept of people around a statement, for how long, and how one is erased."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from privacy import erasure, retention
from privacy.erasure import Eraser
from privacy.fingerprints import fingerprint
from privacy.retention import Clock, batches, deleted, oldest
from statements.models import Invitation, PersonalSignature, Question

YEAR = timedelta(days=365)
State = PersonalSignature.State


def _persons(before: datetime | None = None) -> QuerySet[Any]:
    """Signatures in a personal capacity that can still be written to: a row without a language cannot."""
    rows = PersonalSignature.objects.exclude(language="").annotate(since=Coalesce("signed_at", "invited_at"))
    return rows.filter(since__lte=before) if before else rows


def _forget_addresses(keys: list[int]) -> int:
    """The address goes; the name stays only where it stands in public, by the person's own act."""
    for pk in keys:
        row = PersonalSignature.objects.filter(pk=pk)
        row.update(address="", language="", address_fingerprint=_of_nobody(pk))
        row.exclude(state=State.SIGNED).update(name="", affiliation="")
    return len(keys)


def _of_nobody(pk: int) -> bytes:
    return fingerprint(f"personal:{pk}", purpose="forgotten")


def _erase(person: bytes, written_until: datetime, now: datetime) -> int:
    """Nothing of the person stays; what was signed counts as withdrawn."""
    keys = list(_of(person, written_until).values_list("pk", flat=True))
    rows = PersonalSignature.objects.filter(pk__in=keys)
    rows.filter(state=State.SIGNED).update(state=State.WITHDRAWN, withdrawn_at=now)
    return _forget_addresses(keys)


def _of(person: bytes, written_until: datetime) -> QuerySet[PersonalSignature]:
    return PersonalSignature.objects.filter(address_fingerprint=person, invited_at__lte=written_until)


def _reasons(before: datetime | None = None) -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(reason__isnull=False, answered_at__isnull=False)
    return rows.filter(answered_at__lte=before) if before else rows


def _forget_reasons(before: datetime) -> Iterator[int]:
    yield _reasons(before).update(reason=None)


retention.register(
    Clock(
        name="statements.persons",
        title=_("Who signs in a personal capacity"),
        what=_("The address and its link go, and the name of whoever did not sign; a name in public stays."),
        after=YEAR,
        since=_("after signing, or after the invitation"),
        act=lambda before: batches(lambda: _persons(before), _forget_addresses),
        count=lambda before: _persons(before).count(),
        oldest=lambda: oldest(_persons(), "since"),
    )
)
retention.register(
    Clock(
        name="statements.questions",
        title=_("Questions of delegates"),
        what=_("The question and its answer are deleted."),
        after=YEAR,
        since=_("after it was asked"),
        act=lambda before: deleted(Question.objects.filter(asked_at__lte=before)),
        count=lambda before: Question.objects.filter(asked_at__lte=before).count(),
        oldest=lambda: oldest(Question.objects.all(), "asked_at"),
    )
)
retention.register(
    Clock(
        name="statements.reasons",
        title=_("Reasons for declining"),
        what=_("The reason goes; that the organization declined stays."),
        after=YEAR,
        since=_("after the answer"),
        act=_forget_reasons,
        count=lambda before: _reasons(before).count(),
        oldest=lambda: oldest(_reasons(), "answered_at"),
    )
)
erasure.register(
    Eraser(
        name="statements.persons",
        title=_("Signatures in a personal capacity"),
        find=lambda person, written_until: _of(person, written_until).count(),
        erase=_erase,
        known=lambda: (
            bytes(row) for row in PersonalSignature.objects.values_list("address_fingerprint", flat=True).iterator()
        ),
    )
)
