"""The rules by which spellings of an address are folded, at the desk."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.services import fold_users_anew
from accounts.stateful_admin import StatefulAdmin
from privacy.addresses import Folding, folded
from privacy.models import ProviderRule

DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.ASCII)
SEPARATORS = "+-=_.#"
NOT_A_DOMAIN = gettext_lazy("Please write a domain as it stands after the @, such as example.org.")


class ProviderRuleForm(forms.ModelForm):
    class Meta:
        model = ProviderRule
        fields = ["domain", "canonical", "ignores_dots", "tag_separator"]

    def clean_domain(self) -> str:
        return _domain(self.cleaned_data["domain"])

    def clean_canonical(self) -> str:
        return _domain(self.cleaned_data["canonical"])

    def clean_tag_separator(self) -> str:
        sign: str = self.cleaned_data["tag_separator"]
        if sign and sign not in SEPARATORS:
            raise forms.ValidationError(_("Please choose one of these signs: %s") % " ".join(SEPARATORS))
        return sign


@admin.register(ProviderRule)
class ProviderRuleAdmin(StatefulAdmin):
    """Every row explains itself by an example. Rows are not deleted: one that folds nothing does nothing."""

    form = ProviderRuleForm
    list_display = ["domain", "canonical", "ignores_dots", "tag_separator", "example"]
    ordering = ["canonical", "domain"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["domain"] if obj is not None else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        fold_users_anew()

    @admin.display(description=gettext_lazy("what it does"))
    def example(self, rule: ProviderRule) -> str:
        """ "K.im+x@gmail.com becomes kim@gmail.com": worked out by the rule itself."""
        address = f"K.im{rule.tag_separator or '+'}x@{rule.domain}"
        own = {rule.domain: Folding(rule.canonical, rule.ignores_dots, rule.tag_separator)}
        return _("%(one)s becomes %(other)s") % {"one": address, "other": folded(address, own)}

    def next_step(self, request: HttpRequest, rule: ProviderRule) -> str:
        note = _("A change holds for signatures given from then on, within a minute; earlier ones keep their spelling.")
        return f"{self.example(rule)}. {note}"


def _domain(text: str) -> str:
    domain = text.strip().lower()
    if not DOMAIN.fullmatch(domain):
        raise forms.ValidationError(NOT_A_DOMAIN)
    return domain
