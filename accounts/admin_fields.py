"""Fields and widgets that Django's admin lacks: native dates, lines for lists, one box for each language."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Beside the languages of the site: what offices and organizations write in.
OTHER_LANGUAGES = ("ja", "zh-hans", "zh-hant", "fr", "es", "ru", "ar", "de", "th", "vi", "mn")
CHINESE = ("zh", "中文")  # either script; Django names only the two


def language_choices() -> list[tuple[str, str]]:
    """The languages of the site first, then others, each under its own name."""
    others = [(code, LANG_INFO[code]["name_local"]) for code in OTHER_LANGUAGES]
    known = [*settings.LANGUAGES, CHINESE, *others]
    return list({code: (code, name) for code, name in reversed(known)}.values())[::-1]


@cache
def time_zone_choices() -> list[tuple[str, str]]:
    """Every zone by region and city: ("Asia/Seoul", "Asia/Seoul")."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/")))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class DateInput(forms.DateInput):
    """The browser's own date field: no script, and at home on a phone."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """The browser's own field for date and time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__({"step": "1", **(attrs or {})}, format="%Y-%m-%dT%H:%M:%S")


class _LinesInput(forms.Textarea):
    def format_value(self, value: Any) -> str:
        return "\n".join(value) if isinstance(value, list) else value or ""


class LinesField(forms.CharField):
    """A list of strings, edited one a line."""

    widget = _LinesInput(attrs={"rows": 5})

    def to_python(self, value: Any) -> Any:
        text = super().to_python("\n".join(value) if isinstance(value, list) else value) or ""
        return [line.strip() for line in text.splitlines() if line.strip()]

    def run_validators(self, value: Any) -> None:
        for line in value:
            super().run_validators(line)


class _ByLanguageInput(forms.MultiWidget):
    template_name = "admin/widgets/by_language.html"

    def __init__(self, codes: Iterable[str], rows: int):
        self.codes = list(codes)
        names = dict(language_choices())
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            code: forms.Textarea(attrs={"rows": rows, "lang": code, "aria-label": names[code]}) for code in self.codes
        }
        super().__init__(boxes)

    def decompress(self, value: Any) -> list[str]:
        return [(value or {}).get(code, "") for code in self.codes]


class ByLanguageField(forms.MultiValueField):
    """Words in several languages, {"ko": "…"}: one box a language, an empty box is no entry."""

    def __init__(self, *, codes: Iterable[str] = (), rows: int = 3, **kwargs: Any):
        self.codes = list(codes) or [code for code, _name in settings.LANGUAGES]
        kwargs.setdefault("required", False)
        super().__init__(
            [forms.CharField(required=False) for _code in self.codes],
            widget=_ByLanguageInput(self.codes, rows),
            require_all_fields=False,
            **kwargs,
        )

    def compress(self, data_list: list[str]) -> dict[str, str]:
        return {code: text for code, text in zip(self.codes, data_list, strict=False) if text}

    def clean(self, value: Any) -> Any:
        if self.required and not any((text or "").strip() for text in value or []):
            raise forms.ValidationError(_("Please write it in at least one language."), code="required")
        return super().clean(value)


class WallClockField(forms.DateTimeField):
    """Date and time as a clock on the wall shows them, without a zone; ZonedForm adds it."""

    widget = MomentInput

    def to_python(self, value: Any) -> Any:
        with timezone.override(UTC):
            moment = super().to_python(value)
        return moment and moment.replace(tzinfo=None)


def moment_at(wall: datetime, zone_name: str) -> datetime:
    """The moment at which the clocks of that zone show this. Raises ValidationError when they never do, or do twice."""
    moment = wall.replace(tzinfo=ZoneInfo(zone_name))
    if moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) != wall:
        raise forms.ValidationError(
            _("The clocks jump over this hour in that time zone: choose another."), code="no_such_time"
        )
    if moment.utcoffset() != moment.replace(fold=1).utcoffset():
        raise forms.ValidationError(
            _(
                "The clocks are set back in that night, so that this time comes twice in that time zone: "
                "choose another."
            ),
            code="time_comes_twice",
        )
    return moment.astimezone(UTC)  # a day later is then 24 hours later, whatever the clocks do


class ZonedForm(forms.ModelForm):
    """Moments named in `zoned` are typed and shown in the object's own time zone, not in the server's."""

    zoned: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        zone = ZoneInfo(self.instance.time_zone)
        for name in self.zoned:
            if moment := getattr(self.instance, name):
                self.initial[name] = moment.astimezone(zone).replace(tzinfo=None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        zone = cleaned.get("time_zone") or self.instance.time_zone
        for name in self.zoned:
            if wall := cleaned.get(name):
                try:
                    cleaned[name] = moment_at(wall, zone)
                except forms.ValidationError as exc:
                    self.add_error(name, exc)
        return cleaned
