"""The delegate's area: signing in by e-mailed code, what waits, and co-signing."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services as accounts
from accounts.exceptions import AccountsError
from campaigns.models import Delegate
from privacy import crypto
from privacy.network import network_hash
from statements import services
from statements.exceptions import StatementsError, TextChanged
from statements.forms import AddressForm, CodeForm, CoSignForm
from statements.models import CoSignature, Invitation, Statement

BACKEND = "accounts.backends.AddressBackend"
ADDRESS, NEXT = "sign_in_address", "sign_in_next"  # in the session, between the two steps


def delegate_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in signed-in delegates only, with their active delegations; others are shown the way in."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            request.session[NEXT] = request.path
            return redirect("statements:sign-in")
        delegations = list(
            Delegate.objects.active(timezone.localdate())
            .filter(user=request.user)
            .select_related("organization", "user")
            .prefetch_related("organization__names")
        )
        if not delegations:
            return render(request, "statements/delegate/not_a_delegate.html", status=403)
        return view(request, delegations, *args, **kwargs)

    return checked


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the address; the answer is the same whether it is known or not."""
    form = AddressForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        address = form.cleaned_data["email"]
        try:
            accounts.request_sign_in_code(address, network=network_hash(request, now), now=now)
        except AccountsError as exc:
            form.add_error(None, str(exc))
        else:
            request.session[ADDRESS] = _sealed(address)
            return redirect("statements:sign-in-code")
    return render(request, "statements/delegate/sign_in.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    if ADDRESS not in request.session:
        return redirect("statements:sign-in")
    address = _unsealed(request.session[ADDRESS])
    form = CodeForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            user = accounts.redeem_sign_in_code(
                address, form.cleaned_data["code"], network=network_hash(request, now), now=now
            )
        except AccountsError as exc:
            form.add_error("code", str(exc))
        else:
            target = request.session.pop(NEXT, "")
            request.session.pop(ADDRESS, None)
            login(request, user, backend=BACKEND)
            safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
            return redirect(target if target and safe else reverse("statements:delegate-home"))
    context = {"form": form, "address": address}
    return render(request, "statements/delegate/sign_in_code.html", context, status=422 if form.errors else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("statements:sign-in")


@require_safe
@delegate_required
def home(request: HttpRequest, delegations: list[Delegate]) -> HttpResponse:
    organizations = [delegation.organization for delegation in delegations]
    invitations = (
        Invitation.objects.filter(organization__in=organizations)
        .select_related("statement", "organization")
        .prefetch_related("statement__versions__translations", "organization__names")
        .order_by("statement__deadline")
    )
    cosignatures = (
        CoSignature.objects.filter(organization__in=organizations)
        .select_related("statement", "organization", "version")
        .prefetch_related("statement__versions__translations")
        .order_by("-signed_at")
    )
    now = timezone.now()
    context = {
        "delegations": delegations,
        "waiting": [row for row in invitations if row.waits(now)],
        "answered": [row for row in invitations if not row.waits(now)],
        "cosignatures": cosignatures,
    }
    return render(request, "statements/delegate/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@delegate_required
def cosign(request: HttpRequest, delegations: list[Delegate], slug: str) -> HttpResponse:
    """The exact text, and the form that binds the organization to it."""
    statement, invitation, delegation = _asked(delegations, slug)
    version = statement.current_version
    text = version.text if version else None
    if version is None or text is None:
        raise Http404
    now = timezone.now()
    if request.method in {"GET", "HEAD"}:
        services.open_invitation(invitation.pk, now=now)
    initial = {
        "digest": version.digest,
        "signer_name": delegation.user.name,
        "signer_title": delegation.title,
        "authority": delegation.mandate,
    }
    form = CoSignForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.cosign(
                    statement.pk,
                    delegate=delegation,
                    digest=form.cleaned_data["digest"],
                    signer_name=form.cleaned_data["signer_name"],
                    signer_title=form.cleaned_data["signer_title"],
                    authority=form.cleaned_data["authority"],
                    language_read=text.language,
                    now=now,
                )
            except StatementsError as exc:
                if isinstance(exc, TextChanged):  # the next press must be for the text now shown
                    form.data = form.data.copy()
                    form.data["digest"] = version.digest
                form.add_error(None, str(exc))
                status = 409
            else:
                return redirect("statements:cosigned", slug=slug)
    context = {
        "statement": statement,
        "version": version,
        "text": text,
        "languages": version.translations.all(),
        "invitation": invitation,
        "delegation": delegation,
        "organization": delegation.organization,
        "form": form,
        "is_open": statement.accepts_cosignatures(now),
        "signed": CoSignature.objects.filter(statement=statement, organization=delegation.organization).first(),
        "cosignatures": statement.cosignatures.on(version).select_related("organization"),
    }
    return render(request, "statements/delegate/cosign.html", context, status=status)


@require_safe
@delegate_required
def cosigned(request: HttpRequest, delegations: list[Delegate], slug: str) -> HttpResponse:
    """What was signed, and that the receipt is on its way."""
    statement, _invitation, delegation = _asked(delegations, slug)
    cosignature = get_object_or_404(CoSignature, statement=statement, organization=delegation.organization)
    context = {"statement": statement, "cosignature": cosignature, "delegation": delegation}
    return render(request, "statements/delegate/cosigned.html", context)


@require_POST
@delegate_required
def decline(request: HttpRequest, delegations: list[Delegate], slug: str) -> HttpResponse:
    statement, _invitation, delegation = _asked(delegations, slug)
    try:
        services.decline(statement.pk, delegate=delegation, now=timezone.now())
    except StatementsError as exc:
        return render(
            request,
            "statements/delegate/refused.html",
            {"statement": statement, "refusal": str(exc)},
            status=409,
        )
    return redirect("statements:delegate-home")


def _sealed(address: str) -> str:
    """The address as the session row may hold it: nothing personal stands there in clear."""
    return crypto.seal(address.encode(), purpose="session.sign_in_address").hex()


def _unsealed(sealed: str) -> str:
    return crypto.unseal(bytes.fromhex(sealed), purpose="session.sign_in_address").decode()


def _asked(delegations: list[Delegate], slug: str) -> tuple[Statement, Invitation, Delegate]:
    """The statement, the ledger line and the delegation that was asked. 404 when none of them was."""
    by_organization = {delegation.organization_id: delegation for delegation in delegations}
    invitation = (
        Invitation.objects.select_related("statement", "statement__campaign")
        .prefetch_related("statement__versions__translations")
        .filter(organization__in=by_organization, statement__slug=slug)
        .order_by("pk")
        .first()
    )
    if invitation is None:
        raise Http404
    return invitation.statement, invitation, by_organization[invitation.organization_id]


