"""One's own account at the desk: password, factors, sessions, language and clock."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit, ceremony, device_cookie, services, sessions, throttle
from accounts.exceptions import AccountsError, TooManyTries, WrongPassword
from accounts.forms import OwnPasswordForm, OwnSettingsForm, PasskeyNameForm
from accounts.views.pages import desk_page, person, posted


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Everything about oneself on one page; the form on it is that of language and clock."""
    user, now = person(request), timezone.now()
    form = OwnSettingsForm(posted(request), instance=user)
    if form.is_valid():
        if form.changed_data:
            form.save()
            audit.record("accounts.change_user", user, by=user, now=now, fields=form.changed_data)
        with translation.override(user.language):  # the page that says it is in the language just chosen
            messages.success(request, _("Saved."))
        return redirect("admin:account")
    context = {
        "form": form,
        "person": user,
        "app": user.totp_devices.exclude(confirmed_at=None).first(),
        "passkeys": [
            {"passkey": passkey, "form": PasskeyNameForm(initial={"name": passkey.name}, auto_id=f"{passkey.pk}_%s")}
            for passkey in user.passkeys.all()
        ],
        "name_form": PasskeyNameForm(),
        "codes_left": services.recovery_codes_left(user),
        "has_factor": services.has_second_factor(user),
        "is_required": settings.STAFF_SECOND_FACTOR,
        "is_recent": sessions.is_recent(request, now),
        "again_url": f"{reverse('admin:login')}?{urlencode({'again': 1, 'next': reverse('admin:account')})}",
        "devices": user.known_devices.count(),
        "ends_at": sessions.ends_at(request),
    }
    status = 422 if form.errors else 200
    return desk_page(request, "admin/account.html", context, title=_("Your account"), status=status)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; every other session ends."""
    user, now = person(request), timezone.now()
    form = OwnPasswordForm(posted(request), user=user)
    if form.is_valid():
        source = device_cookie.source(request, bytes(user.email_fingerprint), now=now)
        try:
            throttle.count_try(bytes(user.email_fingerprint), source, now=now)
            changed = services.change_password(
                user.pk, old=form.cleaned_data["old_password"], new=form.cleaned_data["password"], now=now
            )
        except (WrongPassword, TooManyTries) as exc:
            form.add_error("old_password", str(exc))
        else:
            update_session_auth_hash(request, changed)
            messages.success(request, _("Your password is changed. Everywhere else you are signed out."))
            return redirect("admin:account")
    status = 422 if form.errors else 200
    return desk_page(request, "admin/own_password.html", {"form": form}, title=_("Change your password"), status=status)


# --- Steps on the page ------------------------------------------------------------------------------
def _step(view: Callable[..., str]) -> Callable[..., HttpResponse]:
    """A button on the page: POST alone, shortly after signing in; what it returns or refuses is said on the page."""

    @require_POST
    @wraps(view)
    def pressed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not sessions.is_recent(request, timezone.now()):
            messages.error(request, _("Nothing was done. Please sign in again before you change how you sign in."))
            return redirect("admin:account")
        try:
            said = view(request, *args, **kwargs)
        except AccountsError as exc:
            messages.error(request, str(exc))
        else:
            messages.success(request, said)
        return redirect("admin:recovery-codes" if sessions.codes_wait(request) else "admin:account")

    return pressed


@_step
def remove_authenticator(request: HttpRequest) -> str:
    services.remove_totp(person(request).pk, now=timezone.now())
    return _("The authenticator app is removed.")


@_step
def rename_passkey(request: HttpRequest, passkey_id: int) -> str:
    services.rename_passkey(person(request), passkey_id, ceremony.given_name(request), now=timezone.now())
    return _("The passkey has its new name.")


@_step
def remove_passkey(request: HttpRequest, passkey_id: int) -> str:
    services.remove_passkey(person(request), passkey_id, now=timezone.now())
    return _("The passkey is removed.")


@_step
def new_recovery_codes(request: HttpRequest) -> str:
    if not services.has_second_factor(person(request)):
        raise AccountsError(_("Recovery codes come with a second factor. Please set one up first."))
    sessions.show_codes(request, services.make_recovery_codes(person(request).pk, now=timezone.now()))
    return _("These are new. The earlier codes do not work any more.")


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session but this one; needs no fresh sign-in, as it is what one does in a fright."""
    now = timezone.now()
    user = services.sign_out_everywhere(person(request).pk, by=person(request), now=now)
    update_session_auth_hash(request, user)
    messages.success(request, _("You are signed out everywhere else."))
    response = redirect("admin:account")
    device_cookie.remember(response, request, user, now=now)
    return response
