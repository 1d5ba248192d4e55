"""Steps: what staff do with one object. Each is a button that calls one service.

A step without a form acts on POST alone. One with a form, or a page of its own, shows it on GET and acts on POST.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_object_actions import action

from accounts.reasons import ReasonField

Label = str | Promise


@dataclass(frozen=True)
class Step:
    """How a step is offered, and to whom.

    `permission` is needed to press it, `states` are those of the object in which its button is shown (None: any).
    `explains` stands above the form, `button` on it.
    """

    label: Label
    permission: str
    states: Collection[str] | None = None
    form: type[forms.Form] | None = None
    has_page: bool = False
    explains: Label = ""
    button: Label = ""
    tone: str = ""  # "main": usually comes next; "stop": ends something; "halt": the emergency brake


def step(
    label: Label,
    *,
    permission: str,
    states: Collection[str] | None = None,
    form: type[forms.Form] | None = None,
    has_page: bool = False,
    explains: Label = "",
    button: Label = "",
    tone: str = "",
) -> Callable[[Callable[..., Any]], Any]:
    """Make a method of a StatefulAdmin a step; name it in `change_actions`.

    The method takes (request, object), and the cleaned values of `form` as keywords. It returns the sentence that
    staff read next, or a response when `has_page`.
    """

    def decorate(method: Callable[..., Any]) -> Any:
        methods = ("GET", "HEAD", "POST") if form or has_page else ("POST",)
        decorated = action(label=label, methods=methods, button_type="form", attrs={"class": f"step {tone}".strip()})(
            method
        )
        decorated.step = Step(label, permission, states, form, has_page, explains, button or label, tone)
        return decorated

    return decorate


class ReasonForm(forms.Form):
    """Why something is sent back, stopped or suspended; the other person reads it."""

    reason = ReasonField(help_text=_("The other person reads this."))


class WhyForm(forms.Form):
    """Why something is done that nobody else has to answer."""

    reason = ReasonField()


class ConfirmForm(forms.Form):
    """Nothing to fill in: the page asks once more before something that cannot be undone."""
