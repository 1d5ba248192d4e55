"""Reading and signing a petition, and confirming by e-mail."""

from datetime import datetime
from math import ceil

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from accounts import switches
from petitions import notices, services
from petitions.exceptions import PetitionsError, SignatureChanged, TooManySignatures, WaitFirst
from petitions.forms import SignatureForm
from petitions.models import Petition, Signature
from petitions.services.signing import CONFIRM, MANAGE, NOT_ME, link
from privacy.network import network_hash
from privacy.public import public_page
from privacy.requests import cookieless

RECENT_NAMES = 12
SAID_YES = {Signature.State.CONFIRMED, Signature.State.HELD}  # who is held reads what everybody reads


@public_page
@require_safe
def petition_detail(request: HttpRequest, slug: str) -> HttpResponse:
    petition = _public_petition(slug)
    return render(request, "petitions/petition_detail.html", _page(petition, SignatureForm()))


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
        services.count_trapped(petition, now=now)
        return redirect("petitions:check-inbox", slug=petition.slug)
    network = network_hash(request, now)
    try:
        services.check_challenge(
            petition,
            **form.challenge_answers,
            network=network,
            network_range=network_hash(request, now, wide=True),
            now=now,
        )
        services.sign_petition(petition, **form.cleaned_data, network=network, now=now)
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
        "manage_url": link(MANAGE, signature, get_language() or "en"),
        "not_me_url": link(NOT_ME, signature, get_language() or "en"),
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
    petitions = Petition.objects.public().select_related("campaign")
    return get_object_or_404(
        petitions.prefetch_related("texts", "campaign__texts", "recipients__forms_of_address"), slug=slug
    )


def _page(petition: Petition, form: SignatureForm) -> dict[str, object]:
    now = timezone.now()
    return {
        "petition": petition,
        "text": petition.text,
        "form": form,
        "is_open": petition.is_open(now) and switches.takes_signatures(),
        "is_paused": petition.is_open(now) and not switches.takes_signatures(),
        "opens_later": petition.opens_at is not None and petition.opens_at > now,
        "challenge": services.challenge_for(petition, now=now),
        "notices": notices.NOTICES,
        "listed": Signature.objects.filter(petition=petition).listed().order_by("-confirmed_at")[:RECENT_NAMES],
        "language": get_language(),
    }
