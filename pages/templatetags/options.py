"""The options of a select, written in one go: a list of all countries is the dearest part of a page otherwise."""

from typing import Any

from django import template
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def options(widget: dict[str, Any]) -> SafeString:
    """What django/forms/widgets/select_option.html writes, for every option and group of the widget."""
    parts = []
    for name, choices, _index in widget["optgroups"]:
        written = mark_safe("".join(_option(choice) for choice in choices))
        parts.append(format_html('<optgroup label="{}">{}</optgroup>', name, written) if name else written)
    return mark_safe("".join(parts))


def _option(option: dict[str, Any]) -> SafeString:
    attributes = flatatt(option["attrs"])
    return format_html('<option value="{}"{}>{}</option>', str(option["value"]), attributes, option["label"])
