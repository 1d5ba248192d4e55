"""Every address of the site. English has no prefix, Korean stands under /ko/."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from config import health, metrics, well_known
from letters import webhooks as letter_webhooks
from outbox import urls as outbox_urls
from pages import feeds

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics.metrics_page, name="metrics"),
    path(".well-known/security.txt", well_known.security_txt, name="security-txt"),
    path("robots.txt", well_known.robots_txt, name="robots-txt"),
    path("feeds/statements/<slug:language>/", feeds.statements, name="statements-feed"),
    path("admin/", admin.site.urls),
    *outbox_urls.reports,
    path("webhooks/mail/<slug:provider>/inbound/", letter_webhooks.mail_inbound, name="mail-inbound"),
    *(outbox_urls.mailbox if settings.MAILBOX else []),
    *i18n_patterns(
        path("", include("campaigns.urls")),
        path("", include("pages.urls")),
        path("", include("petitions.urls")),
        path("", include("statements.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
