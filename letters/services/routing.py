"""Rules of routes: each change is a new version from a day on; what held before stays readable."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.models import Source
from letters.exceptions import RuleRefused
from letters.models import Route, RouteRule
from letters.models.route import MAX_DAYS

NUMBERS = ("word_limit", "joint_word_limit", "page_limit", "response_window_days")


@transaction.atomic
def write_rule(
    route_id: int, *, sources: Iterable[Source] = (), by: User | None, now: datetime, **facts: Any
) -> RouteRule:
    """Keep the next version of a route's rule. `facts` are the fields of RouteRule, `valid_from` and `as_of` too.

    Raises RuleRefused, which names the field.
    """
    route = Route.objects.select_for_update(of=["self"]).get(pk=route_id)
    rule = RouteRule(route=route, written_by=by, written_at=now, **facts)
    _check(rule, now)
    newest = route.rules.order_by("-valid_from").first()
    if newest and rule.valid_from <= newest.valid_from:
        raise RuleRefused(
            "valid_from",
            _("The newest version holds from %s. Versions do not overlap: choose a later day.")
            % date_format(newest.valid_from, "DATE_FORMAT"),
        )
    rule.save()
    rule.sources.set(sources)
    audit.record("letters.write_rule", route, by=by, now=now, rule=rule.pk, valid_from=rule.valid_from.isoformat())
    return rule


def _check(rule: RouteRule, now: datetime) -> None:
    if rule.as_of > timezone.localdate(now):
        raise RuleRefused("as_of", _("This day lies ahead: nobody can have looked it up yet."))
    for name in NUMBERS:
        value = getattr(rule, name)
        if value is not None and value < 0:
            raise RuleRefused(name, _("A limit is not below zero. Leave it empty where there is none."))
    for limit in rule.word_limits_by_status.values():
        if limit < 0:
            raise RuleRefused("word_limit", _("A limit is not below zero. Leave it empty where there is none."))
    days = rule.deadline_offset_days
    if days is not None and not rule.deadline_anchor:
        raise RuleRefused("deadline_anchor", _("Say from which day the days are counted."))
    if days is not None and abs(days) > MAX_DAYS:
        raise RuleRefused("deadline_offset_days", _("At most %d days.") % MAX_DAYS)
    keys = [row["key"] for row in rule.required_elements]
    if len(keys) != len(set(keys)):
        raise RuleRefused("required_elements", _("Two elements have the same key."))
