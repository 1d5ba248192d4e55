"""Outgoing mail at the desk: what became of it, never to whom; who gets none; what the DNS says about our domain."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.stateful_admin import ReadOnlyAdmin, StatefulAdmin
from accounts.steps import WhyForm, step
from outbox import bell, kinds, second_chances, tasks
from outbox.domain_check import checking, words
from outbox.exceptions import OWN_REFUSALS, NotPossible, in_words
from outbox.forms import PaceForm, SuppressionForm
from outbox.models import DomainCheck, Email, Pace, Suppression

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


SUPPRESSION_STATES = {
    "task": gettext_lazy("an office to correct"),
    "on": gettext_lazy("gets no mail"),
    "lifted": gettext_lazy("lifted"),
}


class SuppressionFilter(admin.SimpleListFilter):
    title = gettext_lazy("what to show")
    parameter_name = "show"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("task", _("offices to correct")), ("lifted", _("lifted"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        if self.value() == "task":
            return queryset.filter(is_office=True, seen_at=None, lifted_at=None)
        return queryset.filter(lifted_at__isnull=False) if self.value() == "lifted" else queryset


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
        if value == State.FAILED:
            return queryset.dead(but=LETTER)
        if value == State.UNCERTAIN:
            return queryset.filter(state=value).exclude(kind=LETTER)
        return queryset


@admin.register(Email)
class EmailAdmin(ReadOnlyAdmin):
    refusals = (NotPossible,)
    change_actions = ["try_again", "confirm_arrival", "send_again"]
    list_display = ["number", "kind", "mark", "subject_shown", "due_at", "attempts", "sent_at", "reply_in_words"]
    list_filter = ["state", WaitingFilter, "kind"]
    ordering = ["-pk"]
    fields = [
        *("kind", "subject_shown", "created_at", "due_at", "attempts", "data_begun_at", "server", "reply_in_words"),
        *("sent_at", "delivered_at", "bounced_at", "complained_at", "message_id"),
    ]

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
        if email.bounced_at:
            return _("It left, and came back later: its address takes no mail any more.")
        return str(NEXT_STEPS.get(State(email.state), ""))

    def offers(self, request: HttpRequest, email: Email, name: str) -> bool:
        return not kinds.get(email.kind).to_office  # a letter has steps of its own

    @step(
        gettext_lazy("Try again"),
        permission="outbox.retry_email",
        states=[State.FAILED],
        form=WhyForm,
        tone="main",
        explains=gettext_lazy("It is sent once more at once, under the same Message-ID."),
    )
    def try_again(self, request: HttpRequest, email: Email, reason: str) -> str:
        second_chances.try_again(email.pk, reason=reason, by=self.person(request), now=timezone.now())
        return _("It waits to be sent once more.")

    @step(
        gettext_lazy("It arrived"),
        permission="outbox.retry_email",
        states=[State.UNCERTAIN],
        form=WhyForm,
        explains=gettext_lazy("It then counts as sent at the moment it was handed over. Write down how you know."),
    )
    def confirm_arrival(self, request: HttpRequest, email: Email, reason: str) -> str:
        second_chances.settle(email.pk, arrived=True, reason=reason, by=self.person(request), now=timezone.now())
        return _("Noted: it arrived.")

    @step(
        gettext_lazy("Send again"),
        permission="outbox.retry_email",
        states=[State.UNCERTAIN],
        form=WhyForm,
        tone="stop",
        explains=gettext_lazy("It leaves at once. If the first one arrived after all, there are two."),
    )
    def send_again(self, request: HttpRequest, email: Email, reason: str) -> str:
        second_chances.settle(email.pk, arrived=False, reason=reason, by=self.person(request), now=timezone.now())
        return _("It is on its way once more.")


@admin.register(Suppression)
class SuppressionAdmin(StatefulAdmin):
    """Addresses that get no mail: never which, only why and since when."""

    refusals = (NotPossible,)
    form = SuppressionForm
    change_actions = ["note_corrected", "lift"]
    list_display = ["number", "mark", "reason", "office", "since", "answer"]
    list_filter = [SuppressionFilter, "reason"]
    list_select_related = ["email"]
    ordering = ["-pk"]
    readonly_fields = ["reason", "office", "since", "answer", "mail", "lifted_at"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["address"] if obj is None else self.readonly_fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else self.readonly_fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().add_view(request, form_url, extra_context)
        except NotPossible as exc:
            self.message_user(request, str(exc), messages.ERROR)
            return redirect("admin:outbox_suppression_changelist")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        kept = second_chances.suppress_address(
            form.cleaned_data["address"], by=self.person(request), now=timezone.now()
        )
        obj.pk = kept.pk
        obj.refresh_from_db()

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service has written its line."""

    @admin.display(description=gettext_lazy("number"), ordering="pk")
    def number(self, suppression: Suppression) -> str:
        return f"№ {suppression.pk}"

    @admin.display(description=gettext_lazy("state"))
    def mark(self, suppression: Suppression) -> str:
        tone = {"task": "bad", "lifted": "good"}.get(suppression.state, "open")
        return format_html('<span class="mark mark-{}">{}</span>', tone, SUPPRESSION_STATES[suppression.state])

    @admin.display(description=gettext_lazy("whose"))
    def office(self, suppression: Suppression) -> str:
        return _("an office") if suppression.is_office else "–"

    @admin.display(description=gettext_lazy("found out by"))
    def mail(self, suppression: Suppression) -> str:
        email = suppression.email
        if email is None:
            return "–"
        said = email.subject if email.kind == LETTER and email.subject else f"{email.kind} № {email.pk}"
        page = kinds.get(email.kind).staff_page
        url = page(email) if page else ""
        return format_html('<a href="{}">{}</a>', url, said) if url else said

    def state_label(self, suppression: Suppression) -> str:
        return capfirst(str(SUPPRESSION_STATES[suppression.state]))

    def next_step(self, request: HttpRequest, suppression: Suppression) -> str:
        if suppression.state == "task":
            return _(
                "A letter found this address of an office dead. Find the right one, correct the office, ask for the "
                "letter again; then note here that it is done."
            )
        return "" if suppression.lifted_at else _("Nothing is sent to this address. Lift it only if you know better.")

    @step(
        gettext_lazy("The office is corrected"),
        permission="outbox.lift_suppression",
        states=["task"],
        form=WhyForm,
        tone="main",
        explains=gettext_lazy("Write down what was done. The old address still gets no mail."),
    )
    def note_corrected(self, request: HttpRequest, suppression: Suppression, reason: str) -> str:
        second_chances.note_corrected(suppression.pk, reason=reason, by=self.person(request), now=timezone.now())
        return _("Noted: the task is done.")

    @step(
        gettext_lazy("Send to it again"),
        permission="outbox.lift_suppression",
        states=["task", "on"],
        form=WhyForm,
        explains=gettext_lazy("From now on mail goes to this address again. What failed meanwhile stays failed."),
    )
    def lift(self, request: HttpRequest, suppression: Suppression, reason: str) -> str:
        second_chances.lift_suppression(suppression.pk, reason=reason, by=self.person(request), now=timezone.now())
        return _("Mail goes to this address again.")


@admin.register(Pace)
class PaceAdmin(StatefulAdmin):
    """How fast mail goes to a domain. Those without a name were found to be slow, and are forgotten by themselves."""

    form = PaceForm
    state_field = ""
    list_display = ["domain", "per_minute"]
    search_fields = ["domain"]
    ordering = ["domain"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pace]:
        return super().get_queryset(request).exclude(domain="")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        second_chances.set_pace(obj)


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
