"""What is kept of people who apply for an organization or are named as delegates, how long, and how one is erased."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.models import DelegateRequest, MembershipApplication
from campaigns.services.applying import LIFETIME
from privacy import erasure, retention
from privacy.erasure import Eraser
from privacy.fingerprints import fingerprint
from privacy.retention import Clock, deleted, oldest

DECIDED = timedelta(days=365)
PEOPLE = {
    MembershipApplication: {"contact_name": "", "contact_title": "", "address": ""},
    DelegateRequest: {"name": "", "title": "", "address": ""},
}


def _unconfirmed(before: datetime | None = None) -> QuerySet[MembershipApplication]:
    rows = MembershipApplication.objects.filter(state=MembershipApplication.State.UNCONFIRMED)
    return rows.filter(created_at__lte=before) if before else rows


def _forgotten(model: Any, pk: int) -> bytes:
    """A fingerprint of nobody, by which the row is no more found."""
    return fingerprint(f"{model._meta.label_lower}:{pk}", purpose="forgotten")


def _decided(model: Any, before: datetime | None = None) -> QuerySet[Any]:
    """Decided rows that still hold a person: contact data is gone from the others, which have no language."""
    rows = model.objects.filter(decided_at__isnull=False).exclude(language="")
    return rows.filter(decided_at__lte=before) if before else rows


def _forget(model: Any, keys: list[int]) -> int:
    for pk in keys:
        model.objects.filter(pk=pk).update(**PEOPLE[model], language="", address_fingerprint=_forgotten(model, pk))
    return len(keys)


def _act(model: Any) -> Callable[[datetime], Iterator[int]]:
    return lambda before: retention.batches(lambda: _decided(model, before), lambda keys: _forget(model, keys))


retention.register(
    Clock(
        name="campaigns.unconfirmed_applications",
        title=_("Unconfirmed applications to join"),
        what=_("The application is deleted."),
        after=LIFETIME,
        since=_("after it was written"),
        act=lambda before: deleted(_unconfirmed(before)),
        count=lambda before: _unconfirmed(before).count(),
        oldest=lambda: oldest(_unconfirmed(), "created_at"),
    )
)
for _model, _title in (
    (MembershipApplication, _("Contacts in applications to join")),
    (DelegateRequest, _("Colleagues named by delegates")),
):
    retention.register(
        Clock(
            name=f"campaigns.{_model._meta.model_name}",
            title=_title,
            what=_("Name, title and address go; what was decided stays."),
            after=DECIDED,
            since=_("after the decision"),
            act=_act(_model),
            count=lambda before, model=_model: _decided(model, before).count(),  # type: ignore[misc]
            oldest=lambda model=_model: oldest(_decided(model), "decided_at"),  # type: ignore[misc]
        )
    )


def _erase(model: Any, person: bytes, written_until: datetime, now: datetime) -> int:
    rows = model.objects.filter(address_fingerprint=person, created_at__lte=written_until)
    deleted_rows = 0
    if model is MembershipApplication:
        deleted_rows = rows.filter(state=MembershipApplication.State.UNCONFIRMED).delete()[0]
    else:
        waiting = rows.filter(state=DelegateRequest.State.WAITING)
        waiting.update(state=DelegateRequest.State.REFUSED, decided_at=now)
    return deleted_rows + _forget(model, list(rows.values_list("pk", flat=True)))


for _model, _title in (
    (MembershipApplication, _("Applications to join")),
    (DelegateRequest, _("Named as a colleague by a delegate")),
):
    erasure.register(
        Eraser(
            name=f"campaigns.{_model._meta.model_name}",
            title=_title,
            find=lambda person, until, model=_model: model.objects.filter(  # type: ignore[misc]
                address_fingerprint=person, created_at__lte=until
            ).count(),
            erase=lambda person, until, now, model=_model: _erase(model, person, until, now),  # type: ignore[misc]
            known=lambda model=_model: (  # type: ignore[misc]
                bytes(row) for row in model.objects.values_list("address_fingerprint", flat=True).iterator()
            ),
        )
    )
