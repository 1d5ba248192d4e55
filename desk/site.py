"""The desk: Django's admin in the look of the house, its start page saying what waits."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import sessions, standing, urls
from accounts.forms import SignInForm
from accounts.views import account, sign_in
from desk import queues
from desk.erasure import erase_person
from desk.sidebar import Rooms


class DeskSite(AdminSite):
    site_title = _("Outcry desk")
    site_header = _("Outcry desk")
    index_title = _("What waits")
    login_form = SignInForm

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._rooms: dict[tuple[Any, ...], Rooms] = {}

    # --- Who may come in --------------------------------------------------------------------------------------------
    def get_urls(self) -> list[Any]:
        erase = path("erase-a-person/", self.admin_view(erase_person), name="erase-person")
        return [*urls.way_in, *urls.own_account(self.admin_view), erase, *super().get_urls()]

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff who have proved all that this site asks for."""
        return super().has_permission(request) and sessions.opens_desk(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner: Callable[..., Any] = super().admin_view(view, cacheable)

        @wraps(inner)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            return self._way_in(request) or inner(request, *args, **kwargs)

        return entered

    def _way_in(self, request: HttpRequest) -> HttpResponse | None:
        """What stands before every page of the desk; None for whoever may pass, or for Django to show the way in."""
        place = request.resolver_match.url_name if request.resolver_match else ""
        if place == "logout":
            return None
        if self.has_permission(request):
            waits = sessions.codes_wait(request) and place != "recovery-codes"
            return redirect("admin:recovery-codes") if waits else None
        if sessions.half_open_user(request, timezone.now()):
            return redirect("admin:second-factor")
        if request.method == "POST":
            said = _("Nothing was done: you are not signed in any more, or your access has ended.")
            messages.error(request, said)
        return None

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """`?again=1` is for somebody who is signed in and shall prove it anew."""
        if request.method != "POST" and "again" not in request.GET and self.has_permission(request):
            return redirect("admin:index")
        return sign_in.sign_in(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return account.password(request)

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("admin:account")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """`standing` and `sidebar` are asked for only where a page shows them."""
        context = super().each_context(request)
        sidebar = partial(context["available_apps"].drawn, request.path)
        return context | {"standing": standing.notices, "sidebar": sidebar}

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Only what a form of the desk asks: Django would search for any field that points to anything."""
        model, name = (request.GET.get(key, "") for key in ("model_name", "field_name"))
        asked = f"{request.GET.get('app_label', '')}.{model}".lower(), name
        if asked not in self._autocompleted() or "\x00" in request.GET.get("term", ""):
            raise PermissionDenied
        return super().autocomplete_view(request)

    def _autocompleted(self) -> set[tuple[str, str]]:
        """{("campaigns.figure", "source")}: every choice by search of the pages and of the rows on them."""
        pages: list[Any] = list(self._registry.values())
        rows: list[Any] = [inline for page in pages for inline in page.inlines]
        return {(page.model._meta.label_lower, name) for page in [*pages, *rows] for name in page.autocomplete_fields}

    # --- The start page and the rooms -------------------------------------------------------------------------------
    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """What waits, oldest first, and the ways to begin something."""
        now = timezone.now()
        context = queues.start_page(request.user, now) | (extra_context or {})
        return super().index(request, context)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Rooms:
        """Kept for each language and set of permissions, of which there are no more than combinations of roles."""
        may = (tuple(page.get_model_perms(request).values()) for page in self._registry.values())
        sight = (get_language(), app_label, *may)
        rooms = self._rooms.get(sight)
        if rooms is None:
            rooms = self._rooms[sight] = Rooms(super().get_app_list(request, app_label))
        return rooms
