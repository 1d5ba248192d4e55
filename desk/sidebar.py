"""The rooms of the desk beside every page: listed and drawn once for all who may see the same."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

# The rooms in the order of the work, under the names that staff use.
ROOMS = {
    "statements": _("Statements"),
    "petitions": _("Petitions"),
    "letters": _("Letters"),
    "campaigns": _("Campaigns and organizations"),
    "outbox": _("Outgoing mail"),
    "accounts": _("People, history, switches"),
    "auth": _("Roles"),
}


class Rooms(list[Any]):
    """Django's list of apps with their tables, in our order and words. Do not change it: others are given the same."""

    def __init__(self, apps: list[Any]) -> None:
        order = {label: place for place, label in enumerate(ROOMS)}
        for app in apps:
            app["name"] = ROOMS.get(app["app_label"], app["name"])
        super().__init__(sorted(apps, key=lambda app: order.get(app["app_label"], len(order))))
        self._drawn: dict[str, str] = {}

    def drawn(self, path: str) -> str:
        """The sidebar of the page at this path: to draw it anew takes as long as all the rest of a page."""
        places = [place for app in self for place in (app["app_url"], *(table["admin_url"] for table in app["models"]))]
        here = max((place for place in places if place and path.startswith(place)), key=len, default="")
        drawn = self._drawn.get(here)
        if drawn is None:
            context = {"available_apps": self, "request": {"path": here}}
            drawn = self._drawn[here] = render_to_string("admin/nav_sidebar.html", context)
        return drawn
