"""What protects the count, at the desk: lists, limits, batches of invalid signatures, reports of visitors."""

from datetime import UTC
from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from accounts.reasons import ReasonField
from accounts.row_filter import LARGEST_ID
from accounts.stateful_admin import ReadOnlyAdmin, StatefulAdmin
from accounts.steps import ConfirmForm, WhyForm, step
from outbox import bell
from petitions import services, tasks
from petitions.exceptions import PetitionsError
from petitions.models import InvalidationBatch, LimitRule, ListEntry, Report, Signature
from petitions.services import limits
from petitions.services.invalidating import SAMPLE, rows_of
from petitions.services.lists import plain_domain
from petitions.services.reporting import ANSWERS
from privacy.addresses import InvalidAddress, normalize
from privacy.text import OneLineField


def signature_numbered(number: int | None) -> Signature | None:
    """The signature of this number, without what would have to be decrypted."""
    if number is None:
        return None
    found = Signature.objects.only("pk", "created_at", "network_hash", "network_range_hash").filter(pk=number).first()
    if found is None:
        raise forms.ValidationError(_("There is no signature of this number."))
    return found


class NumberField(forms.IntegerField):
    """The number of a signature, as its page shows it."""

    def __init__(self, **kwargs: Any):
        super().__init__(required=False, min_value=1, max_value=LARGEST_ID, **kwargs)


