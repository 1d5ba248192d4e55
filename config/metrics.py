"""/metrics: what a monitoring server asks every few seconds. It shows its token, or gets what is not there."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from outbox import metrics

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Figures, no personal data. 404 without METRICS_TOKEN, or for whoever does not show it."""
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(shown, settings.METRICS_TOKEN):
        raise Http404
    response = HttpResponse("\n".join(metrics.lines(timezone.now())) + "\n", content_type=CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response
