"""Forms of the desk for routes, sessions and submissions."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.admin_fields import (
    ByLanguageField,
    DateInput,
    LinesField,
    WallClockField,
    ZonedForm,
    language_choices,
    time_zone_choices,
)
from campaigns.models import Organization, Source
from letters.models import Route, RouteConflict, RouteRule, Session
from letters.models.route import GENEVA, MAX_DAYS, Status, YesNo
from letters.rendering import unprintable
from privacy.text import OneLineField, PlainTextField

FORMATS = ("docx", "pdf", "web form", "html", "print", "post", "images", "video")
OTHERS = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
LONGEST = 1_000_000  # words, pages and days beyond any rule
_ELEMENT = re.compile(r"([a-z][a-z0-9_]{0,39})(\*?)\s*:\s*(.{1,200})")
_THRESHOLD = re.compile(r"(\d{1,9})(?:\s*/\s*(\d{1,5}))?\s*:\s*(.{1,200})")


def _within(threshold: dict[str, Any]) -> str:
    days = threshold["window_days"]
    return f"{threshold['count']}/{days}" if days else str(threshold["count"])


def _limit(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=LONGEST,
        help_text=help_text,
        error_messages={"min_value": _("A limit is not below zero. Leave it empty where there is none.")},
    )


def _line(label: Any, length: int, help_text: Any = "") -> OneLineField:
    return OneLineField(label=label, required=False, max_length=length, help_text=help_text)


class ShortLinesField(LinesField):
    """`max_length` is that of each line, so the browser is not told it for the box."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {key: value for key, value in super().widget_attrs(widget).items() if key != "maxlength"}


class ElementsField(ShortLinesField):
    """What a body asks for, one a line: "agenda_item*: Agenda item 1-10"; a star where it must be there."""

    def clean(self, value: Any) -> Any:
        elements: list[dict[str, Any]] = []
        for line in super().clean(value):
            found = _ELEMENT.fullmatch(line)
            if not found:
                raise forms.ValidationError(
                    _("Write each line as key: label, with a star after the key where it must be there. Not: %(line)s"),
                    params={"line": line[:80]},
                )
            if found[1] in [row["key"] for row in elements]:
                raise forms.ValidationError(_("Two elements have the key %(key)s."), params={"key": found[1]})
            elements.append({"key": found[1], "label": found[3], "required": bool(found[2])})
        return elements

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return [f"{row['key']}{'*' if row['required'] else ''}: {row['label']}" for row in value]
        return value


class ThresholdsField(ShortLinesField):
    """How many signatures have which effect, one a line: "50000/30: goes to a committee" (within 30 days)."""

    def clean(self, value: Any) -> Any:
        thresholds = []
        for line in super().clean(value):
            found = _THRESHOLD.fullmatch(line)
            if not found:
                raise forms.ValidationError(
                    _("Write each line as number: effect, or as number/days: effect. Not: %(line)s"),
                    params={"line": line[:80]},
                )
            days = int(found[2]) if found[2] else None
            thresholds.append({"count": int(found[1]), "window_days": days, "effect": found[3]})
        return thresholds

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return [f"{_within(row)}: {row['effect']}" for row in value]
        return value


class SourcesField(ShortLinesField):
    """Sources by their keys, one a line; cleaned to the rows."""

    def clean(self, value: Any) -> Any:
        keys = super().clean(value)
        found = {source.slug: source for source in Source.objects.filter(slug__in=keys)}
        if missing := [key for key in keys if key not in found]:
            raise forms.ValidationError(
                _("There is no source with the key %(key)s. Write the source down first."),
                params={"key": missing[0][:80]},
            )
        return list(found.values())


