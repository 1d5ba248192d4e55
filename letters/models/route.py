"""How to reach one body by one procedure, and its rules as dated versions: a change is a new version."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaigns.models import Organization, Source

GENEVA = "Europe/Zurich"  # the zone's name in the tz database; Geneva has the same clocks
MAX_DAYS = 730  # no rule reaches further from its session


class Status(models.TextChoices):
    """ECOSOC status as rules count it; who has none stands in a footnote to the title."""

    GENERAL = Organization.Ecosoc.GENERAL.value, Organization.Ecosoc.GENERAL.label
    SPECIAL = Organization.Ecosoc.SPECIAL.value, Organization.Ecosoc.SPECIAL.label
    ROSTER = Organization.Ecosoc.ROSTER.value, Organization.Ecosoc.ROSTER.label


class YesNo(models.TextChoices):
    YES = "yes", _("yes")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("not known")


class RouteQuerySet(models.QuerySet["Route"]):
    def in_use(self) -> "RouteQuerySet":
        return self.filter(is_active=True)


class Route(models.Model):
    """One procedure of one body. What it asks stands in its rules, of which the one in force on a day counts."""

    class Kind(models.TextChoices):
        SPECIAL_PROCEDURES = "special_procedures", _("special procedures")
        TREATY_BODY = "treaty_body", _("treaty body")
        UPR = "upr", _("Universal Periodic Review")
        HRC = "hrc", _("Human Rights Council")
        ECOSOC = "ecosoc", _("Economic and Social Council")
        LETTER = "letter", _("letter")
        COURT = "court", _("court")
        PARLIAMENT = "parliament", _("parliament")
        PARLIAMENT_PETITION = "parliament_petition", _("petition to a parliament")
        PUBLICATION = "publication", _("own publication")
        OTHER = "other", _("other")

    slug = models.SlugField(_("key"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=250, help_text=_("As it is written in English."))
    body = models.CharField(_("body"), max_length=250, help_text=_("Who takes it, in English."))
    names = models.JSONField(_("name in other languages"), default=dict, blank=True)  # {"ko": "…"}
    bodies = models.JSONField(_("body in other languages"), default=dict, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    is_active = models.BooleanField(_("in use"), default=True)
    is_fictional = models.BooleanField(_("fictional, for the demonstration"), default=False)
    objects = RouteQuerySet.as_manager()

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.local_name

    @property
    def local_name(self) -> str:
        return str(self.names.get(get_language() or "en") or self.name)

    @property
    def local_body(self) -> str:
        return str(self.bodies.get(get_language() or "en") or self.body)

    def rule_on(self, day: date) -> "RouteRule | None":
        """The version in force on that day, else the first one. Prefetch `rules`."""
        return in_force(self.rules.all(), day)


def in_force(rules: "Iterable[RouteRule]", day: date) -> "RouteRule | None":
    """The newest of the versions that hold on that day; before the first, the first."""
    ordered = sorted(rules, key=lambda rule: rule.valid_from)
    held = [rule for rule in ordered if rule.valid_from <= day]
    return held[-1] if held else (ordered[0] if ordered else None)


class RouteRule(models.Model):
    """What a body asks on a route from one day on. Never changed: services.routing writes the next version."""

    class Footnotes(models.TextChoices):
        COUNTED = "counted", _("footnotes counted")
        NOT_COUNTED = "not_counted", _("footnotes not counted")
        UNKNOWN = "unknown", _("not known whether footnotes count")

    class Anchor(models.TextChoices):
        SESSION = "session_start", _("the day the session opens")
        UPR_SESSION = "upr_session_start", _("the day the session of the UPR Working Group opens")

    class Late(models.TextChoices):
        REFUSED = "refused", _("refused")
        UNREAD = "unread", _("may not be read")
        UNKNOWN = "unknown", _("not known")

    class Submitters(models.TextChoices):
        ANY = "any", _("one or several")
        ONE = "one", _("one organization")
        SEVERAL = "several", _("two or more together")

    class Names(models.TextChoices):
        ALL = "all", _("every name is published")
        ON_REQUEST = "on_request", _("published unless confidence is asked for")
        NONE = "none", _("no name is published")
        UNKNOWN = "unknown", _("not known")

    class Confidence(models.TextChoices):
        HIGH = "high", _("read at the source")
        MEDIUM = "medium", _("general knowledge, consistent with the sources")
        LOW = "low", _("not confirmed")

    route = models.ForeignKey(Route, models.PROTECT, related_name="rules", verbose_name=_("route"))
    valid_from = models.DateField(_("holds from"))
    as_of = models.DateField(_("as of"), help_text=_("The day somebody looked it up."))
    sources = models.ManyToManyField(Source, blank=True, related_name="+", verbose_name=_("sources"))
    confidence = models.CharField(_("how sure it is"), max_length=8, choices=Confidence, default=Confidence.MEDIUM)
    who_may_submit = models.CharField(_("who may submit"), max_length=400, blank=True)
    lead_statuses = models.JSONField(_("the lead organization must be in"), default=list, blank=True)
    submitters = models.CharField(_("submitted by"), max_length=8, choices=Submitters, default=Submitters.ANY)
    word_limit = models.PositiveIntegerField(_("word limit"), null=True, blank=True)
    joint_word_limit = models.PositiveIntegerField(_("word limit of a joint text"), null=True, blank=True)
    word_limits_by_status = models.JSONField(_("word limit by status of the lead"), default=dict, blank=True)
    page_limit = models.PositiveIntegerField(_("page limit"), null=True, blank=True)
    footnotes = models.CharField(_("footnotes"), max_length=12, choices=Footnotes, default=Footnotes.UNKNOWN)
    is_limit_hard = models.BooleanField(
        _("what is longer is refused"), default=True, help_text=_("Otherwise the desk only warns.")
    )
    languages = models.JSONField(_("languages"), default=list, blank=True)
    formats = models.JSONField(_("formats"), default=list, blank=True)
    submit_via = models.JSONField(_("how it is handed in"), default=list, blank=True)
    deadline_rule = models.CharField(_("deadline, in words"), max_length=400, blank=True)
    deadline_offset_days = models.IntegerField(
        _("days from the opening"), null=True, blank=True, help_text=_("Negative: before it. -14 is two weeks before.")
    )
    deadline_anchor = models.CharField(_("counted from"), max_length=20, choices=Anchor, blank=True)
    deadline_time = models.TimeField(_("hour of the deadline"), null=True, blank=True)
    time_zone = models.CharField(_("time zone of the deadline"), max_length=40, default=GENEVA)
    late = models.CharField(_("what comes late"), max_length=8, choices=Late, default=Late.UNKNOWN)
    late_submission = models.CharField(_("late submissions, in words"), max_length=300, blank=True)
    required_elements = models.JSONField(_("elements"), default=list, blank=True)  # [{key, label, required}]
    confidentiality = models.CharField(_("confidentiality"), max_length=400, blank=True)
    victim_consent = models.CharField(
        _("consent of the victim needed"), max_length=8, choices=YesNo, default=YesNo.UNKNOWN
    )
    publication = models.CharField(_("publication"), max_length=400, blank=True)
    publishes_names = models.CharField(
        _("names of the signatories"), max_length=10, choices=Names, default=Names.UNKNOWN
    )
    acknowledgement = models.CharField(_("acknowledgement"), max_length=300, blank=True)
    thresholds = models.JSONField(_("thresholds"), default=list, blank=True)  # [{count, window_days, effect}]
    response_window_days = models.PositiveIntegerField(_("answer expected within, days"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    written_at = models.DateTimeField(_("written"))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    class Meta:
        verbose_name = _("route rule")
        verbose_name_plural = _("route rules")
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["route", "valid_from"], name="route_rule_one_from_a_day"),
            models.CheckConstraint(
                condition=Q(deadline_offset_days__isnull=True) | ~Q(deadline_anchor=""),
                name="route_rule_offset_has_an_anchor",
            ),
            models.CheckConstraint(
                condition=Q(deadline_offset_days__isnull=True)
                | Q(deadline_offset_days__gte=-MAX_DAYS, deadline_offset_days__lte=MAX_DAYS),
                name="route_rule_offset_within_two_years",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.route_id} {self.valid_from:%Y-%m-%d}"

    def words_allowed(self, lead_status: str, submitters: int) -> int | None:
        """The limit for this lead and this many organizations; None where none is known."""
        limit: int | None = self.word_limits_by_status.get(lead_status)
        if limit is not None:
            return limit
        if submitters > 1 and self.joint_word_limit is not None:
            return self.joint_word_limit
        return self.word_limit

    def takes_language(self, language: str) -> bool | None:
        """None where the list does not say: it is empty, or holds something that is no code."""
        if language in self.languages:
            return True
        known = bool(self.languages) and all(code.isalpha() and len(code) == 2 for code in self.languages)
        return False if known else None


class RouteConflict(models.Model):
    """Two routes that one case may not go together, and who says so. In either order."""

    first = models.ForeignKey(Route, models.CASCADE, related_name="+", verbose_name=_("route"))
    second = models.ForeignKey(Route, models.CASCADE, related_name="+", verbose_name=_("not together with"))
    reason = models.CharField(_("why"), max_length=400)
    sources = models.ManyToManyField(Source, related_name="+", verbose_name=_("sources"))
    as_of = models.DateField(_("as of"))

    class Meta:
        verbose_name = _("routes that exclude each other")
        verbose_name_plural = _("routes that exclude each other")
        ordering = ["first__name", "second__name"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="route_conflict_once"),
            models.CheckConstraint(condition=~Q(first=models.F("second")), name="route_conflict_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.second}"
