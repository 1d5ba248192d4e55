"""What delegates say besides yes and no, about their organization and about themselves."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_fields import DateInput, time_zone_choices
from accounts.models import User
from campaigns.models import Delegate, Topic
from privacy.text import AddressField, OneLineField, PlainTextField
from statements.models import NewsChoice


class DelegatesForm(forms.Form):
    """A form of the delegate's area. `colleagues` are the other delegates of the organization."""

    def __init__(self, *args: Any, colleagues: list[Delegate] | None = None, **kwargs: Any):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.colleagues = colleagues or []

    def person_field(self, name: str, rows: list[Delegate]) -> None:
        """Offer these delegates, each by name and title."""
        field = self.fields[name]
        assert isinstance(field, forms.TypedChoiceField)
        known = {str(row.pk): row for row in rows}
        titled = [(pk, ", ".join(filter(None, (str(row.user), row.title)))) for pk, row in known.items()]
        field.choices = titled if field.required else [("", _("nobody")), *titled]
        field.coerce = known.get


class QuestionForm(DelegatesForm):
    text = PlainTextField(
        label=_("Your question"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Please write your question."),
            "max_length": _("Please shorten the question to 2,000 characters."),
        },
    )


class TimeForm(DelegatesForm):
    until = forms.DateField(
        label=_("Until which day"),
        widget=DateInput,
        error_messages={"required": _("Please choose a day."), "invalid": _("Please write the day as 2026-05-03.")},
    )

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until < timezone.localdate():
            raise forms.ValidationError(_("This day has passed."), code="past")
        return until


class ForwardForm(DelegatesForm):
    to = forms.TypedChoiceField(
        label=_("Colleague who may sign"),
        error_messages={
            "required": _("Please choose a colleague."),
            "invalid_choice": _("This person may not sign for your organization at present."),
        },
    )
    note = PlainTextField(
        label=_("A few words to them"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Please shorten this to 500 characters.")},
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.person_field("to", [row for row in self.colleagues if row.may_sign])


class DeclineForm(DelegatesForm):
    reason = PlainTextField(
        label=_("Why, if you want to say"),
        max_length=500,
        required=False,
        help_text=_("Only the drafters read this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Please shorten the reason to 500 characters.")},
    )


class SureForm(DelegatesForm):
    """Nothing to write: one tick, so that nothing happens by chance."""

    sure = forms.BooleanField(
        label=_("I may decide this for my organization."),
        error_messages={"required": _("Please confirm that you may decide this.")},
    )


class ColleagueForm(DelegatesForm):
    """A person whom staff shall let in."""

    name = OneLineField(label=_("Name"), max_length=150, error_messages={"required": _("Please write the name.")})
    address = AddressField(
        label=_("E-mail"), error_messages={"required": _("Please write the e-mail address of your colleague.")}
    )
    title = OneLineField(label=_("Title"), max_length=150, required=False)
    mandate = OneLineField(
        label=_("Mandate"),
        max_length=300,
        help_text=_("Who authorized this person, and when: “Board decision of 3 May 2026”."),
        error_messages={"required": _("Write who authorized this person, and when.")},
    )
    language = forms.ChoiceField(label=_("Language of our mails"), choices=settings.LANGUAGES)
    may_sign = forms.BooleanField(label=_("May sign for the organization"), required=False)
    replaces = forms.TypedChoiceField(
        label=_("In place of"),
        required=False,
        empty_value=None,
        help_text=_("Whoever leaves. Their mandate ends when our staff let the colleague in."),
        error_messages={"invalid_choice": _("This person is no delegate of your organization.")},
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.person_field("replaces", self.colleagues)


class AuthorityForm(DelegatesForm):
    """On which topics the secretariat may sign."""

    topics = forms.ModelMultipleChoiceField(
        Topic.objects.all(),
        label=_("Topics"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one topic."),
            "invalid_choice": _("One of these topics is not there any more."),
            "invalid_pk_value": _("One of these topics is not there any more."),
        },
    )
    mandate = OneLineField(
        label=_("Who decided this"),
        max_length=300,
        help_text=_("For example: decision of the board of 3 May 2026."),
        error_messages={"required": _("Write who decided this, and when.")},
    )
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, widget=DateInput, help_text=_("Empty: until you take it back.")
    )

    def clean_valid_until(self) -> date | None:
        until: date | None = self.cleaned_data["valid_until"]
        if until and until < timezone.localdate():
            raise forms.ValidationError(_("This day has passed."), code="past")
        return until


class PersonalForm(DelegatesForm):
    """Signing for oneself."""

    name = OneLineField(
        label=_("Your name"),
        max_length=150,
        help_text=_("Stands in the public list."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Please write your name."),
            "max_length": _("Please shorten the name to 150 characters."),
        },
    )
    affiliation = OneLineField(
        label=_("Affiliation, for identification only"),
        max_length=200,
        required=False,
        help_text=_("Stands in brackets after your name. It binds no organization."),
        error_messages={"max_length": _("Please shorten this to 200 characters.")},
    )
    confirms = forms.BooleanField(
        label=_("I have read this exact text, and I sign it for myself."),
        error_messages={"required": _("Please confirm this before you sign.")},
    )
    digest = forms.RegexField("^[0-9a-f]{64}$", widget=forms.HiddenInput, strip=False)


class DelegateProfileForm(forms.ModelForm):
    """How we write to a delegate, and in which clock."""

    name = OneLineField(label=_("Name"), max_length=150)
    language = forms.ChoiceField(label=_("Language of our mails"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Your time zone"), choices=time_zone_choices, help_text=_("Deadlines are shown in it.")
    )
    news = forms.ChoiceField(
        label=_("News by e-mail"),
        choices=NewsChoice.Scope,
        required=False,  # left out, it stays as it is
        help_text=_("At most one mail a day: publications, public answers and outcomes."),
    )

    class Meta:
        model = User
        fields = ["name", "language", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
