"""The way into the desk: password, then second factor; or a passkey alone."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import ceremony, device_cookie, services, sessions
from accounts.exceptions import AccountsError, PasskeyRefused, TooManyTries
from accounts.forms import AuthenticatorCodeForm, RecoveryCodeForm, SignInForm
from accounts.models import User
from accounts.sessions import Method
from accounts.views.pages import desk_page, posted, speak_to

MAX_NEXT = 500  # characters; a longer path is not worth keeping


# --- The password -----------------------------------------------------------------------------------
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for address and password; strangers read the same whatever was wrong."""
    _speak_as_the_browser(request)
    form = SignInForm(request, data=posted(request))
    if request.method != "POST" or not form.is_valid():
        return sign_in_page(request, form)
    user, now, wanted = form.get_user(), timezone.now(), wanted_page(request)
    if services.has_second_factor(user) or settings.STAFF_SECOND_FACTOR:
        sessions.begin(request, user, next_url=wanted, now=now)
        return redirect("admin:second-factor")
    return come_in(request, user, method=Method.PASSWORD, next_url=wanted)


def sign_in_page(request: HttpRequest, form: SignInForm) -> HttpResponse:
    """The first page of the desk, with what was wrong."""
    context = {"form": form, "next": wanted_page(request)}
    return desk_page(request, "admin/login.html", context, title=_("Sign in"), status=_status(form))


def wanted_page(request: HttpRequest) -> str:
    """Where the person was going, when that is a page of ours."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME, request.GET.get(REDIRECT_FIELD_NAME, ""))
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and len(wanted) <= MAX_NEXT else ""


def come_in(request: HttpRequest, user: User, *, method: Method, next_url: str) -> HttpResponse:
    """Open the session, know the browser, and lead on: by way of the recovery codes, while they are not kept."""
    now = timezone.now()
    sessions.complete(request, user, method=method, now=now)
    target = next_url or reverse("admin:index")
    if services.has_second_factor(user) and not services.has_recovery_codes(user):
        sessions.show_codes(request, services.make_recovery_codes(user.pk, now=now), next_url=target)
        target = reverse("admin:recovery-codes")
    response = redirect(target)
    device_cookie.remember(response, request, user, now=now)
    return response


# --- The second factor ------------------------------------------------------------------------------
@sensitive_post_parameters("code", "recovery_code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for a code of the app, a passkey or a recovery code; who has none yet is led to set one up."""
    now = timezone.now()
    user = sessions.half_open_user(request, now)
    if user is None:
        return back_to_the_password(request)
    speak_to(request, user)
    if not services.has_second_factor(user):
        return redirect("admin:set-up")
    recovering = "recovery_code" in request.POST
    app_form = AuthenticatorCodeForm(None if recovering else posted(request))
    recovery_form = RecoveryCodeForm(posted(request) if recovering else None)
    form: Any = recovery_form if recovering else app_form
    if request.method == "POST" and form.is_valid():
        source = device_cookie.source(request, bytes(user.email_fingerprint), now=now)
        try:
            if recovering:
                services.use_recovery_code(user, form.cleaned_data["recovery_code"], source=source, now=now)
            else:
                services.verify_totp(user, form.cleaned_data["code"], source=source, now=now)
        except AccountsError as exc:
            form.add_error(None if isinstance(exc, TooManyTries) else next(iter(form.fields)), _error(exc))
        else:
            if recovering:
                left = services.recovery_codes_left(user)
                messages.warning(request, _("You came in with a recovery code. %d are left.") % left)
            method = Method.RECOVERY_CODE if recovering else Method.AUTHENTICATOR
            wanted = sessions.next_url(request) or (reverse("admin:account") if recovering else "")
            return come_in(request, user, method=method, next_url=wanted)
    context = {
        "form": form,
        "app_form": app_form,
        "recovery_form": recovery_form,
        "recovering": recovering,
        "has_app": user.totp_devices.exclude(confirmed_at=None).exists(),
        "has_passkey": user.passkeys.filter(host=ceremony.party(request).host).exists(),
        "person": user,
    }
    return desk_page(request, "admin/second_factor.html", context, title=_("Second step"), status=_status(form))


def back_to_the_password(request: HttpRequest) -> HttpResponse:
    """The half-open session has ended: say so, and begin again."""
    if request.method == "POST":
        messages.error(request, _("Your sign-in took too long, or was ended. Please begin again."))
    return redirect("admin:login")


# --- A passkey alone ----------------------------------------------------------------------------------
@require_POST
def passkey_options(request: HttpRequest) -> JsonResponse:
    """What the browser asks a passkey; after the password only keys of that person."""
    now = timezone.now()
    return ceremony.ask_for_known(request, sessions.half_open_user(request, now), now=now)


@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """Let in whoever's passkey has answered. It has asked for finger, face or PIN, so nothing else is asked."""
    now = timezone.now()
    try:
        user = ceremony.answered_by(request, now=now)
        half_open = sessions.half_open_user(request, now)
        if not user.is_staff:
            raise PasskeyRefused(_("This passkey belongs to a delegate. Delegates sign in on their own page."))
        if half_open is not None and half_open != user:
            raise PasskeyRefused(_("This passkey belongs to another account."))
    except AccountsError as exc:
        messages.error(request, str(exc))
        return redirect("admin:second-factor" if sessions.half_open_user(request, now) else "admin:login")
    return come_in(request, user, method=Method.PASSKEY, next_url=sessions.next_url(request) or wanted_page(request))


# --- Small things -------------------------------------------------------------------------------------
def _speak_as_the_browser(request: HttpRequest) -> None:
    """Nobody is known yet, and the address of the desk names no language."""
    if not request.user.is_authenticated:
        translation.activate(translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()


def _error(exc: AccountsError) -> Any:
    return ValidationError(str(exc), code="too_many_tries" if isinstance(exc, TooManyTries) else "wrong")


def _status(form: Any) -> int:
    if not form.errors:
        return 200
    return 429 if form.has_error(NON_FIELD_ERRORS, "too_many_tries") else 422
