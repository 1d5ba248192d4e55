"""Letters are written in more languages than the site has: what Django, a font and a date call them."""

from collections.abc import Iterable

from django.conf import settings

# Chinese without a script is written in the simplified one; a region tells.
_DJANGO = {"zh": "zh-hans", "zh-cn": "zh-hans", "zh-sg": "zh-hans", "zh-tw": "zh-hant", "zh-hk": "zh-hant"}


def locale_of(language: str) -> str:
    """The name under which Django knows a letter's language, for its dates and our own words."""
    return _DJANGO.get(language.lower(), language)


def family(language: str) -> str:
    """ "zh" of "zh-hans"."""
    return language.lower().partition("-")[0]


def best_of(languages: Iterable[str], wanted: str) -> str | None:
    """Which of these serves best whoever wants that one: itself, another of its kind, English, or any."""
    known = list(languages)
    kin = next((language for language in known if family(language) == family(wanted)), None)
    return next((choice for choice in (wanted, kin, settings.LANGUAGE_CODE) if choice in known), None) or next(
        iter(known), None
    )
