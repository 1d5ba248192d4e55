"""Markdown in templates: for a page, for an e-mail in HTML, and for one in plain text."""

import re

from django import template
from django.utils.safestring import SafeString, mark_safe

from letters.rendering import plain_text, render_markdown

register = template.Library()

_OWN_LINK = re.compile(r'<a href="#[^>]*role="doc-noteref"[^>]*>(.*?)</a>')
_BACK_LINK = re.compile(r'\s*<a href="#[^>]*role="doc-backlink"[^>]*>.*?</a>')
_LINK = re.compile(r'(<a href="([^"#][^"]*)"[^>]*>)(.*?)</a>', re.DOTALL)


@register.filter
def markdown(text: str, heading_offset: int = 1) -> SafeString:
    """Clean HTML; `heading_offset` is added to every heading's level."""
    return render_markdown(text, heading_offset=heading_offset)


@register.filter
def mail_markdown(text: str) -> SafeString:
    """Clean HTML for an e-mail: every link shows where it goes, notes are numbers without jumps."""
    html = _BACK_LINK.sub("", _OWN_LINK.sub(r"\1", render_markdown(text)))
    return mark_safe(_LINK.sub(_shown, html))


@register.filter
def plain_markdown(text: str) -> SafeString:
    """Plain text as a person would type it, for the text part of an e-mail only."""
    return mark_safe(plain_text(text))


def _shown(link: re.Match[str]) -> str:
    opening, url, label = link.groups()
    if label in (url, url.removeprefix("mailto:")):
        return link.group()
    return f"{label} ({opening}{url}</a>)"
