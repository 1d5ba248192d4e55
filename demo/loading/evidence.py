"""Why: the campaign, what it asks, and what is known with who says so."""

from datetime import date

from campaigns.models import (
    Campaign,
    CampaignText,
    Demand,
    DemandText,
    Figure,
    Incident,
    Instrument,
    Place,
    Position,
    Source,
)
from demo.files import LANGUAGES, Record, document, records

Sources = dict[str, Source]


def load_sources() -> Sources:
    """Every source by its id, those that may not be printed included."""
    rows = [
        Source(
            slug=record["id"],
            title=record["title"],
            publisher=record["publisher"] or "",
            published=record["date"] or "",
            url=record["url"] or "",
            is_public=record["public"],
            note=record["note"] or "",
        )
        for record in records("sources")
    ]
    return {row.slug: row for row in Source.objects.bulk_create(rows)}


def load_instruments(sources: Sources) -> dict[str, Instrument]:
    rows = {}
    for record in records("instruments"):
        row = rows[record["id"]] = Instrument.objects.create(
            slug=record["id"],
            name=record["name"],
            short_name=record["short_name"] or "",
            kind=record["kind"],
            adopted_on=_day(record["adopted"]),
            parties=record["parties"],
            articles=[record["non_refoulement"]],
            translations=_korean(record["name_ko"]),
        )
        row.sources.set([sources[slug] for slug in record["source"]])
    return rows


def load_campaign(instruments: dict[str, Instrument]) -> Campaign:
    """The campaign with its story and its five demands in both languages."""
    content = document("campaign")
    coalition = content["coalition"]
    campaign = Campaign.objects.create(
        slug=content["slug"],
        is_public=True,
        contact_name=coalition["contact_name"],
        contact_address=coalition["contact_address"],
        postal_lines=coalition["postal_lines"],
    )
    for language in LANGUAGES:
        CampaignText.objects.create(
            campaign=campaign,
            language=language,
            title=content[f"title_{language}"],
            summary=content[f"summary_{language}"],
            coalition=coalition[f"name_{language}"],
            story=content[f"story_{language}"],
        )
    for position, record in enumerate(content["demands"], start=1):
        demand = Demand.objects.create(campaign=campaign, key=record["key"], position=position)
        demand.legal_basis.set([instruments[slug] for slug in record["legal_basis"]])
        for language in LANGUAGES:
            DemandText.objects.create(
                demand=demand,
                language=language,
                addressee=record[f"addressee_{language}"],
                text=record[f"text_{language}"],
            )
    return campaign


def load_incidents(campaign: Campaign, sources: Sources) -> None:
    """Each incident with every figure as its origin gave it; the Korean stands in lists of the same order."""
    korean = document("ko-names")
    for record in records("incidents"):
        words = korean["incidents"][record["id"]]
        incident = Incident.objects.create(
            campaign=campaign,
            slug=record["id"],
            kind=record["kind"],
            title=words["title_en"] or record["title"],  # a title holds no bare number
            starts_on=date.fromisoformat(record["date_start"]),
            ends_on=_day(record["date_end"]),
            precision=record["date_precision"],
            is_core=record["core"],
            translations=_korean(words["title_ko"]),
        )
        _add_places(incident, record, korean)
        _add_figures(incident, record, words, sources)
        _add_positions(incident, record, words, sources)


def _add_places(incident: Incident, record: Record, korean: Record) -> None:
    for place in record["places"]:
        Place.objects.create(
            incident=incident,
            name=place["name"],
            country=place["country"],
            latitude=place["lat"],
            longitude=place["lon"],
            facing=place["facing"] or "",
            translations=_korean(
                korean["places"].get(place["id"]) or place["name_ko"],
                facing=korean["facing"].get(place["facing"]),
            ),
        )


def _add_figures(incident: Incident, record: Record, words: Record, sources: Sources) -> None:
    lines = zip(record["figures"], words["figures_ko"], words["origins_ko"], strict=True)
    for figure, paraphrase, origin in lines:
        Figure.objects.create(
            incident=incident,
            minimum=figure["min"],
            maximum=figure["max"],
            qualifier=figure["qualifier"] or "",
            origin=figure["origin"],
            paraphrase=figure["paraphrase"],
            source=sources[figure["source"]],
            translations=_korean(paraphrase, origin=origin),
        )


def _add_positions(incident: Incident, record: Record, words: Record, sources: Sources) -> None:
    lines = zip(record["official_positions"], words["positions_ko"], words["actors_ko"], strict=True)
    for position, text, actor in lines:
        Position.objects.create(
            incident=incident,
            actor=position["actor"],
            dated=position["date"] or "",
            text=position["position"],
            source=sources[position["source"]],
            translations=_korean(text, actor=actor),
        )


def _korean(words: str | None, **fields: str | None) -> dict[str, str]:
    """What `Worded.translations` holds: the main words under "ko", those of another field under "field:ko"."""
    found = {"ko": words, **{f"{field}:ko": text for field, text in fields.items()}}
    return {key: text for key, text in found.items() if text}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
