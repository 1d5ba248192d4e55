"""What a campaign rests on and what it asks, read in five queries."""

from dataclasses import dataclass, field

from django.db.models import F
from django.utils.translation import get_language

from campaigns.languages import in_language
from campaigns.models import Campaign, DemandText, Figure, Incident, Outcome, Place, Position, Source


@dataclass
class Report:
    """One incident with everything that was said of it."""

    incident: Incident
    figures: list[Figure] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)


@dataclass
class Asked:
    """One demand in the page's language, and the names of the norms it rests on."""

    text: DemandText
    basis: list[str]
    outcomes: list[Outcome] = field(default_factory=list)  # newest first


def reports(campaign: Campaign) -> list[Report]:
    """Oldest first. An incident of which nobody has said anything yet is not among them."""
    figures = Figure.objects.filter(incident__campaign=campaign).select_related("incident", "source")
    positions = Position.objects.filter(incident__campaign=campaign).select_related("incident", "source")
    places = Place.objects.filter(incident__campaign=campaign).select_related("incident").order_by("pk")
    found: dict[int, Report] = {}
    for name, rows in (("figures", figures), ("positions", positions), ("places", places)):
        for row in rows:
            report = found.setdefault(row.incident_id, Report(row.incident))
            getattr(report, name).append(row)
    return sorted(found.values(), key=lambda report: (report.incident.starts_on, report.incident.pk))


def demands(campaign: Campaign) -> list[Asked]:
    """In the order the campaign gave them."""
    rows = (
        DemandText.objects.filter(demand__campaign=campaign)
        .select_related("demand")
        .annotate(basis_name=F("demand__legal_basis__name"), basis_words=F("demand__legal_basis__translations"))
        .order_by("demand__position", "demand_id", "demand__legal_basis__adopted_on")
    )
    texts: dict[int, dict[str, DemandText]] = {}
    basis: dict[int, dict[str, None]] = {}  # names in order, each once
    for row in rows:
        texts.setdefault(row.demand_id, {}).setdefault(row.language, row)
        if row.basis_name:
            name = (row.basis_words or {}).get(get_language()) or row.basis_name
            basis.setdefault(row.demand_id, {})[name] = None
    outcomes = _outcomes(campaign)
    return [
        Asked(text, list(basis.get(demand, {})), outcomes.get(demand, []))
        for demand, by_language in texts.items()
        if (text := in_language(by_language.values()))
    ]


def _outcomes(campaign: Campaign) -> dict[int, list[Outcome]]:
    """Public outcomes by demand, newest first; one query."""
    found: dict[int, list[Outcome]] = {}
    rows = Outcome.objects.public().filter(campaign=campaign).select_related("source")
    for row in rows.annotate(demand=F("demands")).order_by("-happened_on", "-pk"):
        found.setdefault(row.demand, []).append(row)
    return found


def public_sources(shown: list[Report]) -> list[Source]:
    """Every source that may be printed, once, by publisher and date."""
    rows = [row.source for report in shown for row in report.figures]
    rows += [row.source for report in shown for row in report.positions]
    return sorted(
        {row.pk: row for row in rows if row.is_public}.values(),
        key=lambda row: (row.publisher, row.published, row.title),
    )
