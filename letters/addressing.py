"""The address block of a letter in the order and with the honorific of its language."""

import re
from datetime import date

from letters.languages import family
from letters.models import FormOfAddress, Recipient

_OWN_SCRIPT = {"ko": re.compile("[\uac00-\ud7a3]"), "zh": re.compile("[\u3400-\u9fff]")}
_NOTE = re.compile(r"\s*(\([^()]*\))$")  # "(demo)"
_KOREAN_HONORIFICS = ("귀하", "귀중", "님께", "께")
_CHINESE_HONORIFICS = ("阁下", "閣下", "台启", "先生", "女士")
# What a Korean name of a body ends in; to a body one writes 귀중, to a person 귀하.
_KOREAN_BODIES = (
    *("부", "처", "청", "원", "실", "국", "과", "회", "단", "관", "소", "법원", "재판소", "대사관", "대표부", "사무소"),
    *("위원회", "의회", "국회", "기구", "본부", "그룹", "절차"),
)
_PERSONS = ("위원", "의원", "회원", "장관", "차관", "총재관")


def envelope(recipient: Recipient, form: FormOfAddress, *, on: date) -> list[str]:
    """The lines of the address block, with whoever holds the office on that day.

    In English and most languages from the person to the city. In Korean and Chinese the office stands before the
    name with its honorific, and an address written in that script goes from the city to the person.
    """
    in_office = recipient.holder_on(on)
    holder = in_office.name if in_office else ""
    postal = list(recipient.postal_lines) or [recipient.city]
    language = family(form.language)
    if language not in _OWN_SCRIPT:
        return [line for line in (holder, form.envelope or form.name, *postal) if line]
    office = form.envelope or form.name
    addressed = _in_korean(office, holder) if language == "ko" else _in_chinese(office, holder)
    has_own_script = any(_OWN_SCRIPT[language].search(line) for line in postal)
    return [line for line in ([*postal, addressed] if has_own_script else [addressed, *postal]) if line]


def _in_korean(office: str, holder: str) -> str:
    """ "외교부 장관 김하늘 귀하", "주제네바 대표부 귀중"."""
    if office.endswith(_KOREAN_HONORIFICS):
        return office
    if holder:
        return f"{office} {holder} 귀하"
    bare = _NOTE.sub("", office)
    is_body = bare.endswith(_KOREAN_BODIES) and not bare.endswith(_PERSONS)
    return f"{office} {'귀중' if is_body else '귀하'}"


def _in_chinese(office: str, holder: str) -> str:
    """ "外交部部长 王某 阁下"; an office without a known holder stands as it is."""
    if not holder or office.endswith(_CHINESE_HONORIFICS):
        return office
    return f"{office} {holder} 阁下"
