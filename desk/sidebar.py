"""The rooms of the desk beside every page: listed and drawn once for all who may see the same."""

from collections.abc import Callable, Collection
from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language
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
MOST = 500  # kept at once: a few hundred bytes to 20 KB each

Listing = Callable[[HttpRequest, str | None], list[Any]]


def in_order(apps: list[Any]) -> list[Any]:
    """Django's list of apps and their tables, as rooms."""
    order = list(ROOMS)
    for app in apps:
        app["name"] = ROOMS.get(app["app_label"], app["name"])
    return sorted(apps, key=lambda app: order.index(app["app_label"]) if app["app_label"] in order else len(order))


class Sidebar:
    """To make it anew took as long as all the rest of a page."""

    def __init__(self, pages: Collection["ModelAdmin[Any]"], listing: Listing) -> None:
        self.pages, self.listing = pages, listing
        self._kept: dict[Any, Any] = {}

    def rooms_for(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        return self._once((*self._sight(request), app_label), lambda: self.listing(request, app_label))

    def drawn_for(self, request: HttpRequest) -> str:
        rooms = self.rooms_for(request)
        places = [place for room in rooms for place in (room["app_url"], *(row["admin_url"] for row in room["models"]))]
        here = max((place for place in places if place and request.path.startswith(place)), key=len, default="")
        context = {"available_apps": rooms, "request": {"path": here}}
        return self._once(
            (*self._sight(request), "drawn", here), lambda: render_to_string("admin/nav_sidebar.html", context)
        )

    def _sight(self, request: HttpRequest) -> tuple[Any, ...]:
        """What the list depends on: the language, and what this person may do with every table."""
        return get_language(), *(tuple(page.get_model_perms(request).values()) for page in self.pages)

    def _once(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        if key not in self._kept:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = make()
        return self._kept[key]
