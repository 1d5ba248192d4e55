"""Links of member organizations at the desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.stateful_admin import StatefulAdmin
from campaigns.models import Organization
from petitions import services
from petitions.models import PartnerLink, Petition
from petitions.sharing.addresses import partner_url


class PartnerLinkForm(forms.ModelForm):
    class Meta:
        model = PartnerLink
        fields = ["petition", "organization"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("petition", Petition.objects.public().prefetch_related("texts")),
            ("organization", Organization.objects.members()),
        ):
            if isinstance(field := self.fields.get(name), forms.ModelChoiceField):
                field.queryset = rows


@admin.register(PartnerLink)
class PartnerLinkAdmin(StatefulAdmin):
    """Made once for an organization and a petition; the total is its only news."""

    form = PartnerLinkForm
    list_display = ["organization", "petition", "address", "total"]
    list_select_related = ["petition", "organization"]
    search_fields = ["organization__name", "petition__slug"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PartnerLink]:
        links = super().get_queryset(request).select_related("petition", "organization")
        return links.prefetch_related("petition__texts")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return ["petition", "organization"] + (["address", "total"] if obj else [])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["address", "total"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("address to spread"))
    def address(self, link: PartnerLink) -> str:
        return partner_url(link, "en")

    @admin.display(description=gettext_lazy("confirmed signatures"), ordering="signature_count")
    def total(self, link: PartnerLink) -> str:
        shown = services.shown_total(link)
        return _("fewer than five") if shown is None else str(shown)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        made = services.make_partner_link(obj.petition, obj.organization, by=self.person(request), now=timezone.now())
        obj.pk, obj.code = made.pk, made.code

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service wrote the line."""
