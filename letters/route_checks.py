"""A text held against the rule of a route: what the body itself would refuse, and what people should look at.

Plain facts come in, so that any text can be checked: a statement, a draft, or words pasted at the desk.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf.locale import LANG_INFO
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from letters.counting import Words
from letters.deadlines import Deadline
from letters.models import Route, RouteConflict, RouteRule
from letters.models.route import Status, YesNo

Footnotes = RouteRule.Footnotes
LOOK_AGAIN_AFTER = timedelta(days=365)


class Level(TextChoices):
    BLOCKS = "blocks", gettext_lazy("Stands in the way")
    WARNS = "warns", gettext_lazy("Look at this")
    FINE = "fine", gettext_lazy("In order")


@dataclass(frozen=True)
class Finding:
    """One sentence; `topic` is its place: words, pages, language, format, deadline, elements, names, rule and so on."""

    level: Level
    topic: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What has to be known of a text. `statuses` are those of all organizations that are named, the lead first."""

    language: str
    format: str
    words: Words
    pages: int | None = None  # of the typeset PDF
    statuses: Collection[str] = ()  # values of Organization.Ecosoc
    confidential: int = 0  # organizations that signed and may not be named
    elements: Mapping[str, str] = field(default_factory=dict)  # key of an element: what was written for it
    other_routes: Collection[int] = ()  # on which the same case stands already
    gives_away: Collection[str] = ()  # where an organization is named that signed in confidence: "text", "elements"

    @property
    def lead_status(self) -> str:
        return next(iter(self.statuses), "")


@dataclass(frozen=True)
class Result:
    findings: list[Finding]

    @property
    def blocks(self) -> list[Finding]:
        return [row for row in self.findings if row.level == Level.BLOCKS]

    @property
    def warnings(self) -> list[Finding]:
        return [row for row in self.findings if row.level == Level.WARNS]


def check(
    route: Route,
    rule: RouteRule,
    facts: Facts,
    *,
    deadline: Deadline | None,
    conflicts: Iterable[RouteConflict],
    now: datetime,
) -> Result:
    """Every finding, what blocks first. `conflicts` are those of this route, with both routes."""
    findings = [
        *_words(rule, facts),
        *_pages(rule, facts),
        *_language(rule, facts),
        *_format(rule, facts),
        *_deadline(rule, deadline, now),
        *_elements(rule, facts),
        *_submitters(rule, facts),
        *_names(rule, facts),
        *_other_ways(route, facts, conflicts),
        *_rule_itself(rule, now),
    ]
    order = list(Level)
    return Result(sorted(findings, key=lambda row: order.index(row.level)))


def number(value: int) -> str:
    """ "1,612" """
    return number_format(value, use_l10n=True, force_grouping=True)


def _words(rule: RouteRule, facts: Facts) -> Iterator[Finding]:
    limit = rule.words_allowed(facts.lead_status, len(facts.statuses))
    with_notes = rule.footnotes != Footnotes.NOT_COUNTED
    count = facts.words.counted(with_notes)
    how = str(rule.get_footnotes_display())
    if limit is None:
        said = _("%(count)s words; no limit is known.") % {"count": number(facts.words.counted(True))}
        yield Finding(Level.FINE, "words", said)
        return
    said = _("%(count)s of %(limit)s words, %(how)s.") % {"count": number(count), "limit": number(limit), "how": how}
    if count <= limit:
        yield Finding(Level.FINE, "words", said)
        return
    if rule.footnotes == Footnotes.UNKNOWN and facts.words.text <= limit:
        said += " " + _("Without the footnotes it is %(count)s: ask the body, or shorten it.") % {
            "count": number(facts.words.text)
        }
        yield Finding(Level.WARNS, "words", said)
        return
    yield Finding(Level.BLOCKS if rule.is_limit_hard else Level.WARNS, "words", said + _too_long(count - limit))


def _too_long(words: int) -> str:
    return " " + ngettext("%s word too long.", "%s words too long.", words) % number(words)


def _pages(rule: RouteRule, facts: Facts) -> Iterator[Finding]:
    if rule.page_limit is None:
        return
    limit = number(rule.page_limit)
    if facts.pages is None:
        yield Finding(Level.WARNS, "pages", _("At most %(limit)s pages; these were not counted.") % {"limit": limit})
        return
    said = _("%(count)s of %(limit)s pages, as typeset here.") % {"count": number(facts.pages), "limit": limit}
    if facts.pages <= rule.page_limit:
        yield Finding(Level.FINE, "pages", said)
    else:
        yield Finding(Level.BLOCKS if rule.is_limit_hard else Level.WARNS, "pages", said)


def _language(rule: RouteRule, facts: Facts) -> Iterator[Finding]:
    name = _language_name(facts.language)
    takes = rule.takes_language(facts.language)
    if takes:
        yield Finding(Level.FINE, "language", _("It is in %(language)s.") % {"language": name})
        return
    taken = ", ".join(_language_name(code) for code in rule.languages)
    if takes is False:
        said = _("It is in %(language)s; the body takes %(taken)s.") % {"language": name, "taken": taken}
        yield Finding(Level.BLOCKS, "language", said)
    elif taken:
        said = _("It is in %(language)s. Whether that is taken is not sure: %(taken)s.")
        yield Finding(Level.WARNS, "language", said % {"language": name, "taken": taken})
    else:
        said = _("Which languages are taken is not known. It is in %(language)s.") % {"language": name}
        yield Finding(Level.WARNS, "language", said)


