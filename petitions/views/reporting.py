"""“Report this”: what a visitor wants staff to look at."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from petitions import services
from petitions.forms_of_reports import ReportForm
from petitions.models import Petition
from petitions.services.reporting import TooManyReports
from privacy.network import network_hash
from privacy.requests import cookieless


@require_http_methods(["GET", "HEAD", "POST"])
@cookieless
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, and the same thanks for everybody who sent it."""
    petition = get_object_or_404(Petition.objects.public().prefetch_related("texts"), slug=slug)
    if request.method != "POST":
        return _page(request, petition, ReportForm())
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _page(request, petition, form, status=422)
    if not form.is_trapped:
        now = timezone.now()
        try:
            services.report_petition(petition, **form.cleaned_data, network=network_hash(request, now), now=now)
        except TooManyReports as exc:
            form.add_error(None, str(exc))
            return _page(request, petition, form, status=429)
    return render(request, "petitions/reported.html", {"petition": petition})


def _page(request: HttpRequest, petition: Petition, form: forms.Form, *, status: int = 200) -> HttpResponse:
    return render(request, "petitions/report.html", {"petition": petition, "form": form}, status=status)
