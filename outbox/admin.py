"""Outgoing mail at the desk: what became of it, never to whom; and what the DNS says about our domain."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.stateful_admin import ReadOnlyAdmin
from outbox import bell, tasks
from outbox.domain_check import checking, words
from outbox.exceptions import OWN_REFUSALS, in_words
from outbox.models import DomainCheck, Email

State = Email.State
LETTER = "letters.letter"  # its subject is public business of the coalition; other mail is private
NEXT_STEPS = {
    State.UNCERTAIN: gettext_lazy(
        "The connection broke while the message was handed over: it may have arrived. Letters are never sent twice by "
        "the machine."
    ),
    State.FAILED: gettext_lazy("The mail server refused it for good; its answer stands below."),
    State.WITHHELD: gettext_lazy("Nobody had confirmed this address, and it had received three mails already."),
}


class WaitingFilter(admin.SimpleListFilter):
    """What the start page counts under mail. A letter that failed is counted there as a letter."""

    title = gettext_lazy("waiting")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("late", _("longer than five minutes")),
            ("failed", _("failed, letters aside")),
            ("uncertain", _("may have arrived, letters aside")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        value = self.value()
        if value == "late":
            return queryset.late(timezone.now())
        if value in {State.FAILED, State.UNCERTAIN}:
            return queryset.filter(state=value).exclude(kind=LETTER)
        return queryset


@admin.register(Email)
class EmailAdmin(ReadOnlyAdmin):
    list_display = ["number", "kind", "mark", "subject_shown", "due_at", "attempts", "sent_at", "reply_in_words"]
    list_filter = ["state", WaitingFilter, "kind"]
    ordering = ["-pk"]
    fields = ["kind", "subject_shown", "created_at", "due_at", "attempts", "sent_at", "reply_in_words", "message_id"]

    @admin.display(description=gettext_lazy("number"), ordering="pk")
    def number(self, email: Email) -> str:
        return f"№ {email.pk}"

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def mark(self, email: Email) -> str:
        tone = {State.SENT: "good", State.FAILED: "bad", State.UNCERTAIN: "bad"}.get(State(email.state), "open")
        return format_html('<span class="mark mark-{}">{}</span>', tone, email.get_state_display())

    @admin.display(description=gettext_lazy("subject"))
    def subject_shown(self, email: Email) -> str:
        return email.subject if email.kind == LETTER else "–"

    @admin.display(description=gettext_lazy("what came back"))
    def reply_in_words(self, email: Email) -> str:
        return in_words(email.server_reply)

    def next_step(self, request: HttpRequest, email: Email) -> str:
        if email.state == State.FAILED and email.server_reply in OWN_REFUSALS:
            return _("Outcry kept it back by its own rules; the reason stands below. No mail server has seen it.")
        return str(NEXT_STEPS.get(State(email.state), ""))


@admin.register(DomainCheck)
class DomainCheckAdmin(ReadOnlyAdmin):
    """One page: what the DNS says about our domain, what to do about it, and a button to ask again."""

    def get_urls(self) -> list[Any]:
        again = self.admin_site.admin_view(require_POST(self.again_view))
        return [path("again/", again, name="outbox_domaincheck_again"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        domain = checking.our_domain()
        kept = DomainCheck.objects.filter(domain=domain).first()
        findings = [
            {
                "tone": {"ok": "good", "unknown": "open"}.get(finding["level"], "bad"),
                "level": words.LEVELS[finding["level"]],
                "about": words.SUBJECTS[finding["about"]],
                "sentence": words.sentence(finding["code"], finding["details"]),
            }
            for finding in (kept.findings if kept else [])
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Mail domain %(domain)s") % {"domain": domain},
            "kept": kept,
            "findings": findings,
            "leaves": bool(settings.EMAIL_URL),
        }
        return TemplateResponse(request, "admin/outbox/domaincheck/change_list.html", context)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        return redirect("admin:outbox_domaincheck_changelist")

    def again_view(self, request: HttpRequest) -> HttpResponse:
        """A worker asks the name servers: nobody waits for them here."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        bell.ring(tasks.check_mail_domain)
        self.message_user(request, _("The name servers are being asked. Load this page again in half a minute."))
        return redirect("admin:outbox_domaincheck_changelist")