class RuleForm(forms.Form):
    """The next version of a rule, filled with what the newest one says."""

    valid_from = forms.DateField(label=_("Holds from"), widget=DateInput)
    as_of = forms.DateField(label=_("As of"), widget=DateInput, help_text=_("The day somebody looked it up."))
    sources = SourcesField(label=_("Sources"), required=False, help_text=_("Their keys, one a line."), max_length=80)
    confidence = forms.ChoiceField(label=_("How sure it is"), choices=RouteRule.Confidence)
    who_may_submit = _line(_("Who may submit"), 400)
    lead_statuses = forms.MultipleChoiceField(
        label=_("The lead organization must be in"),
        choices=Status,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: anybody may submit."),
    )
    submitters = forms.ChoiceField(label=_("Submitted by"), choices=RouteRule.Submitters)
    word_limit = _limit(_("Word limit"), _("Empty: no limit is known."))
    joint_word_limit = _limit(_("Word limit of a joint text"))
    word_limit_general = _limit(_("Word limit where the lead is in general status"))
    word_limit_special = _limit(_("Word limit where the lead is in special status"))
    word_limit_roster = _limit(_("Word limit where the lead is on the roster"))
    page_limit = _limit(_("Page limit"))
    footnotes = forms.ChoiceField(label=_("Footnotes"), choices=RouteRule.Footnotes)
    is_limit_hard = forms.BooleanField(
        label=_("What is longer is refused"), required=False, help_text=_("Otherwise the desk only warns.")
    )
    languages = ShortLinesField(
        label=_("Languages"), required=False, max_length=40, help_text=_("Codes such as en, one a line.")
    )
    formats = ShortLinesField(label=_("Formats"), required=False, max_length=40, help_text=", ".join(FORMATS))
    submit_via = ShortLinesField(label=_("How it is handed in"), required=False, max_length=40)
    deadline_rule = _line(_("Deadline, in words"), 400)
    deadline_offset_days = forms.IntegerField(
        label=_("Days from the opening"),
        required=False,
        min_value=-MAX_DAYS,
        max_value=MAX_DAYS,
        help_text=_("Negative: before it. -14 is two weeks before."),
    )
    deadline_anchor = forms.ChoiceField(
        label=_("Counted from"), required=False, choices=[("", "–"), *RouteRule.Anchor.choices]
    )
    deadline_time = forms.TimeField(
        label=_("Hour of the deadline"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Empty: the end of the day."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone of the deadline"), choices=time_zone_choices, initial=GENEVA)
    late = forms.ChoiceField(label=_("What comes late"), choices=RouteRule.Late)
    late_submission = _line(_("Late submissions, in words"), 300)
    required_elements = ElementsField(
        label=_("What the body asks for"),
        required=False,
        max_length=260,
        help_text=_("One a line: key*: label. The star says that it must be there."),
    )
    confidentiality = _line(_("Confidentiality"), 400)
    victim_consent = forms.ChoiceField(label=_("Consent of the victim needed"), choices=YesNo)
    publication = _line(_("Publication"), 400)
    publishes_names = forms.ChoiceField(label=_("Names of the signatories"), choices=RouteRule.Names)
    acknowledgement = _line(_("Acknowledgement"), 300)
    thresholds = ThresholdsField(
        label=_("Thresholds"),
        required=False,
        max_length=260,
        help_text=_("One a line: number of signatures/days: effect."),
    )
    response_window_days = _limit(_("Answer expected within, days"))
    note = PlainTextField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        limits = {status: cleaned.pop(f"word_limit_{status}", None) for status in Status.values}
        cleaned["word_limits_by_status"] = {status: limit for status, limit in limits.items() if limit is not None}
        if cleaned.get("deadline_offset_days") is not None and not cleaned.get("deadline_anchor"):
            self.add_error("deadline_anchor", _("Say from which day the days are counted."))
        return cleaned


def initial_of(rule: RouteRule | None) -> dict[str, Any]:
    """What a new version begins with: all of the newest one but its days."""
    if rule is None:
        return {"is_limit_hard": True}
    names = [name for name in RuleForm.base_fields if hasattr(rule, name) and name not in {"sources", "valid_from"}]
    initial = {name: getattr(rule, name) for name in names}
    initial |= {f"word_limit_{status}": limit for status, limit in rule.word_limits_by_status.items()}
    return initial | {"sources": [source.slug for source in rule.sources.all()]}


class RouteForm(forms.ModelForm):
    names = ByLanguageField(label=_("Name in other languages"), codes=OTHERS, rows=2)
    bodies = ByLanguageField(label=_("Body in other languages"), codes=OTHERS, rows=2)

    class Meta:
        model = Route
        fields = ["name", "body", "slug", "kind", "names", "bodies", "is_active"]


