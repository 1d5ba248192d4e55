"""Offices and the templates of letters to them."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.stateful_admin import LanguageInline, RowInline, StatefulAdmin
from accounts.steps import WhyForm, step
from letters import services
from letters.admin.office_import import OfficeImport
from letters.admin_forms import HANDOVER_PLACEHOLDERS, PLACEHOLDERS, LetterTemplateForm
from letters.exceptions import LettersError
from letters.models import FormOfAddress, Holder, LetterTemplate, Recipient
from letters.office_forms import REVIEW_AFTER, FormOfAddressForm, HolderForm, HolderFormSet, RecipientForm, VerifyForm
from letters.offices import missing_for


class FormOfAddressInline(LanguageInline):
    model = FormOfAddress
    form = FormOfAddressForm
    parent_link = "recipient"
    verbose_name = gettext_lazy("form of address")
    verbose_name_plural = gettext_lazy("forms of address")
    fields = ["language", "name", "state_name", "envelope", "salutation", "closing"]


class HolderInline(RowInline):
    model = Holder
    form = HolderForm
    formset = HolderFormSet
    verbose_name = gettext_lazy("holder of the office")
    verbose_name_plural = gettext_lazy("who holds the office, and who did")
    fields = ["name", ("since", "until"), "known_on", "source"]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 1


class ReviewFilter(admin.SimpleListFilter):
    title = gettext_lazy("review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("due", _("to verify")), ("never", _("never verified"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Recipient]:
        if self.value() == "due":
            return queryset.to_verify(timezone.localdate())
        return queryset.filter(verified_on=None, is_active=True) if self.value() == "never" else queryset


@admin.register(Recipient)
class RecipientAdmin(OfficeImport):
    form = RecipientForm
    refusals = (LettersError,)
    change_actions = ["verify", "delete"]
    inlines = [HolderInline, FormOfAddressInline]
    list_display = ["name", "kind", "country", "channel", "review", "letters_in", "hostile"]
    list_filter = [ReviewFilter, "kind", "role", "channel", "is_hostile", "is_active"]
    search_fields = ["name", "slug", "holders__name", "city", "forms_of_address__name"]
    autocomplete_fields = ["parent"]
    readonly_fields = ["is_fictional"]
    state_field = ""
    fieldsets = [
        (None, {"fields": ["name", "slug", "kind", "role", "is_hostile"]}),
        (
            gettext_lazy("Where"),
            {"fields": ["country", "accredited_to", "city", "parent"]},
        ),
        (
            gettext_lazy("How letters reach it"),
            {"fields": ["channels", "email", "postal_lines", "form_url", "fax_number", "accepts_formats", "languages"]},
        ),
        (gettext_lazy("Record"), {"fields": ["is_active", "verified_on", "review_due_on", "is_fictional"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recipient]:
        return super().get_queryset(request).prefetch_related("forms_of_address", "holders")

    @admin.display(description=gettext_lazy("hostile"), ordering="is_hostile")
    def hostile(self, recipient: Recipient) -> str:
        return format_html('<span class="mark mark-bad">{}</span>', _("hostile")) if recipient.is_hostile else "–"

    @admin.display(description=gettext_lazy("letters in"))
    def letters_in(self, recipient: Recipient) -> str:
        return ", ".join(sorted(form.language for form in recipient.forms_of_address.all() if form.is_complete)) or "–"

    @admin.display(description=gettext_lazy("verified"), ordering="verified_on")
    def review(self, recipient: Recipient) -> str:
        if recipient.verified_on is None:
            return format_html('<span class="mark mark-open">{}</span>', _("never"))
        day = date_format(recipient.verified_on, "SHORT_DATE_FORMAT")
        if recipient.review_due_on is None or recipient.review_due_on <= timezone.localdate():
            return format_html('{} <span class="mark mark-bad">{}</span>', day, _("review due"))
        return day

    def public_url(self, recipient: Recipient) -> str:
        return reverse("pages:recipient", args=[recipient.slug]) if recipient.is_active else ""

    def next_step(self, request: HttpRequest, recipient: Recipient) -> str:
        if not recipient.is_active:
            return _("Not in use: no letter goes to this office.")
        missing = _missing(recipient)
        said = _("No letter can be written to this office yet: ") + " ".join(missing) if missing else ""
        said = said or _("Complete: a letter can be written to this office.")
        if later := [missing_for(recipient, way) for way in recipient.ways[1:]]:
            said = " ".join([said, *(_("Fall-back: %s") % sentence for sentence in later if sentence)])
        today = timezone.localdate()
        if recipient.verified_on is None:
            return f"{said} {_('Nobody has verified it yet.')}"
        if recipient.review_due_on is None or recipient.review_due_on <= today:
            return f"{said} {_('It is time to verify it again.')}"
        return said

    def saved_with(self, obj: Recipient) -> list[str]:
        return ["channel"]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Whatever of an office was changed, letters that wait are compared with it once more."""
        super().save_related(request, form, formsets, change)
        if change and (form.has_changed() or any(formset.has_changed() for formset in formsets)):
            services.note_change([form.instance.pk], now=timezone.now())

    # --- Steps ------------------------------------------------------------------------------------------------
    @step(
        gettext_lazy("Verified"),
        permission="letters.change_recipient",
        form=VerifyForm,
        tone="main",
        explains=gettext_lazy("You looked, and holder, forms of address, channels and addresses are right."),
        button=gettext_lazy("Note it"),
    )
    def verify(self, request: HttpRequest, recipient: Recipient, **said: Any) -> str:
        services.verify_office(recipient.pk, **said, by=self.person(request), now=timezone.now())
        return _("Noted: this office is verified.")

    @step(
        gettext_lazy("Delete"),
        permission="letters.change_recipient",
        form=WhyForm,
        tone="stop",
        explains=gettext_lazy(
            "For what was entered by mistake. An office that a letter, a release or a petition names stays; take it "
            "out of use instead."
        ),
    )
    def delete(self, request: HttpRequest, recipient: Recipient, reason: str) -> HttpResponse:
        services.delete_office(recipient.pk, reason=reason, by=self.person(request), now=timezone.now())
        self.message_user(request, _("The office is deleted."), messages.SUCCESS)
        return redirect("admin:letters_recipient_changelist")

    def step_initial(self, request: HttpRequest, obj: Any, name: str) -> dict[str, Any]:
        today = timezone.localdate()
        return {"verified_on": today, "review_due_on": today + REVIEW_AFTER}


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
    if sentence := missing_for(recipient, recipient.channel):
        missing.append(sentence)
    return missing
