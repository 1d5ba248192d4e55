"""To whom: real offices, which receive nothing here, fictional ones, and the templates of the letters."""

import json
from datetime import date

from demo.files import Record, records, texts
from demo.loading.people import Staff
from demo.loading.timeline import Timeline
from letters.models import Holder, LetterTemplate, Recipient
from letters.office_forms import REVIEW_AFTER
from letters.services.importing import plan_records, write_plan
from letters.services.office_reading import read_records
from letters.services.offices import verify_office

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


def load_recipients(staff: Staff, timeline: Timeline) -> dict[str, Recipient]:
    """All offices by their id, through the import that staff use; then what happened to the fictional ones."""
    for name, fictional in (("recipients", False), ("fictional-recipients", True)):
        rows = [_import_record(row) for row in records(name)]
        plan = plan_records(read_records(json.dumps(rows).encode()), now=timeline.now)
        wrong = [(row.slug, row.errors) for row in plan.of("error")]
        assert not wrong, wrong
        write_plan(plan, by=None, now=timeline.now, fictional=fictional)
    offices = {office.slug: office for office in Recipient.objects.prefetch_related("forms_of_address", "holders")}
    _load_register(offices, staff, timeline)
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


def _import_record(row: Record) -> Record:
    """The record as the import takes it: its own columns, and words for each language there is a form of address in."""
    kept = ("id", "name", "kind", "role", "country", "accredited_to", "city", "parent", "channel", "channels", "email")
    found = {name: row[name] for name in (*kept, "postal_lines", "languages", "salutation", "closing")}
    languages = dict.fromkeys([*row["salutation"], *row["closing"]])
    return found | {
        "accepts_formats": [name.replace(" ", "_") for name in row["accepts_formats"]],
        "form_url": row.get("demo_form_url"),
        "is_hostile": row["role"] == Recipient.Role.DUTY_BEARER,
        "name_ko": row["name_ko"] if "ko" in languages else None,
        "name_en": row["name"] if "en" in languages else None,
        "state_name": {language: _state_name(row, language) for language in languages},
        "envelope": {"en": _envelope(row)} if "en" in languages else {},
    }


def _load_register(offices: dict[str, Recipient], staff: Staff, timeline: Timeline) -> None:
    """Holders and reviews of fictional offices: some just looked at, some due, most for somebody to begin with."""
    for record in records("fictional-recipients"):
        office = offices[record["id"]]
        for holder in record.get("demo_holders", []):
            Holder.objects.create(
                recipient=office,
                name=holder["name"],
                since=_day(holder["since_days_ago"], timeline),
                until=_day(holder["until_days_ago"], timeline),
                known_on=timeline.ago(holder["known_days_ago"], 12).date(),
                source=holder["source"],
            )
        if (days := record.get("demo_verified_days_ago")) is not None:
            verified_on = timeline.ago(days, 12).date()
            verify_office(
                office.pk,
                verified_on=verified_on,
                review_due_on=verified_on + REVIEW_AFTER,
                reason="The page of the office (demonstration)",
                by=staff.editor,
                now=timeline.ago(days, 12),
            )


def _day(days: int | None, timeline: Timeline) -> date | None:
    return None if days is None else timeline.ago(days, 12).date()


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