# --- Lists ----------------------------------------------------------------------------------------
class ListEntryForm(forms.ModelForm):
    """A line of the lists: exactly one of address, domain and signature says whom it is about."""

    address = OneLineField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("Only its keyed fingerprint is kept."),
    )
    domain = OneLineField(
        label=gettext_lazy("Mail domain"),
        max_length=253,
        required=False,
        help_text=gettext_lazy("With everything below it: people.example also means mail.people.example."),
    )
    signature = NumberField(
        label=gettext_lazy("Network of signature №"),
        help_text=gettext_lazy("A network is known by its hash of that day, so the line holds for that day only."),
    )
    wide = forms.BooleanField(label=gettext_lazy("With the neighborhood (/24, /48)"), required=False)
    reason = ReasonField(rows=1)

    class Meta:
        model = ListEntry
        fields = ["verdict", "petition", "until"]

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if len(reason) > 200:
            raise forms.ValidationError(_("Please shorten the reason to 200 characters."))
        return reason

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        try:
            return normalize(address) if address else ""
        except InvalidAddress as exc:
            raise forms.ValidationError(_("This does not look like an e-mail address.")) from exc

    def clean_domain(self) -> str:
        domain: str = self.cleaned_data["domain"]
        try:
            return plain_domain(domain) if domain else ""
        except PetitionsError as exc:
            raise forms.ValidationError(str(exc)) from exc

    def clean_signature(self) -> Signature | None:
        return signature_numbered(self.cleaned_data["signature"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        about = [cleaned.get(name) for name in ("address", "domain", "signature")]
        if not self.errors and sum(1 for value in about if value) != 1:
            raise forms.ValidationError(_("Please name one of these: an address, a domain, or a signature."))
        signature = cleaned.get("signature")
        if signature and not (signature.network_range_hash if cleaned.get("wide") else signature.network_hash):
            self.add_error("signature", _("The network of this signature is not known any more."))
        return cleaned

    def _post_clean(self) -> None:
        """The row is made by services.add_entry()."""


@admin.register(ListEntry)
class ListEntryAdmin(StatefulAdmin):
    refusals = (PetitionsError,)
    change_actions = ["end"]
    list_display = ["__str__", "verdict", "subject", "petition", "until", "reason", "by", "at"]
    list_filter = ["verdict", "subject"]
    list_select_related = ["petition", "by"]
    search_fields = ["domain"]
    ordering = ["-pk"]
    state_field = "verdict"
    readonly_fields = ["verdict", "subject", "domain", "petition", "until", "reason", "by", "at"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("petition__texts")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a line is ended, and another is entered

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs) if obj else ListEntryForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return [(None, {"fields": self.readonly_fields})]
        about = ["address", "domain", "signature", "wide"]
        return [(None, {"fields": ["verdict", *about, "petition", "until", "reason"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj is not None else ()

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        return form.instance

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            entry = services.add_entry(**form.cleaned_data, by=self.person(request), now=timezone.now())
            obj.pk, obj.subject = entry.pk, entry.subject
            transaction.on_commit(limits.forget)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """There are none."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service has written the line."""

    def offers(self, request: HttpRequest, obj: ListEntry, name: str) -> bool:
        return obj.is_in_force(timezone.now())

    @step(gettext_lazy("End it now"), permission="petitions.change_listentry", form=WhyForm)
    def end(self, request: HttpRequest, entry: ListEntry, reason: str) -> str:
        services.end_entry(entry.pk, reason=reason, by=self.person(request), now=timezone.now())
        limits.forget()
        return _("The line has ended. Every process goes by it within ten seconds.")


@admin.register(LimitRule)
class LimitRuleAdmin(StatefulAdmin):
    list_display = ["__str__", "scope", "limit", "seconds", "action", "petition", "is_on"]
    list_filter = ["scope", "action", "is_on"]
    list_select_related = ["petition"]
    ordering = ["scope", "seconds"]
    state_field = "action"
    fields = ["scope", "limit", "seconds", "action", "petition", "is_on"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("petition__texts")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(limits.forget)


# --- Batches --------------------------------------------------------------------------------------
class BatchForm(forms.ModelForm):
    """The condition of a batch. What is filled in must all be met."""

    signature = NumberField(label=gettext_lazy("Same network as signature №"))
    neighbor = NumberField(label=gettext_lazy("Same neighborhood of networks (/24, /48) as signature №"))
    domain = OneLineField(label=gettext_lazy("Mail domain"), max_length=253, required=False)
    begins = forms.DateTimeField(
        label=gettext_lazy("Signed from"), required=False, help_text=gettext_lazy("In universal time (UTC).")
    )
    ends = forms.DateTimeField(label=gettext_lazy("Signed before"), required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    suspicion = forms.ChoiceField(label=gettext_lazy("Held because of"), required=False)
    reason = ReasonField()

    class Meta:
        model = InvalidationBatch
        fields = ["petition"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("country", [("", "–"), ("none", _("not said")), *countries]),
            ("suspicion", [("", "–"), ("any", _("anything")), *((name, name) for name in SUSPICIONS)]),
        ):
            field: Any = self.fields[name]
            field.choices = choices

    def clean_signature(self) -> Signature | None:
        return self._with("signature", "network_hash")

    def clean_neighbor(self) -> Signature | None:
        return self._with("neighbor", "network_range_hash")

    def _with(self, name: str, known: str) -> Signature | None:
        found = signature_numbered(self.cleaned_data[name])
        if found and not getattr(found, known):
            raise forms.ValidationError(_("The network of this signature is not known any more."))
        return found

    clean_domain = ListEntryForm.clean_domain

    @property
    def condition(self) -> dict[str, str]:
        said = self.cleaned_data
        found = {
            "network": bytes(said["signature"].network_hash).hex() if said["signature"] else "",
            "range": bytes(said["neighbor"].network_range_hash).hex() if said["neighbor"] else "",
            "domain": said["domain"],
            "from": said["begins"].astimezone(UTC).isoformat() if said["begins"] else "",
            "until": said["ends"].astimezone(UTC).isoformat() if said["ends"] else "",
            "country": said["country"],
            "suspicion": said["suspicion"],
        }
        return {key: value for key, value in found.items() if value}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.condition:
            raise forms.ValidationError(_("Please choose at least one condition: a whole petition is not struck out."))
        return cleaned


SUSPICIONS = ["disposable", "domain", "list", "mixed", "network", "numbered", "tags", "trap", "waited", "wide"]


@admin.register(InvalidationBatch)
class InvalidationBatchAdmin(StatefulAdmin):
    refusals = (PetitionsError,)
    change_actions = ["run", "cancel", "undo"]
    list_display = ["__str__", "petition", "state", "matched", "struck", "by", "at"]
    list_filter = ["state"]
    list_select_related = ["petition", "by"]
    ordering = ["-pk"]
    shown = ["petition", "condition_in_words", "reason", "matched", "struck", "by", "at"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("petition__texts")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs) if obj else BatchForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return [(None, {"fields": self.shown})]
        return [(None, {"fields": [*BatchForm.base_fields]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.shown if obj is not None else ()

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        return form.instance

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        said = form.cleaned_data
        batch = services.preview_batch(
            said["petition"], form.condition, reason=said["reason"], by=self.person(request), now=timezone.now()
        )
        obj.pk = batch.pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """There are none."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service has written the line."""

    def panels(self, request: HttpRequest, batch: InvalidationBatch) -> dict[str, Any]:
        if batch.state != InvalidationBatch.State.PREVIEW:
            return {}
        rows = rows_of(batch).order_by("-pk")
        return {"sample": rows.only("pk", "state", "country", "created_at", "suspicion")[:SAMPLE]}

    def next_step(self, request: HttpRequest, batch: InvalidationBatch) -> str:
        if batch.state == InvalidationBatch.State.PREVIEW:
            return _("%d signatures meet the condition. Nothing is struck out yet.") % batch.matched
        return _("%(struck)d of %(matched)d are struck out.") % {"struck": batch.struck, "matched": batch.matched}

    @admin.display(description=gettext_lazy("condition"))
    def condition_in_words(self, batch: InvalidationBatch) -> str:
        return "; ".join(f"{key}: {value}" for key, value in batch.condition.items())

    @step(
        gettext_lazy("Strike them out"),
        permission="petitions.run_invalidationbatch",
        states=[InvalidationBatch.State.PREVIEW],
        form=ConfirmForm,
        explains=gettext_lazy("They no longer count, within seconds. You can stop in the middle and undo all of it."),
        tone="stop",
    )
    def run(self, request: HttpRequest, batch: InvalidationBatch) -> str:
        services.begin_batch(batch.pk, by=self.person(request), now=timezone.now())
        transaction.on_commit(lambda: bell.ring(tasks.work_off_batches))
        return _("The signatures are being struck out. Load this page again to see how far it is.")

    @step(
        gettext_lazy("Stop"),
        permission="petitions.run_invalidationbatch",
        states=[InvalidationBatch.State.RUNNING],
        tone="stop",
    )
    def cancel(self, request: HttpRequest, batch: InvalidationBatch) -> str:
        services.cancel_batch(batch.pk, by=self.person(request), now=timezone.now())
        return _("Stopped. What was struck out stays so until you undo it.")

    @step(
        gettext_lazy("Undo"),
        permission="petitions.run_invalidationbatch",
        states=[InvalidationBatch.State.DONE, InvalidationBatch.State.CANCELLED],
        form=ConfirmForm,
        explains=gettext_lazy("Every signature of this batch becomes what it was before."),
    )
    def undo(self, request: HttpRequest, batch: InvalidationBatch) -> str:
        services.undo_batch(batch.pk, by=self.person(request), now=timezone.now())
        transaction.on_commit(lambda: bell.ring(tasks.work_off_batches))
        return _("The signatures are being brought back.")


# --- Reports --------------------------------------------------------------------------------------
class DecideForm(forms.Form):
    acted = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        choices=[("1", gettext_lazy("Something was done")), ("0", gettext_lazy("Nothing to do"))],
        widget=forms.RadioSelect,
    )
    answer = forms.ChoiceField(label=gettext_lazy("In short"), choices=list(ANSWERS.items()))
    note = ReasonField(label=gettext_lazy("Note (optional)"), required=False, rows=3)

    def clean_acted(self) -> bool:
        return bool(self.cleaned_data["acted"] == "1")


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    refusals = (PetitionsError,)
    change_actions = ["decide", "reopen"]
    list_display = ["__str__", "petition", "about", "state", "at", "decided_by"]
    list_filter = ["state", "about"]
    list_select_related = ["petition", "decided_by"]
    ordering = ["at"]
    fields = ["petition", "about", "text", "at", "decided_by", "decided_at"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("petition__texts")

    def is_restricted(self, request: HttpRequest, obj: Report) -> bool:
        return True

    @step(
        gettext_lazy("Settle"),
        permission="petitions.change_report",
        states=[Report.State.WAITING],
        form=DecideForm,
        tone="main",
    )
    def decide(self, request: HttpRequest, report: Report, acted: bool, answer: str, note: str) -> str:
        services.decide_report(
            report.pk, acted=acted, answer=answer, note=note, by=self.person(request), now=timezone.now()
        )
        return _("Settled.")

    @step(
        gettext_lazy("Let it wait again"),
        permission="petitions.change_report",
        states=[Report.State.ACTED, Report.State.KEPT],
        form=WhyForm,
    )
    def reopen(self, request: HttpRequest, report: Report, reason: str) -> str:
        services.reopen_report(report.pk, reason=reason, by=self.person(request), now=timezone.now())
        return _("The report waits again.")
