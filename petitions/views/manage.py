"""The pages behind the personal links of our mails: everything one signed, not me, no more updates.

GET changes nothing anywhere here. A link is all that is checked: no account, no cookie.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from petitions import services
from petitions.exceptions import PetitionsError
from petitions.manage_form import ChoicesForm
from petitions.models import Signature
from petitions.own_data import own_data
from petitions.services.links import MANAGE, NOT_ME, UNSUBSCRIBE, path
from petitions.services.managing import STANDING
from privacy import erasure
from privacy.requests import cookieless

DONE = {"changed", "withdrawn"}  # what the page says was just done
READS_AND_POSTS = ["GET", "HEAD", "POST"]
View = Callable[[HttpRequest, Signature, str], HttpResponse]


def of_link(purpose: str) -> Callable[[View], Callable[[HttpRequest, str], HttpResponse]]:
    """The view is given the signature whose link it is; whoever has no such link sees the page that says so."""

    def decorate(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
        @wraps(view)
        def found(request: HttpRequest, token: str) -> HttpResponse:
            signature = _find(token, purpose)
            return _gone(request) if signature is None else view(request, signature, token)

        return found

    return decorate


def by_post(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """Whoever comes by GET is led to the page with the buttons."""

    @wraps(view)
    def led(request: HttpRequest, token: str) -> HttpResponse:
        return view(request, token) if request.method == "POST" else redirect("petitions:manage", token=token)

    return led


@require_safe
@of_link(MANAGE)
def manage(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    """Everything that this address signed, with what can be done about it."""
    done = request.GET.get("done", "")
    return _page(request, signature, done=done if done in DONE else "")


@require_http_methods(READS_AND_POSTS)
@cookieless
@by_post
@of_link(MANAGE)
def change(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    form = ChoicesForm(signature, request.POST)
    if not form.is_valid():
        return _page(request, signature, form=form, status=422)
    try:
        services.change_signature(
            signature.pk,
            **form.cleaned_data,
            shown=request.POST.get("shown", ""),
            read_in=get_language() or "en",
            now=timezone.now(),
        )
    except PetitionsError as exc:
        return _refused(request, token, exc)
    return redirect(reverse("petitions:manage", args=[token]) + "?done=changed")


@require_http_methods(READS_AND_POSTS)
@cookieless
@by_post
@of_link(MANAGE)
def withdraw(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    try:
        services.withdraw_signature(signature.pk, shown=request.POST.get("shown", ""), now=timezone.now())
    except PetitionsError as exc:
        return _refused(request, token, exc)
    return redirect(reverse("petitions:manage", args=[token]) + "?done=withdrawn")


@require_safe
@of_link(MANAGE)
def data(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    """All that is kept about this address under petitions, as a file that people and machines can read."""
    said = json.dumps(own_data(signature, now=timezone.now()), ensure_ascii=False, indent=2)
    response = HttpResponse(said + "\n", content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="my-signatures.json"'
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_http_methods(READS_AND_POSTS)
@cookieless
@of_link(MANAGE)
def erase(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    """Says what goes and what stays; its button erases the person from every room."""
    refusal, status = "", 200
    if request.method == "POST":
        try:
            services.erase_everything(signature, shown=request.POST.get("shown", ""), now=timezone.now())
        except (PetitionsError, erasure.ErasureRefused) as exc:
            refusal, status = str(exc), 409
        else:
            return render(request, "petitions/manage_erased.html")
    signatures = list(services.signatures_of(signature))
    given = services.given_away(signatures)
    context = {
        "signatures": signatures,
        "given": [letter for row in signatures for letter in given.get(row.pk, [])],
        "shown": services.state_digest(*signatures),
        "manage_path": reverse("petitions:manage", args=[token]),
        "refusal": refusal,
    }
    return render(request, "petitions/manage_erase.html", context, status=status)


@require_http_methods(READS_AND_POSTS)
@cookieless
@of_link(NOT_ME)
def not_me(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    """One button for whoever never signed: nothing is left, and no more mail about this petition comes unasked."""
    context = {"signature": signature, "petition": signature.petition, "is_done": False}
    if request.method == "POST" and services.disown_signature(signature.pk, now=timezone.now()):
        return render(request, "petitions/not_me.html", context | {"is_done": True})
    found = _find(token, NOT_ME)  # as it stands now
    if found is None:
        return _gone(request)
    context |= {
        "signature": found,
        "is_pending": found.state == Signature.State.PENDING,
        "manage_path": path(MANAGE, found),
    }
    return render(request, "petitions/not_me.html", context)


@require_http_methods(READS_AND_POSTS)
@csrf_exempt  # RFC 8058: the program of a mail provider posts from wherever it stands; the token is what is checked
@of_link(UNSUBSCRIBE)
def unsubscribe(request: HttpRequest, signature: Signature, token: str) -> HttpResponse:
    """Stop the updates about one petition: a button for people, a POST for their mail programs."""
    if request.method == "POST":
        services.stop_updates(signature.pk, now=timezone.now())
    context = {
        "petition": signature.petition,
        "is_stopped": request.method == "POST" or signature.consent_updates_id is None,
        "manage_path": path(MANAGE, signature),
    }
    return render(request, "petitions/manage_unsubscribe.html", context)


def _find(token: str, purpose: str) -> Signature | None:
    """The signature whose link this is; of whoever was erased or forgotten no link is left."""
    signature = services.find_signature(token, purpose)
    return None if signature is None or signature.forgotten_at else signature


def _gone(request: HttpRequest) -> HttpResponse:
    """The same page for a forged link and for one of which nothing is left."""
    return render(request, "petitions/manage_gone.html", status=404)


def _refused(request: HttpRequest, token: str, refusal: PetitionsError) -> HttpResponse:
    """Everything as it stands now, and why nothing was done."""
    signature = _find(token, MANAGE)
    return _gone(request) if signature is None else _page(request, signature, refusal=str(refusal), status=409)


def _page(
    request: HttpRequest,
    signature: Signature,
    *,
    form: ChoicesForm | None = None,
    done: str = "",
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    signatures = list(services.signatures_of(signature))
    given = services.given_away(signatures)
    context = {
        "rows": [
            {**_row(row, form if row.pk == signature.pk else None), "given": given.get(row.pk, [])}
            for row in signatures
        ],
        "is_shared": any(row.petition.allows_shared_addresses for row in signatures),
        "manage_path": path(MANAGE, signature),
        "done": done,
        "refusal": refusal,
        "form": form,
    }
    return render(request, "petitions/manage.html", context, status=status)


def _row(signature: Signature, form: ChoicesForm | None) -> dict[str, Any]:
    is_standing = signature.state in STANDING
    return {
        "signature": signature,
        "is_standing": is_standing,
        "form": (form or ChoicesForm(signature)) if is_standing else None,
        "shown": services.state_digest(signature),
        "path": path(MANAGE, signature),
    }
