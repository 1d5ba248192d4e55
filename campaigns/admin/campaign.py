"""Campaigns and what they ask."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.stateful_admin import LanguageInline, StatefulAdmin
from campaigns.admin_forms import CampaignForm
from campaigns.models import Campaign, CampaignText, Demand, DemandText


class CampaignTextInline(LanguageInline):
    model = CampaignText
    parent_link = "campaign"


class DemandTextInline(LanguageInline):
    model = DemandText
    parent_link = "demand"


@admin.register(Campaign)
class CampaignAdmin(StatefulAdmin):
    form = CampaignForm
    inlines = [CampaignTextInline]
    list_display = ["__str__", "is_public", "contact_name", "created_at"]
    list_filter = ["is_public"]
    search_fields = ["slug", "texts__title"]
    state_field = ""
    fieldsets = [
        (None, {"fields": ["slug", "is_public"]}),
        (_("Sender of the letters"), {"fields": ["contact_name", "contact_address", "postal_lines"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        return super().get_queryset(request).prefetch_related("texts")

    def public_url(self, campaign: Campaign) -> str:
        return reverse("pages:campaign", args=[campaign.slug]) if campaign.is_public else ""


@admin.register(Demand)
class DemandAdmin(StatefulAdmin):
    """What is asked of whom; its status is what the public page says of it."""

    inlines = [DemandTextInline]
    fields = ["campaign", "key", "position", "status", "legal_basis"]
    filter_horizontal = ["legal_basis"]
    list_display = ["__str__", "campaign", "status", "position"]
    list_filter = ["status"]
    list_select_related = ["campaign"]
    state_field = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Demand]:
        return super().get_queryset(request).prefetch_related("texts", "campaign__texts")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "campaign":
            kwargs["queryset"] = Campaign.objects.prefetch_related("texts")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
