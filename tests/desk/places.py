"""Addresses of the desk."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, ClassVar

from django.contrib import admin

from letters.models import Letter, Release
from tests.conftest import LONG

ADDED_BY_HAND = {
    "campaign", "demand", "source", "incident", "instrument", "organization", "petition", "statement", "recipient",
    "lettertemplate", "user", "importbatch", "partnerlink", "officialpetition",
}  # fmt: skip


def base(model: Any) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def page(row: Any) -> str:
    return f"{base(row)}{row.pk}/change/"


def step(row: Any, name: str) -> str:
    return f"{base(row)}{row.pk}/actions/{name}/"


def steps() -> list[Any]:
    """Every step of the desk: (model, its admin, name)."""
    return [
        (model, model_admin, name)
        for model, model_admin in admin.site._registry.items()
        for name in getattr(model_admin, "change_actions", [])
    ]


def lists() -> list[str]:
    return [base(model) for model in admin.site._registry]


def pages() -> Iterator[str]:
    """Every page that opens by GET, for a row of each kind that is there; in `make test-long` for up to three."""
    yield from ("/admin/", "/admin/password_change/", *lists())
    for model in admin.site._registry:
        if model._meta.model_name in ADDED_BY_HAND:
            yield f"{base(model)}add/"
        if model._meta.model_name != "switch":
            yield from (page(row) for row in model._default_manager.order_by("pk")[: 3 if LONG else 1])


def step_pages() -> Iterator[str]:
    """The form of every step that has one, for every row in which it is offered."""
    for _model, model_admin, name in steps():
        if "GET" not in getattr(model_admin, name).methods:
            continue
        states = model_admin.step(name).states
        rows = model_admin.get_queryset(_Nobody()).order_by("pk")
        for row in rows:
            if states is None or getattr(row, model_admin.state_field) in states:
                yield step(row, name)


def files() -> Iterator[str]:
    for release in Release.objects.all():
        for recipient in release.recipients.all():
            yield f"/admin/letters/release/{release.pk}/copies/{recipient.pk}.pdf"
    for letter in Letter.objects.all():
        yield f"/admin/letters/letter/{letter.pk}/letter.pdf"


class _Nobody:
    """Enough of a request to ask an admin for its rows."""

    method, resolver_match = "GET", None
    GET: ClassVar[dict[str, str]] = {}
    user = SimpleNamespace(has_perm=lambda permission: True)
