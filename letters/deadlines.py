"""Deadlines: the day a session opens, the days a rule counts from it, and the clocks of the place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from letters.models import Route, RouteRule, Session
from letters.models.route import GENEVA
from letters.timing import wall_clock

END_OF_DAY = time(23, 59, 59)
PLACES = {
    GENEVA: gettext_lazy("Geneva"),
    "America/New_York": gettext_lazy("New York"),
    "Asia/Seoul": gettext_lazy("Seoul"),
}


@dataclass(frozen=True)
class Clock:
    """One moment where somebody is: "Friday, 27 November 2026, 23:59 CET"."""

    place: str
    zone: str
    local: datetime
    words: str

    @property
    def iso(self) -> str:
        """For <time datetime>: a template would turn `local` to the zone of the site."""
        return self.local.isoformat()


@dataclass(frozen=True)
class Deadline:
    """By when a text must be there for one session on one route. `at` is None where only words are known."""

    session: Session
    route: Route
    rule: RouteRule
    at: datetime | None
    time_zone: str
    is_published: bool = False  # for this session, and so not reckoned from the rule
    is_end_of_day: bool = True

    @property
    def clocks(self) -> list[Clock]:
        """The moment where the body is, in Geneva, New York and Seoul."""
        return clocks(self.at, self.time_zone) if self.at else []


def clocks(moment: datetime, own_zone: str = GENEVA) -> list[Clock]:
    """Geneva, New York and Seoul; before them the zone of the deadline, where it is another."""
    return [_clock(moment, zone) for zone in dict.fromkeys([own_zone, *PLACES])]


def deadline_of(session: Session, route: Route) -> Deadline | None:
    """Of one route to one session, by the rule in force when it opens. Prefetch the route's `rules`.

    Without a rule there is no deadline; `at` is None where the rule only says it in words.
    """
    rule = route.rule_on(session.starts_on)
    if rule is None:
        return None
    if session.deadline_at:
        return Deadline(
            session, route, rule, session.deadline_at, session.time_zone, is_published=True, is_end_of_day=False
        )
    return Deadline(session, route, rule, reckoned(rule, session), rule.time_zone, is_end_of_day=not rule.deadline_time)


def reckoned(rule: RouteRule, session: Session) -> datetime | None:
    """The last moment in time by the clocks of the rule's zone, whatever they did in between; None without offset."""
    if rule.deadline_offset_days is None or rule.deadline_anchor != session.kind:
        return None
    day = session.starts_on + timedelta(days=rule.deadline_offset_days)
    return wall_clock(day, rule.deadline_time or END_OF_DAY, ZoneInfo(rule.time_zone))


def deadlines(sessions: Iterable[Session]) -> list[Deadline]:
    """Every one with a moment, earliest first. Prefetch `routes__rules`."""
    found = [
        deadline
        for session in sessions
        for route in session.routes.all()
        if route.is_active and (deadline := deadline_of(session, route)) and deadline.at
    ]
    return sorted(found, key=lambda row: (row.at, row.session.pk, row.route.slug))


def _clock(moment: datetime, zone: str) -> Clock:
    local = moment.astimezone(ZoneInfo(zone))
    place = str(PLACES.get(zone) or zone.rpartition("/")[2].replace("_", " "))
    words = _("%(weekday)s, %(day)s, %(hour)s %(zone)s") % {
        "weekday": date_format(local, "l"),
        "day": date_format(local, "DATE_FORMAT"),
        "hour": f"{local:%H:%M}",
        "zone": local.tzname(),
    }
    return Clock(place=place, zone=zone, local=local, words=words)
