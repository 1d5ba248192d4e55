"""To whom: real offices, which receive nothing here, fictional ones, and the templates of the letters."""

from demo.files import Record, records, texts
from letters.models import FormOfAddress, LetterTemplate, Recipient

# As a letter names the State: "the Government of …".
STATE_NAMES = {
    "AU": {"en": "Australia", "ko": "호주"},
    "CA": {"en": "Canada", "ko": "캐나다"},
    "CH": {"en": "Switzerland", "ko": "스위스"},
    "CN": {"en": "the People's Republic of China", "ko": "중화인민공화국"},
    "DE": {"en": "the Federal Republic of Germany", "ko": "독일연방공화국"},
    "FR": {"en": "the French Republic", "ko": "프랑스공화국"},
    "GB": {"en": "the United Kingdom", "ko": "영국"},
    "JP": {"en": "Japan", "ko": "일본"},
    "KP": {"en": "the Democratic People's Republic of Korea", "ko": "조선민주주의인민공화국"},
    "KR": {"en": "the Republic of Korea", "ko": "대한민국"},
    "LA": {"en": "the Lao People's Democratic Republic", "ko": "라오인민민주공화국"},
    "MN": {"en": "Mongolia", "ko": "몽골"},
    "TH": {"en": "the Kingdom of Thailand", "ko": "태국"},
    "US": {"en": "the United States of America", "ko": "미합중국"},
    "VN": {"en": "the Socialist Republic of Viet Nam", "ko": "베트남사회주의공화국"},
}


def load_recipients() -> dict[str, Recipient]:
    """All offices by their id, with their forms of address."""
    rows = [*records("recipients"), *records("fictional-recipients")]
    offices = {office.slug: office for office in Recipient.objects.bulk_create(_recipient(row) for row in rows)}
    for row in rows:
        if row["parent"]:
            offices[row["id"]].parent = offices[row["parent"]]
    Recipient.objects.bulk_update(offices.values(), ["parent"])
    FormOfAddress.objects.bulk_create(form for row in rows for form in _forms_of_address(offices[row["id"]], row))
    return offices


def load_letter_templates(offices: dict[str, Recipient]) -> None:
    """The general letter in both languages, and those for one kind of office or for one office."""
    for name in ("letter-general", "letter-foreign-minister", "letter-unhcr", "letter-handover"):
        for text in texts(name):
            template = LetterTemplate.objects.create(
                slug=text.head["id"],
                language=text.language,
                subject=text.head["subject"],
                body=text.body,
                recipient_kinds=text.head["recipient_kinds"],
            )
            template.recipients.set([offices[slug] for slug in text.head["recipient_ids"]])


def _recipient(row: Record) -> Recipient:
    return Recipient(
        slug=row["id"],
        name=row["name"],
        kind=row["kind"],
        role=row["role"],
        country=row["country"] or "",
        accredited_to=row["accredited_to"] or "",
        city=row["city"] or "",
        channel=row["channel"],
        channels=row["channels"],
        email=row["email"] or "",
        postal_lines=row["postal_lines"],
        is_hostile=row["role"] == Recipient.Role.DUTY_BEARER,
        is_fictional=row["fictional"],
    )


def _forms_of_address(office: Recipient, row: Record) -> list[FormOfAddress]:
    """One for each language the file has a salutation or a closing in; some are incomplete, and so not offered."""
    languages = dict.fromkeys([*row["salutation"], *row["closing"]])
    return [
        FormOfAddress(
            recipient=office,
            language=language,
            name=(row["name_ko"] if language == "ko" else None) or row["name"],
            state_name=_state_name(row, language),
            envelope=_envelope(row) if language == "en" else "",
            salutation=row["salutation"].get(language, ""),
            closing=row["closing"].get(language, ""),
        )
        for language in languages
    ]


def _state_name(row: Record, language: str) -> str:
    """The State that the office belongs to; an office of the United Nations in a country belongs to none."""
    if row["fictional"]:
        return (row["demo_country_name"] or {}).get(language, "")
    if row["kind"].startswith("un_"):
        return ""
    return STATE_NAMES.get(row["country"], {}).get(language, "")


def _envelope(row: Record) -> str:
    """The line above the address. The file describes it: "The Chair, then the name of the committee".

    A description that leaves something to fill in ("His/Her Excellency + full name") gives none; the
    letter then shows the name of the office.
    """
    style = row["address_style"] or ""
    if "+" in style or "/" in style:
        return ""
    head, then, _rest = style.partition(", then ")
    if not then:
        return style
    return head if row["postal_lines"] else f"{head}, {row['name']}"  # postal lines begin with the name
