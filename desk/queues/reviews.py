"""Texts that another editor publishes than who wrote them: all of them in one query."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.utils.translation import gettext as _

from accounts.models import AuditEntry
from desk.queues.lines import Queue, age, list_of
from petitions.models import Petition, Update
from statements.models import Statement


def reviews(user: Any, now: datetime) -> Iterator[Queue]:
    """Petitions and updates in review, statements whose co-signing closed; of each kind a line."""
    kinds: dict[str, tuple[str, str, QuerySet[Any], str]] = {
        "statement": (
            _("Statements to publish"), "statements", Statement.objects.filter(state=Statement.State.CLOSED),
            "close_cosigning",
        ),
        "petition": (
            _("Petitions in review"), "petitions", Petition.objects.filter(state=Petition.State.IN_REVIEW),
            "submit_petition",
        ),
        "update": (
            _("Updates in review"), "petitions", Update.objects.filter(state=Update.State.IN_REVIEW), "submit_update",
        ),
    }  # fmt: skip
    seen = {kind: found for kind, found in kinds.items() if user.has_perm(f"{found[1]}.view_{kind}")}
    queries = [
        _waiting(rows, kind, f"{room}.{act}", f"{room}.{kind}") for kind, (_title, room, rows, act) in seen.items()
    ]
    waiting = list(queries[0].union(*queries[1:], all=True)) if queries else []  # few: people read each of them
    for kind, (title, room, rows, _act) in seen.items():
        found = [(author, since) for name, author, since in waiting if name == kind]
        yield _for_another_editor(
            title,
            {"count": len(found), "own": sum(author == user.pk for author, _since in found)},
            age(min((since for _author, since in found if since), default=None), now),
            list_of(f"{room}_{kind}", state__exact=rows.model.State.CLOSED if kind == "statement" else "in_review"),
            user.has_perm(f"{room}.publish_{kind}"),
        )


def _waiting(rows: QuerySet[Any], kind: str, act: str, object_type: str) -> QuerySet[Any, Any]:
    """Of each row its kind, its author and since when it waits, as the audit knows it."""
    lines = AuditEntry.objects.filter(act=act, object_type=object_type, object_id=OuterRef("pk"))
    return (
        rows.order_by()
        .annotate(queue=Value(kind, output_field=CharField()), since=Subquery(lines.order_by("-pk").values("at")[:1]))
        .values_list("queue", "author", "since")
    )


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
