"""What is out of the ordinary now, for the line at the head of every page of the desk."""

from typing import Any

from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import hidden_names, switches
from accounts.models import AuditEntry, Switch

NOT_UNUSUAL = {Switch.Key.DEMONSTRATION}  # has a line of its own


def notices() -> list[dict[str, Any]]:
    """One for each switch that is on and each text whose names are hidden: label, since, by, url.

    Without a query while there is none, apart from a look once in some seconds.
    """
    on = [key for key in Switch.Key if key in switches.keys_on() and key not in NOT_UNUSUAL]
    hidden = hidden_names.hidden_now()
    if not on and not hidden:
        return []
    lines = _last_lines(on, hidden)
    found = []
    for key in on:
        line = lines.get((switches.OBJECT_TYPE, switches.number(key)))
        found.append(_notice(str(key.label), line, reverse("admin:accounts_switch_changelist")))
    titles = {(kind.name, pk): title for kind in hidden_names.kinds() for pk, title in kind.titles(True)}
    for model, pk in hidden:
        label = _("Names hidden: %s") % titles.get((model, pk), pk)
        found.append(_notice(label, lines.get((model, pk)), reverse("admin:accounts_switch_changelist") + "#names"))
    return found


def _notice(label: str, line: AuditEntry | None, url: str) -> dict[str, Any]:
    by = "" if line is None else str(line.by or _("the system"))
    return {"label": label, "since": line and line.at, "by": by, "url": url}


def _last_lines(on: list[Switch.Key], hidden: list[tuple[str, int]]) -> dict[tuple[str, int], AuditEntry]:
    """The newest line that turned each switch or hid the names of each text."""
    numbers = [switches.number(key) for key in on]
    wanted = Q(object_type=switches.OBJECT_TYPE, object_id__in=numbers, act="accounts.turn_switch")
    for kind in hidden_names.kinds():
        ids = [pk for model, pk in hidden if model == kind.name]
        wanted |= Q(object_type=kind.name, object_id__in=ids, act=kind.act(hidden=True))
    newest = AuditEntry.objects.filter(wanted).order_by().values("object_type", "object_id").annotate(last=Max("pk"))
    entries = AuditEntry.objects.filter(pk__in=[row["last"] for row in newest]).select_related("by")
    return {(entry.object_type, entry.object_id): entry for entry in entries}
