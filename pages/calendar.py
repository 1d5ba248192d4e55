"""Sessions of bodies and the deadlines before them: a page, and a feed for calendars."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from letters import ical
from letters.deadlines import Deadline, deadlines
from letters.models import Route, Session
from privacy.public import public_page


@public_page
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """What lies ahead: deadlines first, then sessions, those of today included."""
    now = timezone.now()
    sessions = _sessions(now)
    ahead = [row for row in deadlines(sessions) if row.at and row.at >= now]
    return render(request, "pages/calendar.html", {"deadlines": ahead, "sessions": sessions})


@public_page
@require_safe
def deadlines_feed(request: HttpRequest) -> HttpResponse:
    """The same as iCalendar. A deadline that moves keeps its UID, so calendars move it too."""
    sessions = _sessions(timezone.now())
    events = [*(_deadline_event(row) for row in deadlines(sessions)), *(_session_event(row) for row in sessions)]
    body = ical.calendar(events, name=_("Deadlines of bodies"), language=get_language() or "en")
    return HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="deadlines.ics"'},
    )


def _sessions(now: datetime) -> list[Session]:
    """Public ones that have not ended, with their routes and rules. Three queries."""
    routes = Prefetch("routes", queryset=Route.objects.in_use().prefetch_related("rules"))
    public = Session.objects.filter(is_public=True, ends_on__gte=timezone.localdate(now))
    return list(public.prefetch_related(routes).order_by("starts_on", "pk"))


def _deadline_event(row: Deadline) -> ical.Event:
    clocks = "\n".join(f"{clock.place}: {clock.words}" for clock in row.clocks)
    return ical.Event(
        uid=f"deadline-{row.session.pk}-{row.route.slug}@{_host()}",
        changed_at=max(row.session.changed_at, row.rule.written_at),
        at=row.at,
        summary=_("Deadline: %(route)s") % {"route": row.route.local_name},
        description="\n".join(part for part in (row.session.local_name, clocks, basis(row)) if part),
        url=_page(),
    )


def _session_event(session: Session) -> ical.Event:
    return ical.Event(
        uid=f"session-{session.pk}@{_host()}",
        changed_at=session.changed_at,
        first_day=session.starts_on,
        last_day=session.ends_on,
        summary=session.local_name,
        description=session.body,
        url=session.source_url or _page(),
    )


def basis(row: Deadline) -> str:
    """What the moment rests on."""
    if row.is_published:
        return _("Published for this session.")
    return _("By the rule as of %(day)s.") % {"day": date_format(row.rule.as_of, "DATE_FORMAT")}


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "outcry"


def _page() -> str:
    return settings.SITE_URL + reverse("pages:calendar")
