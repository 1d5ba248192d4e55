"""Outcomes of demands, and the news that go out by mail."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.stateful_admin import ReadOnlyAdmin, StatefulAdmin
from accounts.steps import ConfirmForm, step
from campaigns import services
from campaigns.admin_forms import OutcomeForm
from campaigns.exceptions import CampaignsError
from campaigns.models import Campaign, Demand, NewsDigest, Outcome

State = Outcome.State


@admin.register(Outcome)
class OutcomeAdmin(StatefulAdmin):
    refusals = (CampaignsError,)
    change_actions = ["publish"]
    form = OutcomeForm
    fields = ["campaign", "demands", "kind", "happened_on", "words", "source"]
    autocomplete_fields = ["source"]
    list_display = ["__str__", "kind", "happened_on", "state"]
    list_filter = ["state", "kind"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj is not None and obj.state != State.DRAFT else []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "campaign":
            kwargs["queryset"] = Campaign.objects.prefetch_related("texts")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "demands":
            kwargs["queryset"] = Demand.objects.prefetch_related("texts")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.has_changed():
            services.note_outcome_writer(form.instance.pk, by=self.person(request))

    def public_url(self, outcome: Outcome) -> str:
        if outcome.state == State.DRAFT:
            return ""
        return reverse("pages:campaign", args=[outcome.campaign.slug]) + "#demands"

    def next_step(self, request: HttpRequest, outcome: Outcome) -> str:
        if outcome.state != State.DRAFT:
            return ""
        if outcome.written_by_id == request.user.pk:
            return _("You wrote it, so somebody else publishes it.")
        return _("Check it against its source. Published, it stands under its demands and in the next mail of news.")

    def offers(self, request: HttpRequest, outcome: Outcome, name: str) -> bool:
        return outcome.written_by_id != request.user.pk

    @step(gettext_lazy("Publish"), permission="campaigns.publish_outcome", states=[State.DRAFT], tone="main")
    def publish(self, request: HttpRequest, outcome: Outcome) -> str:
        services.publish_outcome(outcome.pk, by=self.person(request), now=timezone.now())
        return _("Published. Those who asked to hear of it get one mail within a day.")


@admin.register(NewsDigest)
class NewsDigestAdmin(ReadOnlyAdmin):
    refusals = (CampaignsError,)
    change_actions = ["send_now"]
    fields = ["campaign", "opened_at", "closed_at"]
    list_display = ["opened_at", "campaign", "closed_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[NewsDigest]:
        return super().get_queryset(request).select_related("campaign").prefetch_related("campaign__texts")

    def next_step(self, request: HttpRequest, digest: NewsDigest) -> str:
        if digest.closed_at:
            return ""
        when = date_format(timezone.localtime(digest.closes_at()), "DATETIME_FORMAT")
        return _("It goes out by itself on %s. Until then more news may join it.") % when

    def panels(self, request: HttpRequest, digest: NewsDigest) -> dict[str, Any]:
        return {"news": list(digest.news.all())}

    @step(
        gettext_lazy("Send now"),
        permission="campaigns.send_newsdigest",
        states=[NewsDigest.State.GATHERING],
        form=ConfirmForm,
        explains=gettext_lazy(
            "What stands below goes to those who asked for it, now instead of at the end of the day. "
            "News of later today then waits for the next mail."
        ),
        tone="main",
    )
    def send_now(self, request: HttpRequest, digest: NewsDigest) -> str:
        count = services.send_digest(digest.pk, by=self.person(request), now=timezone.now())
        return ngettext("%d piece of news is on its way.", "%d pieces of news are on their way.", count) % count
