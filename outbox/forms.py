"""What staff type about addresses and domains."""

from django import forms
from django.utils.translation import gettext_lazy as _

from outbox.models import Pace, Suppression
from outbox.pacing import domain_key
from outbox.recipients import domain_key as spelled
from privacy.text import AddressField, OneLineField


class SuppressionForm(forms.ModelForm):
    """Only the keyed fingerprint of the address is kept."""

    address = AddressField(
        label=_("E-mail address"),
        help_text=_("It gets no mail from us any more, sign-in codes included. Only a fingerprint of it is kept."),
    )

    class Meta:
        model = Suppression
        fields: list[str] = []


class PaceForm(forms.ModelForm):
    domain = OneLineField(label=_("Domain"), max_length=253, help_text=_("What stands after the @: example.org"))

    class Meta:
        model = Pace
        fields = ["domain", "per_minute"]

    def clean_domain(self) -> str:
        typed = str(self.cleaned_data["domain"])
        try:
            domain = spelled(typed.rpartition("@")[2])
        except UnicodeError as exc:
            raise forms.ValidationError(_("This is not a domain.")) from exc
        if not domain or "." not in domain or any(sign.isspace() for sign in domain):
            raise forms.ValidationError(_("This is not a domain."))
        taken = Pace.objects.filter(domain_key=domain_key(f"a@{domain}")).exclude(pk=self.instance.pk)
        if taken.exclude(domain="").exists():
            raise forms.ValidationError(_("There is a pace for this domain already."))
        return domain
