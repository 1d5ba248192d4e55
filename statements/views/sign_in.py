"""The way into the delegate's area: an address, a code by mail, and who may pass."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods, require_POST

from accounts import device_cookie, sessions
from accounts import services as accounts
from accounts.exceptions import AccountsError, TooManyTries
from accounts.models import User
from accounts.sessions import Method
from campaigns.models import Delegate
from privacy import crypto
from privacy.addresses import canonical
from privacy.fingerprints import address_fingerprint
from statements.forms import AddressForm, CodeForm

# In the session, between the two steps: to whom, from which browser, and where to go then.
ADDRESS, HANDLE, NEXT = "sign_in_address", "sign_in_handle", "sign_in_next"
MAX_NEXT = 500  # characters; a longer path is not worth keeping


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the address; the answer is the same whether it is known or not."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    status = 422 if form.errors else 200
    if form.is_valid():
        now = timezone.now()
        address = form.cleaned_data["email"]
        try:
            handle = request.session.setdefault(HANDLE, secrets.token_urlsafe(24))
            source = device_cookie.source(request, address_fingerprint(canonical(address)), now=now)
            accounts.request_sign_in_code(address, session=handle, source=source, now=now)
        except TooManyTries as exc:
            form.add_error(None, str(exc))
            status = 429
        else:
            request.session[ADDRESS] = _sealed(address)
            keep_wanted(request)
            return redirect("statements:sign-in-code")
    return render(request, "statements/delegate/sign_in.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; every refusal reads the same, whatever was wrong."""
    try:
        address, handle = _unsealed(request.session[ADDRESS]), request.session[HANDLE]
    except (KeyError, crypto.Undecryptable):
        return redirect("statements:sign-in")
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 422 if form.errors else 200
    if form.is_valid():
        now = timezone.now()
        try:
            source = device_cookie.source(request, address_fingerprint(canonical(address)), now=now)
            user = accounts.redeem_sign_in_code(
                address, form.cleaned_data["code"], session=handle, source=source, now=now
            )
        except AccountsError as exc:
            form.add_error("code", str(exc))
            status = 429 if isinstance(exc, TooManyTries) else 422
        else:
            return come_in(request, user, method=Method.MAILED_CODE)
    context = {"form": form, "address": address}
    return render(request, "statements/delegate/sign_in_code.html", context, status=status)


def keep_wanted(request: HttpRequest) -> None:
    """Keep in the session, which exists from here on, the page that the address of the form names."""
    wanted = request.GET.get("next", "")
    if wanted and len(wanted) <= MAX_NEXT:
        request.session[NEXT] = wanted


def come_in(request: HttpRequest, user: User, *, method: Method) -> HttpResponse:
    """Open the delegate's session, know the browser, and lead on to the page that was wanted."""
    now = timezone.now()
    target = request.session.pop(NEXT, "")
    for name in (ADDRESS, HANDLE):
        request.session.pop(name, None)
    sessions.complete(request, user, method=method, now=now)
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    response = redirect(target if target and safe else reverse("statements:delegate-home"))
    device_cookie.remember(response, request, user, now=now, paths=_areas())
    return response


def _areas() -> list[str]:
    """Where the delegate's area begins, in each language: the cookie of a known browser goes nowhere else."""
    areas = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            areas.append(reverse("statements:delegate-home"))
    return areas


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("statements:sign-in")


def delegate_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in signed-in delegates only, with their active delegations; others are shown the way in."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            wanted = request.get_full_path()  # in the address, not in a session: nobody may fill the database
            query = f"?{urlencode({'next': wanted})}" if len(wanted) <= MAX_NEXT else ""
            return redirect(reverse("statements:sign-in") + query)
        delegations = list(
            Delegate.objects.active(timezone.localdate())
            .filter(user=request.user)
            .select_related("organization", "user")
            .prefetch_related("organization__names")
            .order_by("organization__name")
        )
        if not delegations:
            ended = Delegate.objects.filter(user=request.user).select_related("organization")
            context = {"ended": ended.prefetch_related("organization__names")}
            return render(request, "statements/delegate/not_a_delegate.html", context, status=403)
        return view(request, delegations, *args, **kwargs)

    return checked


def _sealed(address: str) -> str:
    """The address as the session row may hold it: nothing personal stands there in clear."""
    return crypto.seal(address.encode(), purpose="session.sign_in_address").hex()


def _unsealed(sealed: str) -> str:
    return crypto.unseal(bytes.fromhex(sealed), purpose="session.sign_in_address").decode()