def _format(rule: RouteRule, facts: Facts) -> Iterator[Finding]:
    if not rule.formats:
        yield Finding(Level.WARNS, "format", _("Which formats are taken is not known."))
        return
    how = {"format": facts.format, "taken": ", ".join(rule.formats)}
    if facts.format in rule.formats:
        yield Finding(Level.FINE, "format", _("The format %(format)s is taken.") % how)
    else:
        yield Finding(Level.BLOCKS, "format", _("Not as %(format)s: the body takes %(taken)s.") % how)


def _deadline(rule: RouteRule, deadline: Deadline | None, now: datetime) -> Iterator[Finding]:
    in_words = rule.deadline_rule if rule.deadline_rule != "none" else ""
    if deadline is None or deadline.at is None:
        if in_words:
            said = _("No day is known. The body says: “%s”") % in_words
            if rule.deadline_offset_days is not None:
                said += " " + _("Choose the session, and the day is reckoned.")
            yield Finding(Level.WARNS, "deadline", said)
        return
    when = deadline.clocks[0]
    day = _("%(words)s in %(place)s") % {"words": when.words, "place": when.place}
    if now <= deadline.at:
        days = (deadline.at - now).days
        left = ngettext("%d day is left.", "%d days are left.", days) % days if days else _("Less than a day is left.")
        yield Finding(Level.FINE, "deadline", _("Deadline: %s.") % day + " " + left)
    elif rule.late == RouteRule.Late.REFUSED:
        yield Finding(Level.BLOCKS, "deadline", _("The deadline was %s. What comes late is refused.") % day)
    else:
        yield Finding(Level.WARNS, "deadline", _("The deadline was %s. What comes late may not be read.") % day)


def _elements(rule: RouteRule, facts: Facts) -> Iterator[Finding]:
    missing = [row for row in rule.required_elements if not facts.elements.get(row["key"], "").strip()]
    for row in missing:
        if row["required"]:
            yield Finding(Level.BLOCKS, "elements", _("Missing, and asked for by the body: %s.") % row["label"])
        else:
            yield Finding(Level.WARNS, "elements", _("Missing, and welcome: %s.") % row["label"])
    if rule.required_elements and not missing:
        yield Finding(Level.FINE, "elements", _("Everything that the body asks for is there."))
    if rule.victim_consent == YesNo.YES:
        yield Finding(
            Level.WARNS, "consent", _("The persons concerned must have consented. Keep the consent where it is safe.")
        )


def _submitters(rule: RouteRule, facts: Facts) -> Iterator[Finding]:
    if rule.lead_statuses and facts.lead_status not in rule.lead_statuses:
        allowed = ", ".join(str(Status(status).label) for status in rule.lead_statuses)
        yield Finding(
            Level.BLOCKS, "submitters", _("The organization that submits it must be in: %s. This one is not.") % allowed
        )
    count = len(facts.statuses)
    if rule.submitters == RouteRule.Submitters.ONE and count > 1:
        said = _("This route is for one organization, and %s are named. A joint route may fit.") % number(count)
        yield Finding(Level.WARNS, "submitters", said)
    if rule.submitters == RouteRule.Submitters.SEVERAL and count < 2:
        yield Finding(Level.WARNS, "submitters", _("This route is for two or more organizations together."))
    unaccredited = sum(status not in Status.values for status in facts.statuses)
    if rule.lead_statuses and unaccredited:
        said = ngettext(
            "%s organization without consultative status stands in a footnote to the title.",
            "%s organizations without consultative status stand in a footnote to the title.",
            unaccredited,
        )
        yield Finding(Level.FINE, "submitters", said % number(unaccredited))


def _names(rule: RouteRule, facts: Facts) -> Iterator[Finding]:
    if "elements" in facts.gives_away:
        said = _("What you wrote for the body names an organization that signed on condition of not being named.")
        yield Finding(Level.BLOCKS, "names", said)
    if "text" in facts.gives_away:
        said = _("The text itself names an organization that signed on condition of not being named.")
        yield Finding(Level.WARNS, "names", said)
    if not facts.confidential:
        return
    said = ngettext(
        "%s organization signed on condition of not being named. It is left out of the pack.",
        "%s organizations signed on condition of not being named. They are left out of the pack.",
        facts.confidential,
    ) % number(facts.confidential)
    if rule.publishes_names == RouteRule.Names.ALL:
        said = _("This route publishes every name.") + " " + said
    elif rule.publishes_names == RouteRule.Names.UNKNOWN:
        said = _("Whether this route publishes names is not known.") + " " + said
    yield Finding(Level.WARNS, "names", said)


def _other_ways(route: Route, facts: Facts, conflicts: Iterable[RouteConflict]) -> Iterator[Finding]:
    for row in conflicts:
        other = row.second if row.first_id == route.pk else row.first
        if other.pk in facts.other_routes:
            said = _("The same case already goes by “%(other)s”. %(reason)s (As of %(day)s.)") % {
                "other": other,
                "reason": row.reason,
                "day": date_format(row.as_of, "DATE_FORMAT"),
            }
            yield Finding(Level.WARNS, "routes", said)


def _rule_itself(rule: RouteRule, now: datetime) -> Iterator[Finding]:
    day = date_format(rule.as_of, "DATE_FORMAT")
    if rule.confidence == RouteRule.Confidence.LOW:
        yield Finding(Level.WARNS, "rule", _("This rule is not confirmed (as of %s). Ask the body first.") % day)
    elif timezone.localdate(now) - rule.as_of > LOOK_AGAIN_AFTER:
        yield Finding(Level.WARNS, "rule", _("This rule was last looked up on %s. Look it up again.") % day)


def _language_name(code: str) -> str:
    known = LANG_INFO.get(code) or LANG_INFO.get({"zh": "zh-hans"}.get(code, ""))
    return capfirst(known["name_local"]) if known and "name_local" in known else code
