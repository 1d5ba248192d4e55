"""Setting an answer against the demands of its campaign, at the desk."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.admin_fields import ByLanguageField
from campaigns.models import Demand
from letters.models import CodedReply, Reply
from letters.services.coding import Code, demands_of

Verdict = CodedReply.Verdict
LONGEST = 600  # characters of a quotation


class CodingForm(forms.Form):
    """For each demand what the answer says of it, and the words that say so."""

    def __init__(self, reply: Reply, data: Any = None):
        super().__init__(data, label_suffix="")
        self.demands: list[Demand] = list(demands_of(reply))
        said = {row.demand_id: row for row in reply.codes.all()}
        for demand in self.demands:
            before = said.get(demand.pk)
            self.fields[f"verdict_{demand.pk}"] = forms.ChoiceField(
                label=Truncator(str(demand)).chars(160),
                choices=[("", _("not set against it")), *Verdict.choices],
                required=False,
                initial=before.verdict if before else "",
            )
            self.fields[f"words_{demand.pk}"] = ByLanguageField(
                label=_("Quotation or summary"),
                rows=2,
                initial=before.words if before else {},
                help_text=_("The words on which this rests. They are public once the answer is."),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for demand in self.demands:
            verdict, words = cleaned.get(f"verdict_{demand.pk}"), cleaned.get(f"words_{demand.pk}") or {}
            name = f"words_{demand.pk}"
            if any("\x00" in text or len(text) > LONGEST for text in words.values()):
                self.add_error(name, _("Please shorten it to %d characters.") % LONGEST)
            elif verdict and verdict != Verdict.NO_WORD and not any(text.strip() for text in words.values()):
                self.add_error(name, _("Write down the words on which a promise or a refusal rests."))
        return cleaned

    def codes(self) -> Iterator[Code]:
        """What was chosen, once the form is valid."""
        for demand in self.demands:
            if verdict := self.cleaned_data[f"verdict_{demand.pk}"]:
                words = {code: text.strip() for code, text in self.cleaned_data[f"words_{demand.pk}"].items()}
                yield Code(demand.pk, verdict, {code: text for code, text in words.items() if text})
