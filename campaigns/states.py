"""The States that the evidence speaks of, under the names that texts use for them."""

import re

# Whole words, in the languages of the site. "North Koreans" and "Chinese" are people, not the State.
NAMES = {
    "CN": r"\b(?:China|PRC|Beijing)\b|중국|중화인민공화국|베이징",
    "KP": (
        r"\b(?:DPRK|North Korea|Democratic People['’]s Republic of Korea|Pyongyang)\b"
        r"|북한|조선민주주의인민공화국|평양"
    ),
    "KR": r"(?<!People's )(?<!People’s )\bRepublic of Korea\b|\bSouth Korea\b|대한민국|한국\s?정부",
}
_PATTERNS = {code: re.compile(pattern) for code, pattern in NAMES.items()}


def states_named(text: str) -> set[str]:
    """The codes of the States that these words name."""
    return {code for code, pattern in _PATTERNS.items() if pattern.search(text)}
