"""Milestones at the desk."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.stateful_admin import StatefulAdmin
from accounts.steps import step
from petitions import services
from petitions.admin.signature import PetitionFilter
from petitions.exceptions import PetitionsError
from petitions.models import Milestone

State = Milestone.State


class ProgressFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "progress"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return State.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = {
            State.AHEAD: {"reached_at": None},
            State.REACHED: {"reached_at__isnull": False, "settled_at": None},
            State.SETTLED: {"settled_at__isnull": False},
        }
        return queryset.filter(**wanted.get(self.value() or "", {}))  # type: ignore[call-overload]


@admin.register(Milestone)
class MilestoneAdmin(StatefulAdmin):
    refusals = (PetitionsError,)
    change_actions = ["settle"]
    list_display = ["__str__", "petition", "state_in_words", "reached_at"]
    list_filter = [ProgressFilter, PetitionFilter]
    list_select_related = ["petition"]
    fields = ["petition", "threshold", "tell_recipients", "tell_signatories"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Milestone]:
        return super().get_queryset(request).select_related("petition").prefetch_related("petition__texts")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The petition stays; once it is reached, so does the number."""
        if obj is None:
            return []
        return ["petition"] if obj.reached_at is None else self.fields

    @admin.display(description=gettext_lazy("state"))
    def state_in_words(self, milestone: Milestone) -> str:
        return milestone.get_state_display()

    def next_step(self, request: HttpRequest, milestone: Milestone) -> str:
        if milestone.state == State.AHEAD:
            return _("The petition has %(count)d signatures. Staff are told when it has %(threshold)d.") % {
                "count": milestone.petition.signature_count,
                "threshold": milestone.threshold,
            }
        if milestone.state == State.SETTLED or not milestone.proposes:
            return ""
        said = [_("Nothing leaves by itself.")]
        if milestone.tell_recipients:
            said.append(_("Planned for this: ask for the release of a letter to the recipients."))
        if milestone.tell_signatories:
            said.append(_("Planned for this: write an update for those who asked for updates."))
        return " ".join(said)

    @step(
        gettext_lazy("Settled"),
        permission="petitions.change_milestone",
        states=[State.REACHED],
        tone="main",
    )
    def settle(self, request: HttpRequest, milestone: Milestone) -> str:
        services.settle_milestone(milestone.pk, by=self.person(request), now=timezone.now())
        return _("Settled. It no longer stands on the start page.")
