"""The to-do list of letters that nobody answers."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.stateful_admin import StatefulAdmin
from accounts.steps import step
from letters import services
from letters.admin.to_do import ToDoFilter
from letters.answer_forms import FollowUpForm
from letters.exceptions import LettersError
from letters.models import FollowUp

State = FollowUp.State


class FollowUpFilter(ToDoFilter):
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("mine", _("mine")), ("done", _("done")), ("all", _("all"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        if self.value() == "done":
            return queryset.exclude(state=State.OPEN)
        if self.value() == "mine":
            return queryset.open().filter(owner=request.user.pk)
        return queryset if self.value() == "all" else queryset.open()


@admin.register(FollowUp)
class FollowUpAdmin(StatefulAdmin):
    refusals = (LettersError,)
    change_actions = ["note_done"]
    list_display = ["office", "reference", "after_days", "due", "owner"]
    list_filter = [FollowUpFilter]
    search_fields = ["letter__reference", "letter__recipient__name"]
    ordering = ["due_on", "pk"]
    fields = ["letter_link", "after_days", "due_on", "owner", "reminded_at", "done_at", "done_by", "note"]
    readonly_fields = ["letter_link", "after_days", "due_on", "reminded_at", "done_at", "done_by", "note"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FollowUp]:
        rows = super().get_queryset(request).select_related("letter__recipient", "owner", "done_by")
        return rows.defer("letter__copy")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.state == State.OPEN)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "owner":
            kwargs["queryset"] = User.objects.filter(is_staff=True, is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("office"), ordering="letter__recipient__name")
    def office(self, follow_up: FollowUp) -> str:
        return str(follow_up.letter.recipient)

    @admin.display(description=gettext_lazy("reference"))
    def reference(self, follow_up: FollowUp) -> str:
        return follow_up.letter.reference

    @admin.display(description=gettext_lazy("letter"))
    def letter_link(self, follow_up: FollowUp) -> str:
        url = reverse("admin:letters_letter_change", args=[follow_up.letter_id])
        return format_html('<a href="{}">{}</a>', url, follow_up.letter)

    @admin.display(description=gettext_lazy("due"), ordering="due_on")
    def due(self, follow_up: FollowUp) -> Any:
        today = services.coalition_day(timezone.now())
        if follow_up.is_overdue(today):
            days = (today - follow_up.due_on).days
            words = ngettext("overdue by %d day", "overdue by %d days", days) % days
            return format_html('<span class="mark mark-bad">{}</span>', words)
        return follow_up.due_on

    def next_step(self, request: HttpRequest, follow_up: FollowUp) -> str:
        if follow_up.state != State.OPEN:
            return ""
        return _(
            "Call, visit or write again: a new letter quotes the reference of this one. Then note what was done. An "
            "answer that is recorded ends this task by itself."
        )

    @step(
        gettext_lazy("Note what was done"),
        permission="letters.change_followup",
        states=[State.OPEN],
        form=FollowUpForm,
        tone="main",
    )
    def note_done(self, request: HttpRequest, follow_up: FollowUp, note: str) -> str:
        services.note_follow_up(follow_up.pk, note=note, by=self.person(request), now=timezone.now())
        return _("Noted.")