class ConflictForm(forms.ModelForm):
    sources = SourcesField(label=_("Sources"), help_text=_("Their keys, one a line."), max_length=80)

    class Meta:
        model = RouteConflict
        fields = ["first", "second", "reason", "sources", "as_of"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["sources"] = [source.slug for source in self.instance.sources.all()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, second = cleaned.get("first"), cleaned.get("second")
        if first and first == second:
            self.add_error("second", _("Choose two different routes."))
        elif first and second:
            turned = RouteConflict.objects.filter(first=second, second=first).exclude(pk=self.instance.pk)
            if turned.exists():
                self.add_error("second", _("These two are noted already, in the other order."))
        return cleaned


class SessionForm(ZonedForm):
    zoned = ("deadline_at",)
    names = ByLanguageField(label=_("Name in other languages"), codes=OTHERS, rows=2)
    deadline_at = WallClockField(
        label=_("Deadline published for this session"),
        required=False,
        help_text=_("It goes before the rules of the routes. Empty: reckoned from each rule."),
    )
    source_url = forms.URLField(label=_("Published at"), max_length=600, required=False, assume_scheme="https")

    class Meta:
        model = Session
        fields = [
            "body",
            "name",
            "names",
            "kind",
            "starts_on",
            "ends_on",
            "routes",
            "deadline_at",
            "time_zone",
            "source_url",
            "is_public",
        ]
        widgets = {"routes": forms.CheckboxSelectMultiple}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("It ends before it begins."))
        kind, routes = cleaned.get("kind"), cleaned.get("routes")
        for route in routes.prefetch_related("rules") if routes and starts else ():
            rule = route.rule_on(starts)
            if rule and rule.deadline_anchor and rule.deadline_anchor != kind:
                self.add_error(
                    "routes",
                    forms.ValidationError(
                        _("“%(route)s” counts from another kind of session."), params={"route": str(route)}
                    ),
                )
        deadline = cleaned.get("deadline_at")
        if deadline and ends and deadline.date() > ends:
            self.add_error("deadline_at", _("This lies after the session."))
        return cleaned


class CheckTextForm(forms.Form):
    """Any text, to hold against a rule without keeping it."""

    text = PlainTextField(
        label=_("Text"),
        max_length=300_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Markdown or plain. It is checked and not kept."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=language_choices)
    format = forms.ChoiceField(label=_("Format"), choices=[(name, name) for name in FORMATS])
    lead_status = forms.ChoiceField(
        label=_("ECOSOC status of the lead organization"),
        choices=Organization.Ecosoc,
        initial=Organization.Ecosoc.UNKNOWN,
    )
    submitters = forms.IntegerField(label=_("How many organizations submit it"), min_value=1, max_value=1000, initial=1)
    confidential = forms.IntegerField(
        label=_("How many more signed in confidence"), min_value=0, max_value=1000, initial=0
    )
    session = forms.ModelChoiceField(
        label=_("Session"), queryset=Session.objects.all(), required=False, empty_label=_("none")
    )


class AnswerField(PlainTextField):
    """Marked as needed where the body must have it; whether it is there, the checker says."""

    def validate(self, value: Any) -> None:
        return


class AnswersForm(forms.Form):
    """One box for each thing that a body asks for; an empty one is a finding of the checker, not an error here."""

    def __init__(self, *args: Any, rule: RouteRule, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for row in rule.required_elements:
            self.fields[row["key"]] = AnswerField(
                label=row["label"],
                required=row["required"],
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("The body must have it.") if row["required"] else _("The body welcomes it."),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, words in list(cleaned.items()):
            if shapeless := unprintable(words):
                said = _("No font here has %(characters)s. Please write it differently.")
                self.add_error(name, forms.ValidationError(said, params={"characters": " ".join(sorted(shapeless))}))
        return cleaned


class SubmittedForm(forms.Form):
    """That a submission was handed in."""

    on = forms.DateField(label=_("Handed in on"), widget=DateInput)
    evidence = PlainTextField(
        label=_("Evidence"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The number of the form, or who confirmed it and when."),
    )
