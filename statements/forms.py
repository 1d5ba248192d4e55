"""The delegate's forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Delegate
from privacy.text import AddressField, OneLineField, PlainTextField
from statements.models import ProposedEdit


class AddressForm(forms.Form):
    """First step of signing in: which address to send the code to."""

    email = AddressField(
        label=_("E-mail"),
        help_text=_("The address your organization's invitation came to."),
        autocomplete="email",
        error_messages={"required": _("Please write your e-mail address.")},
    )

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class CodeForm(forms.Form):
    """Second step: the code from the mail."""

    code = OneLineField(
        label=_("Code"),
        max_length=20,
        help_text=_("Eight digits. A space between them does no harm."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={
            "required": _("Please write the code from the mail."),
            "max_length": _("This is too long for a code, which has eight digits."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class CoSignForm(forms.Form):
    """The act of co-signing: who signs, in which capacity, on whose authority."""

    signer_name = OneLineField(
        label=_("Your name"),
        max_length=150,
        help_text=_("Kept with the co-signature; not shown in public."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Please write your name."),
            "max_length": _("Please shorten the name to 150 characters."),
        },
    )
    signer_title = OneLineField(
        label=_("Your title"),
        max_length=150,
        help_text=_("Kept with the co-signature; not shown in public."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        error_messages={
            "required": _("Please write your title or function."),
            "max_length": _("Please shorten the title to 150 characters."),
        },
    )
    authority = OneLineField(
        label=_("On what authority"),
        max_length=300,
        help_text=_("For example: decision of the board of 3 May 2026."),
        error_messages={
            "required": _("Please say who authorized this co-signature."),
            "max_length": _("Please shorten this to 300 characters."),
        },
    )
    is_confidential = forms.BooleanField(
        label=_("Confidentially: count us, but do not name us."),
        required=False,
        help_text=_("The name then stands nowhere in public. Staff of the coalition know it."),
    )
    confirms = forms.BooleanField(error_messages={"required": _("Please confirm this before you sign.")})
    digest = forms.RegexField("^[0-9a-f]{64}$", widget=forms.HiddenInput, strip=False)

    def __init__(self, *args: Any, organization: str, takes_confidence: bool = True, **kwargs: Any):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        if not takes_confidence:
            self.fields["is_confidential"].disabled = True
        self.fields["confirms"].label = _("I have read this exact text, and I may bind %(organization)s to it.") % {
            "organization": organization
        }

    def ask_again(self, digest: str) -> None:
        """The page now shows another text: the next press is for that one, and takes a new confirmation."""
        kept = {name: value for name, value in self.data.items() if name != "confirms"}
        self.data = kept | {"digest": digest}


class ProposedEditForm(forms.Form):
    """Another wording for one paragraph of a draft."""

    wording = PlainTextField(
        label=_("Your wording"),
        required=False,
        max_length=8000,
        strip=True,
        help_text=_("Change what you would change; footnotes look like [^key]. Empty: leave the paragraph out."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"max_length": _("Please shorten this to 8,000 characters.")},
    )
    comment = OneLineField(
        label=_("Why"),
        required=False,
        max_length=1000,
        help_text=_("Optional. Those who write the text read it."),
        error_messages={"max_length": _("Please shorten this to 1,000 characters.")},
    )
    organization = forms.ChoiceField(label=_("For which organization"))
    part = forms.ChoiceField(choices=ProposedEdit.Part.choices, widget=forms.HiddenInput)
    number = forms.IntegerField(min_value=1, max_value=9999, widget=forms.HiddenInput)
    mark = forms.RegexField("^[0-9a-f]{16}$", widget=forms.HiddenInput, strip=False)

    def __init__(self, *args: Any, delegations: list[Delegate], **kwargs: Any):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        field = self.fields["organization"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(row.organization.slug, row.organization.local_name) for row in delegations]
        if len(delegations) == 1:
            field.widget = forms.HiddenInput()
            field.required = False
        self.delegations = delegations

    def clean_organization(self) -> str:
        """Who acts for one organization need not say for which."""
        return self.cleaned_data["organization"] or self.delegations[0].organization.slug

    def for_paragraph(self, initial: dict[str, Any], *, auto_id: str) -> "ProposedEditForm":
        """The same refused form under the paragraph it was about, for whose present words the next press is."""
        self.data = {**{name: self.data.get(name) for name in self.data}, **initial}
        self.auto_id = auto_id
        return self
