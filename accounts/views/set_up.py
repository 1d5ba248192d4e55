"""Setting up a second factor: led through it on the way in, or by one's own choice later."""

from datetime import datetime

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import ceremony, device_cookie, services, sessions
from accounts.exceptions import AccountsError, TooManyTries, WrongCode
from accounts.forms import AuthenticatorCodeForm, KeptForm, PasskeyNameForm
from accounts.models import User
from accounts.sessions import Method
from accounts.views.pages import desk_page, person, posted, speak_to
from accounts.views.sign_in import come_in


@require_safe
def set_up(request: HttpRequest) -> HttpResponse:
    """Which factor: an app or a passkey, each in a sentence."""
    user = _person(request, timezone.now())
    if user is None:
        return _not_now(request)
    context = {
        "person": user,
        "name_form": PasskeyNameForm(),
        "on_the_way_in": not request.user.is_authenticated,
        "has_app": user.totp_devices.exclude(confirmed_at=None).exists(),
    }
    return desk_page(request, "admin/second_factor_set_up.html", context, title=_("Set up a second factor"))


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def authenticator(request: HttpRequest) -> HttpResponse:
    """Show the secret as a picture and as letters, and read back one code."""
    now = timezone.now()
    user = _person(request, now)
    if user is None:
        return _not_now(request)
    device = services.begin_totp(user, now=now)
    form = AuthenticatorCodeForm(posted(request))
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        source = device_cookie.source(request, bytes(user.email_fingerprint), now=now)
        try:
            services.confirm_totp(user, form.cleaned_data["code"], source=source, now=now)
        except (WrongCode, TooManyTries) as exc:
            form.add_error("code", str(exc))
            status = 429 if isinstance(exc, TooManyTries) else 422
        else:
            messages.success(request, _("The authenticator app is set up."))
            return _go_on(request, user, now)
    context = {
        "form": form,
        "person": user,
        "picture": segno.make(services.totp_uri(device), error="m").svg_data_uri(scale=5, border=3, light="#fff"),
        "letters": " ".join(device.secret[start : start + 4] for start in range(0, len(device.secret), 4)),
    }
    return desk_page(request, "admin/second_factor_app.html", context, title=_("Authenticator app"), status=status)


@require_POST
def passkey_options(request: HttpRequest) -> JsonResponse:
    """What the browser makes a passkey of."""
    now = timezone.now()
    user = _person(request, now)
    if user is None:
        return JsonResponse({"error": str(_("Please sign in again before you change how you sign in."))}, status=403)
    return ceremony.ask_for_new(request, user, now=now)


@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """Keep the passkey that the browser has made."""
    now = timezone.now()
    user = _person(request, now)
    if user is None:
        return _not_now(request)
    try:
        ceremony.keep_new(request, user, now=now)
    except AccountsError as exc:
        messages.error(request, str(exc))
        return redirect("admin:set-up")
    messages.success(request, _("The passkey was added."))
    return _go_on(request, user, now)


@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten codes to write down, until the person says that they are kept. Opened by sign-in or by one's account."""
    codes = sessions.shown_codes(request)
    if not codes:
        sessions.forget_codes(request)
        return redirect("admin:account")
    form = KeptForm(posted(request))
    if form.is_valid():
        services.keep_recovery_codes(person(request), now=timezone.now())
        return redirect(sessions.forget_codes(request) or "admin:account")
    context = {"codes": codes, "form": form, "person": request.user}
    status = 422 if form.errors else 200
    return desk_page(request, "admin/recovery_codes.html", context, title=_("Your recovery codes"), status=status)


def _person(request: HttpRequest, now: datetime) -> User | None:
    """Who may set up a factor here: staff who have just signed in, or whose password was right and who have none yet.

    After the password alone somebody who has a factor may not add another one in its place.
    """
    user = request.user
    if user.is_authenticated:
        open_desk = user.is_staff and sessions.opens_desk(request)
        return user if open_desk and sessions.is_recent(request, now) else None
    half_open = sessions.half_open_user(request, now)
    if half_open is None or services.has_second_factor(half_open):
        return None
    speak_to(request, half_open)
    return half_open


def _not_now(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated and request.user.is_staff:
        messages.info(request, _("Please sign in again before you change how you sign in."))
    return redirect("admin:account" if request.user.is_authenticated else "admin:second-factor")


def _go_on(request: HttpRequest, user: User, now: datetime) -> HttpResponse:
    """After a factor was added: in through the door, or back to one's account, by way of the recovery codes."""
    if not request.user.is_authenticated:
        return come_in(request, user, method=Method.SET_UP, next_url=sessions.next_url(request))
    sessions.raise_to(request, Method.SET_UP)
    if services.has_recovery_codes(user):
        return redirect("admin:account")
    sessions.show_codes(request, services.make_recovery_codes(user.pk, now=now))
    return redirect("admin:recovery-codes")
