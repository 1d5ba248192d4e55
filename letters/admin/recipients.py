"""Offices and the templates of letters to them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.stateful_admin import LanguageInline, StatefulAdmin
from letters.admin_forms import (
    HANDOVER_PLACEHOLDERS,
    PLACEHOLDERS,
    FormOfAddressForm,
    LetterTemplateForm,
    RecipientForm,
)
from letters.models import FormOfAddress, LetterTemplate, Recipient
from letters.models.recipient import Channel


class FormOfAddressInline(LanguageInline):
    model = FormOfAddress
    form = FormOfAddressForm
    parent_link = "recipient"
    verbose_name = gettext_lazy("form of address")
    verbose_name_plural = gettext_lazy("forms of address")
    fields = ["language", "name", "state_name", "envelope", "salutation", "closing"]


@admin.register(Recipient)
class RecipientAdmin(StatefulAdmin):
    form = RecipientForm
    inlines = [FormOfAddressInline]
    list_display = ["name", "kind", "country", "channel", "languages", "hostile", "verified_on"]
    list_filter = ["kind", "role", "channel", "is_hostile", "is_active"]
    search_fields = ["name", "slug", "holder", "city", "forms_of_address__name"]
    autocomplete_fields = ["parent"]
    readonly_fields = ["is_fictional"]
    state_field = ""
    fieldsets = [
        (None, {"fields": ["name", "slug", "kind", "role", "is_hostile"]}),
        (
            gettext_lazy("Where"),
            {"fields": ["country", "accredited_to", "city", "parent"]},
        ),
        (gettext_lazy("Who holds the office"), {"fields": [("holder", "holder_as_of")]}),
        (gettext_lazy("How letters reach it"), {"fields": ["channel", "channels", "email", "postal_lines"]}),
        (gettext_lazy("Record"), {"fields": ["is_active", "verified_on", "is_fictional"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recipient]:
        return super().get_queryset(request).prefetch_related("forms_of_address")

    @admin.display(description=gettext_lazy("hostile"), ordering="is_hostile")
    def hostile(self, recipient: Recipient) -> str:
        return format_html('<span class="mark mark-bad">{}</span>', _("hostile")) if recipient.is_hostile else "–"

    @admin.display(description=gettext_lazy("letters in"))
    def languages(self, recipient: Recipient) -> str:
        return ", ".join(sorted(form.language for form in recipient.forms_of_address.all() if form.is_complete)) or "–"

    def public_url(self, recipient: Recipient) -> str:
        return reverse("pages:recipient", args=[recipient.slug]) if recipient.is_active else ""

    def next_step(self, request: HttpRequest, recipient: Recipient) -> str:
        missing = _missing(recipient)
        if missing:
            return _("No letter can be written to this office yet: ") + " ".join(missing)
        return _("Complete: a letter can be written to this office.")


@admin.register(LetterTemplate)
class LetterTemplateAdmin(StatefulAdmin):
    form = LetterTemplateForm
    fields = ["slug", "language", "subject", "body", "recipient_kinds", "recipients"]
    list_display = ["subject", "language", "slug", "for_whom"]
    list_filter = ["language"]
    search_fields = ["slug", "subject"]
    state_field = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[LetterTemplate]:
        return super().get_queryset(request).prefetch_related("recipients")

    @admin.display(description=gettext_lazy("for"))
    def for_whom(self, template: LetterTemplate) -> str:
        if offices := template.recipients.all():
            return ", ".join(str(office) for office in offices)
        labels = dict(Recipient.Kind.choices)
        return ", ".join(str(labels.get(kind, kind)) for kind in template.recipient_kinds) or _("every other office")

    def panels(self, request: HttpRequest, template: LetterTemplate) -> dict[str, Any]:
        known = PLACEHOLDERS | HANDOVER_PLACEHOLDERS
        return {"placeholders": [(f"{{{{ {name} }}}}", meaning) for name, meaning in known.items()]}


def _missing(recipient: Recipient) -> list[str]:
    """What stands in the way of a letter, in sentences."""
    missing = []
    if not any(form.is_complete for form in recipient.forms_of_address.all()):
        missing.append(_("In no language are there both a salutation and a closing."))
    if recipient.channel == Channel.EMAIL and not recipient.email:
        missing.append(_("Its e-mail address is not known."))
    if recipient.channel == Channel.POST and not recipient.postal_lines:
        missing.append(_("Its postal address is not known."))
    return missing
