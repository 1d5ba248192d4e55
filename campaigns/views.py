"""Asking to join, confirming that, and the logos that may be shown."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import services
from campaigns.exceptions import CampaignsError
from campaigns.forms import ApplicationForm
from campaigns.models import Organization, OrganizationLogo
from privacy.network import network_hash
from privacy.public import public_page
from privacy.requests import cookieless


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@cookieless
def join(request: HttpRequest) -> HttpResponse:
    """The form; whoever sends it is sent to the same page, whatever we know of the address."""
    form = ApplicationForm(request.POST if request.method == "POST" else None)
    status = 422 if form.errors else 200
    if form.is_valid():
        now = timezone.now()
        said = {name: value for name, value in form.cleaned_data.items() if name != "homepage"}
        if form.is_trapped:
            return redirect("campaigns:applied")
        try:
            network = network_hash(request, now)
            services.apply_to_join(**said, language=get_language() or "en", network=network, now=now)
        except CampaignsError as exc:
            form.add_error(None, str(exc))
            status = 429
        else:
            return redirect("campaigns:applied")
    return render(request, "campaigns/join.html", {"form": form}, status=status)


@public_page
@require_safe
def applied(request: HttpRequest) -> HttpResponse:
    return render(request, "campaigns/applied.html")


@require_http_methods(["GET", "HEAD", "POST"])
@cookieless
def confirm_application(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows one button; only POST confirms, so that a mail scanner applies for nobody."""
    application = services.find_application(token)
    if application is None:
        raise Http404
    context = {"application": application, "refusal": ""}
    if request.method == "POST":
        try:
            context["application"] = services.confirm_application(application.pk, now=timezone.now())
        except CampaignsError as exc:
            return render(request, "campaigns/confirm.html", context | {"refusal": str(exc)}, status=409)
    return render(request, "campaigns/confirm.html", context)


@public_page
@require_safe
def logo(request: HttpRequest, slug: str) -> HttpResponse:
    """A logo that its organization agreed to show."""
    shown = OrganizationLogo.objects.filter(is_shown=True, organization__in=Organization.objects.public())
    return HttpResponse(bytes(get_object_or_404(shown, organization__slug=slug).content), content_type="image/png")
