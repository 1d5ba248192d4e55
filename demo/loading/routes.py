"""By which routes a text reaches a body: the rules of real bodies as read, and sessions of an invented one only."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.models import Organization, Source
from demo.files import Record, document, records
from demo.loading.people import Staff
from demo.loading.timeline import Timeline
from letters.models import Route, RouteConflict, RouteRule, Session
from letters.models.route import GENEVA, YesNo
from letters.services.routing import write_rule
from statements.models import Statement
from statements.services.submitting import Way, submit_statement

LEAD = "demo-open-door"  # in special consultative status
ELEMENTS = {
    "agenda_item": "4, human rights situations (demo)",
    "contact": "Demonstration contact, press@coalition.example",
    "summary": "People who are sent back face punishment. The statement asks that nobody is sent back.",
}
FOOTNOTES = {
    True: RouteRule.Footnotes.COUNTED,
    False: RouteRule.Footnotes.NOT_COUNTED,
    None: RouteRule.Footnotes.UNKNOWN,
}


def load_routes(sources: dict[str, Source], staff: Staff, timeline: Timeline) -> None:
    """All routes with the first version of their rules, those that exclude each other, and the sessions."""
    more = document("routes")
    as_of = date.fromisoformat(document("channels")["as_of"])
    routes = {}
    for row in records("channels"):
        routes[row["id"]] = _route(row, more, is_fictional=False)
        _rule(routes[row["id"]], row, more, sources, date.fromisoformat(row["as_of"]), staff, timeline)
    for row in more["fictional"]:
        routes[row["id"]] = _route(row, more, is_fictional=True)
        _rule(routes[row["id"]], row, more, sources, as_of, staff, timeline)
    for row in more["conflicts"]:
        conflict = RouteConflict.objects.create(
            first=routes[row["first"]], second=routes[row["second"]], reason=row["reason"], as_of=as_of
        )
        conflict.sources.set([sources[slug] for slug in row["source"]])
    for row in more["sessions"]:
        _session(row, routes, timeline)


def load_submission(statement: Statement, staff: Staff, timeline: Timeline) -> None:
    """The joint statement, ready to be handed in to the invented council."""
    route = Route.objects.prefetch_related("rules").get(slug="demo-council-joint")
    way = Way(
        route=route,
        session=Session.objects.filter(routes=route).order_by("starts_on").first(),
        language="en",
        format="docx",
        lead=Organization.objects.get(slug=LEAD).pk,
        case=statement.reference,
    )
    submit_statement(statement.pk, way, elements=ELEMENTS, by=staff.editor, now=timeline.now)


def _route(row: Record, more: Record, *, is_fictional: bool) -> Route:
    korean = more["ko"][row["id"]]
    return Route.objects.create(
        slug=row["id"],
        name=row["name"],
        body=row["body"],
        names={"ko": korean["name"]},
        bodies={"ko": korean["body"]},
        kind=row["kind"],
        is_fictional=is_fictional,
    )


def _rule(
    route: Route,
    row: Record,
    more: Record,
    sources: dict[str, Source],
    as_of: date,
    staff: Staff,
    timeline: Timeline,
) -> None:
    """The file has words for people; `reading` in routes.json says what the checker takes them for."""
    as_of = min(as_of, timeline.today)
    facts: dict[str, Any] = {
        "valid_from": as_of,
        "as_of": as_of,
        "confidence": row["confidence"],
        "who_may_submit": row["who_may_submit"] or "",
        "word_limit": row["word_limit"],
        "joint_word_limit": row["joint_word_limit"],
        "page_limit": row["page_limit"],
        "footnotes": FOOTNOTES[row["limit_counts_footnotes"]],
        "languages": row["languages"],
        "formats": row["formats"],
        "submit_via": row["submit_via"],
        "deadline_rule": row["deadline_rule"] or "",
        "deadline_offset_days": row["deadline_offset_days"],
        "deadline_anchor": row["deadline_anchor"] or "",
        "late": _late(row["late_submission"] or ""),
        "late_submission": row["late_submission"] or "",
        "required_elements": row["required_elements"],
        "confidentiality": row["confidentiality"] or "",
        "victim_consent": YesNo.YES if row["victim_consent_required"] else YesNo.UNKNOWN,
        "publication": row["publication"] or "",
        "acknowledgement": row["acknowledgement"] or "",
        "thresholds": row["thresholds"],
        "response_window_days": row["response_window_days"],
        "note": row["note"] or "",
        "sources": [sources[slug] for slug in row["source"]],
    }
    write_rule(route.pk, **facts | more["reading"].get(row["id"], {}), by=staff.approver, now=timeline.now)


def _late(words: str) -> RouteRule.Late:
    if words.startswith("refused"):
        return RouteRule.Late.REFUSED
    return RouteRule.Late.UNREAD if words == "may not be read" else RouteRule.Late.UNKNOWN


def _session(row: Record, routes: dict[str, Route], timeline: Timeline) -> None:
    starts_on = timeline.today + timedelta(days=row["starts_in_days"])
    published = None
    if row["deadline_in_days"] is not None:
        day = timeline.today + timedelta(days=row["deadline_in_days"])
        published = datetime.combine(day, time(12), tzinfo=ZoneInfo(GENEVA))
    session = Session.objects.create(
        body=row["body"],
        name=row["name"],
        names={"ko": row["name_ko"]},
        kind=row["kind"],
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=row["lasts_days"]),
        deadline_at=published,
        is_fictional=True,
    )
    session.routes.set([routes[slug] for slug in row["routes"]])
