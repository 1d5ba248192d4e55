"""Routes to bodies: their rules as dated versions, routes that exclude each other, and a check of any text."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.stateful_admin import StatefulAdmin
from accounts.steps import step
from letters.counting import count_words
from letters.exceptions import LettersError, RuleRefused
from letters.models import Route, RouteConflict, RouteRule
from letters.models.route import Status
from letters.route_checks import Facts, number
from letters.route_forms import AnswersForm, CheckTextForm, ConflictForm, RouteForm, RuleForm, initial_of
from letters.services.routing import write_rule
from letters.services.submitting import check_route, rule_for
from letters.submission_packs import Text, pages_of, write_sheet

PAGES = "admin/letters/route/"


@admin.register(Route)
class RouteAdmin(StatefulAdmin):
    form = RouteForm
    refusals = (LettersError,)
    change_actions = ["check_text", "write_rule"]
    list_display = ["__str__", "local_body", "kind", "limits", "as_of", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["name", "body", "slug"]
    readonly_fields = ["is_fictional"]
    fields = ["name", "body", "slug", "kind", "names", "bodies", "is_active", "is_fictional"]
    state_field = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Route]:
        return super().get_queryset(request).prefetch_related("rules__sources")

    @admin.display(description=gettext_lazy("body"), ordering="body")
    def local_body(self, route: Route) -> str:
        return route.local_body

    @admin.display(description=gettext_lazy("limit"))
    def limits(self, route: Route) -> str:
        rule = route.rule_on(timezone.localdate())
        if rule is None:
            return "–"
        words, pages = rule.word_limit, rule.page_limit
        parts = [_("%s words") % number(words)] if words is not None else []
        parts += [_("%s pages") % number(pages)] if pages is not None else []
        return ", ".join(parts) or "–"

    @admin.display(description=gettext_lazy("as of"))
    def as_of(self, route: Route) -> Any:
        rule = route.rule_on(timezone.localdate())
        return rule.as_of if rule else None

    def next_step(self, request: HttpRequest, route: Route) -> str:
        if rule := route.rule_on(timezone.localdate()):
            return _("Its rule as of %s. A change is written as a new version; what held before stays below.") % (
                date_format(rule.as_of, "DATE_FORMAT")
            )
        return _("It has no rule yet. Write its first version.")

    def panels(self, request: HttpRequest, route: Route) -> dict[str, Any]:
        now = route.rule_on(timezone.localdate())
        conflicts = RouteConflict.objects.filter(Q(first=route) | Q(second=route))
        return {
            "rule": now,
            "rule_facts": facts_of(now) if now else [],
            "other_rules": [
                {"rule": rule, "facts": facts_of(rule)} for rule in route.rules.all() if now and rule.pk != now.pk
            ],
            "conflicts": [
                {"other": row.second if row.first_id == route.pk else row.first, "row": row}
                for row in conflicts.select_related("first", "second").prefetch_related("sources")
            ],
        }

    @step(gettext_lazy("Check a text"), permission="letters.view_route", has_page=True)
    def check_text(self, request: HttpRequest, route: Route) -> HttpResponse:
        """Nothing is kept: the text goes with the page."""
        posted = request.POST if request.method == "POST" else None
        form = CheckTextForm(posted)
        form.fields["session"].queryset = route.sessions.all()  # type: ignore[attr-defined]
        try:
            rule = rule_for(route, None, timezone.now())
        except LettersError as exc:
            return self.refuse(request, route, str(exc))
        answers = AnswersForm(posted, rule=rule, prefix="answer")
        context: dict[str, Any] = {"form": form, "answers": answers}
        status = 200
        if posted is not None:
            if form.is_valid() and answers.is_valid():
                cleaned = form.cleaned_data
                others = [Status.SPECIAL] * (cleaned["submitters"] - 1)
                facts = Facts(
                    language=cleaned["language"],
                    format=cleaned["format"],
                    words=count_words(cleaned["text"]),
                    pages=_pages(route, rule, cleaned) if rule.page_limit is not None else None,
                    statuses=[cleaned["lead_status"], *others],
                    confidential=cleaned["confidential"],
                    elements=answers.cleaned_data,
                )
                context["result"] = check_route(route, facts, session=cleaned["session"], now=timezone.now())
            else:
                status = 422
        return self.step_page(request, route, self.step("check_text"), PAGES + "check.html", context, status=status)

    @step(gettext_lazy("New version of the rule"), permission="letters.change_route", has_page=True, tone="main")
    def write_rule(self, request: HttpRequest, route: Route) -> Any:
        newest = max(route.rules.all(), key=lambda rule: rule.valid_from, default=None)
        today = timezone.localdate()
        form = RuleForm(
            request.POST if request.method == "POST" else None,
            initial={**initial_of(newest), "as_of": today, "valid_from": today},
        )
        status = 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                try:
                    write_rule(route.pk, by=self.person(request), now=timezone.now(), **form.cleaned_data)
                except RuleRefused as exc:
                    form.add_error(exc.field, str(exc))
                    status = 409
                else:
                    return _("Saved as a new version.")
        return self.step_page(
            request, route, self.step("write_rule"), "admin/step_form.html", {"form": form}, status=status
        )


@admin.register(RouteConflict)
class RouteConflictAdmin(StatefulAdmin):
    form = ConflictForm
    fields = ["first", "second", "reason", "sources", "as_of"]
    list_display = ["first", "second", "reason", "as_of"]
    list_select_related = ["first", "second"]
    search_fields = ["first__name", "second__name"]
    state_field = ""


def _pages(route: Route, rule: RouteRule, cleaned: dict[str, Any]) -> int:
    """How many pages the pasted text takes, set as a submission would be."""
    text = Text(language=cleaned["language"], title="–", body=cleaned["text"], digest="0" * 64, publisher="")
    words = count_words(text.body)
    return pages_of(
        write_sheet(route, rule, text, [], elements={}, words=words, session=cleaned["session"], now=timezone.now())
    )


def facts_of(rule: RouteRule) -> list[tuple[Any, str]]:
    """What a version says, as (label, words); what it leaves open is left out."""
    label = {field.name: field.verbose_name for field in RouteRule._meta.get_fields() if hasattr(field, "verbose_name")}
    by_status = [
        f"{Status(status).label}: {number(limit)}" for status, limit in sorted(rule.word_limits_by_status.items())
    ]
    offset = ""
    if rule.deadline_offset_days is not None:
        offset = _("%(days)d days from %(anchor)s, %(hour)s in %(zone)s") % {
            "days": rule.deadline_offset_days,
            "anchor": rule.get_deadline_anchor_display(),
            "hour": f"{rule.deadline_time:%H:%M}" if rule.deadline_time else _("end of the day"),
            "zone": rule.time_zone,
        }
    elements = [row["label"] + ("" if row["required"] else f" ({_('optional')})") for row in rule.required_elements]
    rows: list[tuple[Any, Any]] = [
        (label["valid_from"], date_format(rule.valid_from, "DATE_FORMAT")),
        (label["as_of"], date_format(rule.as_of, "DATE_FORMAT")),
        (label["confidence"], rule.get_confidence_display()),
        (label["who_may_submit"], rule.who_may_submit),
        (label["lead_statuses"], ", ".join(str(Status(status).label) for status in rule.lead_statuses)),
        (label["submitters"], rule.get_submitters_display()),
        (label["word_limit"], "" if rule.word_limit is None else number(rule.word_limit)),
        (label["joint_word_limit"], "" if rule.joint_word_limit is None else number(rule.joint_word_limit)),
        (label["word_limits_by_status"], "; ".join(by_status)),
        (label["page_limit"], "" if rule.page_limit is None else number(rule.page_limit)),
        (label["footnotes"], rule.get_footnotes_display()),
        (label["is_limit_hard"], _("yes") if rule.is_limit_hard else _("no")),
        (label["languages"], ", ".join(rule.languages)),
        (label["formats"], ", ".join(rule.formats)),
        (label["submit_via"], ", ".join(rule.submit_via)),
        (label["deadline_rule"], rule.deadline_rule),
        (label["deadline_offset_days"], offset),
        (label["late"], rule.get_late_display()),
        (label["late_submission"], rule.late_submission),
        (label["required_elements"], "; ".join(elements)),
        (label["confidentiality"], rule.confidentiality),
        (label["victim_consent"], rule.get_victim_consent_display()),
        (label["publication"], rule.publication),
        (label["publishes_names"], rule.get_publishes_names_display()),
        (label["acknowledgement"], rule.acknowledgement),
        (label["thresholds"], "; ".join(f"{number(row['count'])}: {row['effect']}" for row in rule.thresholds)),
        (label["response_window_days"], "" if rule.response_window_days is None else str(rule.response_window_days)),
        (label["note"], rule.note),
        (label["sources"], "; ".join(str(source) for source in rule.sources.all())),
    ]
    return [(name, str(words)) for name, words in rows if words]
