"""Look in your inbox, and asking for the mail once more."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from petitions import services
from petitions.exceptions import PetitionsError, TooManySignatures
from petitions.manage_form import ResendForm
from petitions.models import Petition
from privacy.network import network_hash
from privacy.public import public_page
from privacy.requests import cookieless


@public_page
@require_safe
def check_inbox(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, _petition(slug))


@public_page
@require_safe
def sent_again(request: HttpRequest, slug: str) -> HttpResponse:
    """The same page for everybody who asked for the mail again."""
    return _page(request, _petition(slug), is_again=True)


@require_http_methods(["GET", "HEAD", "POST"])
@cookieless
def resend(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the mail once more. The answer says nothing about the address."""
    if request.method != "POST":
        return redirect("petitions:check-inbox", slug=slug)
    petition = _petition(slug)
    form = ResendForm(request.POST)
    if not form.is_valid():
        form.shorten_echo()
        return _page(request, petition, form=form, status=422)
    now = timezone.now()
    if form.is_trapped:
        services.count_trapped(petition, network=network_hash(request, now), now=now)
        return redirect("petitions:check-inbox-again", slug=petition.slug)
    try:
        services.resend_confirmation(
            petition,
            email=form.cleaned_data["email"],
            language=get_language() or "en",
            network=network_hash(request, now),
            now=now,
        )
    except PetitionsError as exc:
        status = 429 if isinstance(exc, TooManySignatures) else 409
        return _page(request, petition, form=form, refusal=str(exc), status=status)
    return redirect("petitions:check-inbox-again", slug=petition.slug)


def _petition(slug: str) -> Petition:
    return get_object_or_404(Petition.objects.public().prefetch_related("texts"), slug=slug)


def _page(
    request: HttpRequest,
    petition: Petition,
    *,
    form: ResendForm | None = None,
    is_again: bool = False,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    try:
        services.check_resendable(petition, now=timezone.now())
        is_offered = True
    except PetitionsError:
        is_offered = False
    context = {
        "petition": petition,
        "form": form or ResendForm(),
        "is_again": is_again,
        "is_offered": is_offered,
        "refusal": refusal,
    }
    return render(request, "petitions/check_inbox.html", context, status=status)
