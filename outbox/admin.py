"""Outgoing mail at the desk: what became of it, never to whom."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.stateful_admin import ReadOnlyAdmin
from outbox.exceptions import OWN_REFUSALS, in_words
from outbox.models import Email

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
