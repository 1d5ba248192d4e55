"""Reading and signing a petition, and confirming by e-mail."""

from datetime import datetime
from math import ceil
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from accounts import switches
from petitions import notices, page, services
from petitions.exceptions import PetitionsError, SignatureChanged, TooManySignatures, WaitFirst
from petitions.forms import SignatureForm
from petitions.models import Petition, Signature
from petitions.services.links import CONFIRM, MANAGE, NOT_ME, path
from privacy.network import network_hash
from privacy.public import public_page
from privacy.requests import cookieless

SAID_YES = {Signature.State.CONFIRMED, Signature.State.HELD}  # who is held reads what everybody reads


@public_page
@require_safe
def petition_detail(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "petitions/petition_detail.html", detail_page(slug, SignatureForm()))


def detail_page(slug: str, form: SignatureForm) -> dict[str, object]:
    """What the page of a public petition shows, with this form in it. Raises Http404."""
    return _page(_public_petition(slug), form)


@require_http_methods(["GET", "HEAD", "POST"])
@cookieless
def sign(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the signature and send everybody to the same page; whoever comes here by GET is shown the petition."""
    if request.method != "POST":
        return redirect("petitions:detail", slug=slug)
    petition = get_object_or_404(Petition.objects.public().prefetch_related("texts"), slug=slug)
    form = SignatureForm(request.POST)
    if not form.is_valid():
        form.shorten_echo()
        return render(request, "petitions/petition_detail.html", _page(_public_petition(slug), form), status=422)
    now = timezone.now()
    if form.is_trapped:
        services.count_trapped(petition, network=network_hash(request, now), now=now)
        return redirect("petitions:check-inbox", slug=petition.slug)
    answers: dict[str, Any] = form.challenge_answers
    place: dict[str, Any] = {
        "network": network_hash(request, now),
        "network_range": network_hash(request, now, wide=True),
    }
    try:
        waited = services.check_challenge(petition, **answers, **place, now=now)
        services.sign_petition(petition, **form.cleaned_data, **place, waited=waited, now=now)
    except WaitFirst as exc:
        return _wait(request, petition, form, exc, now)
    except PetitionsError as exc:
        form.add_error(None, str(exc))
        status = 429 if isinstance(exc, TooManySignatures) else 409
        return render(request, "petitions/petition_detail.html", _page(_public_petition(slug), form), status=status)
    return redirect("petitions:check-inbox", slug=petition.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@cookieless
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows one button; only POST confirms, so that a mail scanner signs for nobody."""
    signature = services.find_signature(token, CONFIRM)
    if signature is None:
        raise Http404
    context = {
        "signature": signature,
        "petition": signature.petition,
        "already": False,
        "refusal": "",
        "changed": "",
        "manage_url": path(MANAGE, signature),
        "not_me_url": path(NOT_ME, signature),
    }
    if request.method == "POST":
        was = signature.state
        try:
            shown = request.POST.get("shown")  # a script that posts to the link has been shown nothing
            signature = services.confirm_signature(signature.pk, shown=shown, now=timezone.now())
        except SignatureChanged as exc:
            context |= {"signature": services.find_signature(token, CONFIRM), "changed": str(exc)}
            return render(request, "petitions/confirm.html", context, status=409)
        except PetitionsError as exc:
            return render(request, "petitions/confirm.html", context | {"refusal": str(exc)}, status=409)
        context |= {"signature": signature, "already": was in SAID_YES}
        return render(request, "petitions/confirmed.html", context)
    if signature.state in SAID_YES:
        return render(request, "petitions/confirmed.html", context | {"already": True})
    try:
        services.check_confirmable(signature, now=timezone.now())
    except PetitionsError as exc:
        context["refusal"] = str(exc)
    return render(request, "petitions/confirm.html", context)


def _wait(
    request: HttpRequest, petition: Petition, form: SignatureForm, first: WaitFirst, now: datetime
) -> HttpResponse:
    """The page for whoever sent no proof of work: everything they wrote, and a button that is taken after a while."""
    seconds = max(1, ceil((first.opens_at - now).total_seconds()))
    context = {
        "petition": petition,
        "answers": form.as_sent,
        "token": first.token,
        "opens_at": first.opens_at,
        "seconds": seconds,
        "is_early": str(first),
        "challenge": services.challenge_for(petition, now=now),
    }
    response = render(request, "petitions/wait.html", context, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _public_petition(slug: str) -> Petition:
    petition = page.public_petition(slug)
    if petition is None:
        raise Http404
    return petition


def _page(petition: Petition, form: SignatureForm) -> dict[str, object]:
    now = timezone.now()
    return {
        "petition": petition,
        "text": petition.text,
        "form": form,
        "is_open": petition.is_open(now) and switches.takes_signatures(),
        "is_paused": petition.is_open(now) and not switches.takes_signatures(),
        "takes_confirmations": petition.accepts_confirmation(now),
        "opens_later": petition.opens_later(now),
        "challenge": services.challenge_for(petition, now=now),
        "notices": notices.NOTICES,
        **page.parts(petition, now),
        "language": get_language(),
    }
