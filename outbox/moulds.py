"""Mails that differ from person to person in a few words: rendered once, then filled in for each.

Three templates cost more than everything else that signing does. What is personal is rendered as a mark, and the mark
is replaced; the words around it are the same for everybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape

MARK = "\ue000{}\ue001"  # private use: nobody types it, and no template takes it apart


@dataclass(frozen=True)
class Words:
    """One mail: subject, plain text, HTML."""

    subject: str
    text: str
    html: str


def render(template: str, context: Mapping[str, Any], language: str) -> Words:
    """The words of `<template>.{subject.txt,txt,html}`."""
    with translation.override(language):
        return Words(
            subject=render_to_string(f"{template}.subject.txt", context),
            text=render_to_string(f"{template}.txt", context).strip() + "\n",
            html=render_to_string(f"{template}.html", context),
        )


def fill(template: str, context: Mapping[str, Any], personal: Mapping[str, str], language: str) -> Words:
    """The same words as `render` with `context | personal`, from a mould kept for this context and language.

    Values of the context must be hashable, and no template may ask anything of a personal value but whether it is
    empty.
    """
    written = frozenset(name for name, value in personal.items() if value)
    mould = _mould(template, tuple(sorted(context.items())), tuple(sorted(personal)), written, language)
    subject, text, html = mould.subject, mould.text, mould.html
    for name in written:
        mark, value = MARK.format(name), personal[name].replace("\ue000", "").replace("\ue001", "")
        subject = subject.replace(mark, value)
        text = text.replace(mark, value)
        html = html.replace(mark, escape(value))
    return Words(subject, text, html)


@lru_cache(maxsize=256)
def _mould(
    template: str, context: tuple[tuple[str, Any], ...], names: tuple[str, ...], written: frozenset[str], language: str
) -> Words:
    marks = {name: MARK.format(name) if name in written else "" for name in names}
    return render(template, dict(context) | marks, language)
