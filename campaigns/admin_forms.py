"""Forms of the campaigns room at the desk."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_fields import ByLanguageField, LinesField
from campaigns.models import Campaign, Delegate, Outcome

OTHER_SITE_LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]


class CampaignForm(forms.ModelForm):
    postal_lines = LinesField(
        label=_("Postal address of the coalition"), required=False, help_text=_("One line each, as on an envelope.")
    )

    class Meta:
        model = Campaign
        fields = ["slug", "is_public", "contact_name", "contact_address", "postal_lines"]


class WordedForm(forms.ModelForm):
    """A row of the evidence: English in its own field, the other languages of the site beside it."""

    translations = ByLanguageField(label=_("In other languages"), codes=OTHER_SITE_LANGUAGES)

    def clean_translations(self) -> dict[str, str]:
        """Keep what is stored in languages that this form has no box for."""
        kept = {
            code: words
            for code, words in (self.instance.translations or {}).items()
            if code not in OTHER_SITE_LANGUAGES
        }
        return kept | self.cleaned_data["translations"]


class FigureForm(WordedForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        low, high = cleaned.get("minimum"), cleaned.get("maximum")
        if low is not None and high is not None and high < low:
            self.add_error("maximum", _("“At most” is smaller than “at least”."))
        return cleaned


class IncidentForm(WordedForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("It ends before it begins."))
        return cleaned


class DelegateForm(forms.ModelForm):
    """What may change about a delegate; the person and the organization stay."""

    class Meta:
        model = Delegate
        fields = ["title", "mandate", "may_sign", "valid_until"]


class OutcomeForm(forms.ModelForm):
    """What happened, on which demands of one campaign, and who says so."""

    words = ByLanguageField(
        label=_("What happened"), rows=3, required=True, help_text=_("One or two sentences that claim no more.")
    )

    class Meta:
        model = Outcome
        fields = ["campaign", "demands", "kind", "happened_on", "words", "source"]

    def clean_words(self) -> dict[str, str]:
        words: dict[str, str] = self.cleaned_data["words"]
        if not words.get("en", "").strip():
            raise forms.ValidationError(_("Write it in English at least."), code="english")
        if any(len(text) > 500 for text in words.values()):
            raise forms.ValidationError(_("Please shorten it to 500 characters."), code="too_long")
        return words

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day = cleaned.get("happened_on")
        if day and day > timezone.localdate():
            self.add_error("happened_on", _("This day lies ahead."))
        campaign = cleaned.get("campaign")
        if campaign and any(demand.campaign_id != campaign.pk for demand in cleaned.get("demands") or []):
            self.add_error("demands", _("Choose demands of this campaign only."))
        return cleaned
