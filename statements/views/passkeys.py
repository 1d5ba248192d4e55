"""Passkeys of delegates: signing in with one, and keeping them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import ceremony, sessions
from accounts import services as accounts
from accounts.exceptions import AccountsError, PasskeyRefused
from accounts.forms import PasskeyNameForm
from accounts.sessions import Method
from accounts.views.pages import person
from campaigns.models import Delegate
from statements.views.sign_in import NEXT, come_in, delegate_required, keep_wanted


# --- Signing in -------------------------------------------------------------------------------------
@require_POST
def options(request: HttpRequest) -> JsonResponse:
    """What the browser asks a passkey."""
    return ceremony.ask_for_known(request, now=timezone.now())


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let in the delegate whose passkey has answered."""
    now = timezone.now()
    try:
        user = ceremony.answered_by(request, now=now)
        if user.is_staff:
            raise PasskeyRefused(_("This passkey belongs to a member of staff. Staff sign in at the desk."))
    except AccountsError as exc:
        messages.error(request, str(exc))
        return redirect("statements:sign-in")
    keep_wanted(request)
    return come_in(request, user, method=Method.DELEGATE_PASSKEY)


# --- Keeping them -----------------------------------------------------------------------------------
@require_safe
@delegate_required
def passkeys(request: HttpRequest, delegations: list[Delegate]) -> HttpResponse:
    """The delegate's passkeys, and how to make one."""
    is_recent = sessions.is_recent(request, timezone.now())
    if not is_recent:
        request.session[NEXT] = request.path  # where signing in again leads
    context = {
        "rows": [
            {"passkey": row, "form": _name_form(initial={"name": row.name}, auto_id=f"{row.pk}_%s")}
            for row in person(request).passkeys.all()
        ],
        "form": _name_form(),
        "is_recent": is_recent,
    }
    return render(request, "statements/delegate/passkeys.html", context)


@require_POST
@delegate_required
def add_options(request: HttpRequest, delegations: list[Delegate]) -> JsonResponse:
    """What the browser makes a passkey of."""
    now = timezone.now()
    if not sessions.is_recent(request, now):
        return JsonResponse({"error": str(_again())}, status=403)
    return ceremony.ask_for_new(request, person(request), now=now)


@require_POST
@delegate_required
def add(request: HttpRequest, delegations: list[Delegate]) -> HttpResponse:
    """Keep the passkey that the browser has made."""
    now = timezone.now()

    def act() -> str:
        ceremony.keep_new(request, person(request), now=now)
        return _("The passkey was added. Next time you need no code.")

    return _done(request, act, now)


@require_POST
@delegate_required
def rename(request: HttpRequest, delegations: list[Delegate], passkey_id: int) -> HttpResponse:
    now = timezone.now()

    def act() -> str:
        accounts.rename_passkey(person(request), passkey_id, ceremony.given_name(request), now=now)
        return _("The passkey has its new name.")

    return _done(request, act, now)


@require_POST
@delegate_required
def remove(request: HttpRequest, delegations: list[Delegate], passkey_id: int) -> HttpResponse:
    now = timezone.now()

    def act() -> str:
        accounts.remove_passkey(person(request), passkey_id, now=now)
        return _("The passkey is removed.")

    return _done(request, act, now)


def _done(request: HttpRequest, act: Callable[[], str], now: datetime) -> HttpResponse:
    """Do it shortly after signing in only; what came of it is said on the page."""
    try:
        if not sessions.is_recent(request, now):
            raise AccountsError(_again())
        messages.success(request, act())
    except AccountsError as exc:
        messages.error(request, str(exc))
    return redirect("statements:passkeys")


def _again() -> str:
    return _("Nothing was done. Please sign in again before you change how you sign in.")


def _name_form(**kwargs: Any) -> PasskeyNameForm:
    return PasskeyNameForm(label_suffix="", **kwargs)
