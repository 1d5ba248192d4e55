"""Two people save one form: what only one of them changed is taken over, what both changed is shown with both wordings.

The page carries a mark of each field as it was shown, so that a field that somebody left alone is known as such.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from statements.anchoring import mark


@dataclass(frozen=True)
class Both:
    """A field that both changed."""

    name: str
    label: str
    language: str
    stored: str
    yours: str


def marks(shown: Iterable[Any]) -> str:
    """The marks of all fields of these forms, as JSON for a hidden field."""
    return json.dumps({field.html_name: mark(_words(field)) for form in shown for field in form.visible_fields()})


def merge(posted: QueryDict, stored: list[forms.BaseForm] | None) -> tuple[Any, list[Both]]:
    """The post with what others changed meanwhile put in where this person left it alone, and what both changed.

    `stored` are unbound forms of what is stored now. (None, []) when that cannot be told.
    """
    try:
        base = json.loads(posted.get("_base", ""))
    except ValueError:
        base = None
    if stored is None or not isinstance(base, dict):
        return None, []
    merged, both = posted.copy(), []
    for form in stored:
        for field in form.visible_fields():
            name, now = field.html_name, _words(field)
            yours = "\n".join(posted.getlist(name))
            if mark(now) in (base.get(name), mark(yours)):
                continue  # nobody else changed it, or to the same words
            if mark(yours) == base.get(name):
                merged.setlist(name, _values(field))
                continue
            language = str(form.initial.get("language", ""))
            both.append(Both(name, str(field.label), language, now, yours.replace("\r\n", "\n")))
    return merged, both


def _values(field: Any) -> list[str]:
    """As a browser posts them."""
    value = field.value()
    if isinstance(field.field, forms.BooleanField):
        return ["on"] if value else []
    if isinstance(field.field, forms.MultipleChoiceField):
        return [str(item) for item in value or []]
    return [_words(field)]


def _words(field: Any) -> str:
    value = field.value()
    if isinstance(field.field, forms.BooleanField):
        return "on" if value else ""
    if isinstance(value, list | tuple):
        return "\n".join(str(item) for item in value)
    if isinstance(field.field, forms.DateTimeField) and hasattr(value, "strftime"):
        return str(value.strftime("%Y-%m-%dT%H:%M:%S"))
    return "" if value is None else str(value)
