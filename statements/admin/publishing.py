"""A statement's way to the public, and what two people decide about it afterwards."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.steps import ReasonForm, step
from statements import services
from statements.admin.pressing import PressingAdmin
from statements.models import Proposal, Statement
from statements.press_forms import EmbargoForm, ErratumForm, moment_in_zone

State = Statement.State
Act = Proposal.Act
PUBLISH = "statements.publish_statement"
CLOCKS = (("KST", "Asia/Seoul"), ("CET", "Europe/Paris"), ("ET", "America/New_York"))
SECOND = gettext_lazy("It happens once a second person has agreed.")
ASKED = gettext_lazy("Asked. A second person now decides.")


def clocks(moment: datetime) -> list[tuple[str, str]]:
    """[("KST", "Friday, 3 May 2026, 09:00 KST"), …]: one moment where the coalition's newsrooms are."""
    said = []
    for name, zone in CLOCKS:
        local = moment.astimezone(ZoneInfo(zone))
        said.append((name, f"{date_format(local, 'l, j F Y, H:i')} {local.tzname()}"))
    return said


class PublishingAdmin(PressingAdmin):
    """The steps from closed to public, and those that need a second person."""

    publishing_actions = [
        "set_embargo",
        "agree",
        "refuse_proposal",
        "ask_to_lift",
        "ask_to_correct",
        "ask_to_withdraw",
        "ask_to_archive",
        *PressingAdmin.pressing_actions,
    ]

    def step_form(self, request: HttpRequest, obj: Statement, name: str, form: Any) -> None:
        """Beside a box for a moment stands the clock that it is read by."""
        super().step_form(request, obj, name, form)
        if "until" in form.fields:
            there = date_format(timezone.now().astimezone(ZoneInfo(obj.time_zone)), "DATETIME_FORMAT")
            clock = _("In %(zone)s it is %(time)s now.") % {"zone": obj.time_zone, "time": there}
            form.fields["until"].help_text = f"{form.fields['until'].help_text} {clock}"

    def clocks_of(self, statement: Statement) -> list[tuple[str, str]]:
        return clocks(statement.embargo_until) if statement.embargo_until else []

    def publishing_panels(self, statement: Statement) -> dict[str, Any]:
        """The proposal that waits, the moment in three zones, and the errata."""
        context: dict[str, Any] = {
            "waiting_proposal": _waiting(statement),
            "errata": statement.errata.select_related("version"),
        }
        if statement.state == State.EMBARGOED and statement.embargo_until:
            context["embargo_clocks"] = clocks(statement.embargo_until)
        return context

    def offers_publishing(self, request: HttpRequest, statement: Statement, name: str) -> bool:
        """Whether one of `publishing_actions` makes sense here, for this person."""
        person = self.person(request).pk
        if name == "set_embargo":
            return not statement.was_written_by(person)
        if name in {"agree", "refuse_proposal"}:
            waiting = _waiting(statement)
            return waiting is not None and waiting.proposed_by_id != person
        if name.startswith("ask_to_"):
            return _waiting(statement) is None
        return True

    @step(
        gettext_lazy("Publish under embargo"),
        permission=PUBLISH,
        states=[State.CLOSED],
        form=EmbargoForm,
        explains=gettext_lazy(
            "From that moment on everybody can read it: the page, the lists, the feeds. The mails leave then as well. "
            "Until then only journalists whom you give a link of their own."
        ),
        button=gettext_lazy("Set the embargo"),
    )
    def set_embargo(self, request: HttpRequest, statement: Statement, until: datetime, reason: str) -> str:
        moment = moment_in_zone(until, statement.time_zone)
        services.set_embargo(statement.pk, until=moment, by=self.person(request), reason=reason, now=timezone.now())
        return _("Under embargo until %s.") % " = ".join(words for _name, words in clocks(moment))

    @step(
        gettext_lazy("Ask to end the embargo now"),
        permission=PUBLISH,
        states=[State.EMBARGOED],
        form=ReasonForm,
        explains=SECOND,
    )
    def ask_to_lift(self, request: HttpRequest, statement: Statement, reason: str) -> str:
        return self._ask_second(request, statement, Act.LIFT, reason)

    @step(
        gettext_lazy("Ask to publish a correction"),
        permission=PUBLISH,
        states=Statement.STANDING_STATES,
        form=ErratumForm,
        explains=gettext_lazy(
            "The signed words stay as they are. The correction stands under them, dated, "
            "as soon as a second person agrees."
        ),
        button=gettext_lazy("Ask"),
    )
    def ask_to_correct(
        self, request: HttpRequest, statement: Statement, erratum: dict[str, str], is_material: bool, reason: str
    ) -> str:
        return self._ask_second(request, statement, Act.CORRECT, reason, erratum=erratum, is_material=is_material)

    @step(
        gettext_lazy("Ask to withdraw the statement"),
        permission=PUBLISH,
        states=[State.EMBARGOED, *Statement.STANDING_STATES, State.ARCHIVED],
        form=ReasonForm,
        explains=gettext_lazy(
            "What was public stays readable, marked as withdrawn. It happens once a second person has agreed."
        ),
        tone="stop",
    )
    def ask_to_withdraw(self, request: HttpRequest, statement: Statement, reason: str) -> str:
        return self._ask_second(request, statement, Act.WITHDRAW, reason)

    @step(
        gettext_lazy("Ask to archive the statement"),
        permission=PUBLISH,
        states=Statement.STANDING_STATES,
        form=ReasonForm,
        explains=gettext_lazy(
            "It moves to the archive. Its address stays. It happens once a second person has agreed."
        ),
    )
    def ask_to_archive(self, request: HttpRequest, statement: Statement, reason: str) -> str:
        return self._ask_second(request, statement, Act.ARCHIVE, reason)

    @step(
        gettext_lazy("Agree"),
        permission=PUBLISH,
        form=ReasonForm,
        explains=gettext_lazy(
            "What was asked for happens now; an embargo ends a minute later, on every page at once. "
            "It stands on the page of the statement."
        ),
        tone="main",
    )
    def agree(self, request: HttpRequest, statement: Statement, reason: str) -> str:
        proposal = services.agree(statement.pk, by=self.person(request), reason=reason, now=timezone.now())
        if proposal.act == Act.LIFT:
            return _("Agreed. In a minute it is public, on every page at once.")
        return _("Agreed: %s.") % proposal.get_act_display()

    @step(gettext_lazy("Refuse"), permission=PUBLISH, form=ReasonForm)
    def refuse_proposal(self, request: HttpRequest, statement: Statement, reason: str) -> str:
        services.refuse(statement.pk, by=self.person(request), reason=reason, now=timezone.now())
        return _("Refused. Nothing changes.")

    def _ask_second(self, request: HttpRequest, statement: Statement, act: str, reason: str, **more: Any) -> str:
        services.propose(statement.pk, act, by=self.person(request), reason=reason, now=timezone.now(), **more)
        return str(ASKED)


def _waiting(statement: Statement) -> Proposal | None:
    if not hasattr(statement, "waiting_proposal"):  # asked once a page, though several buttons depend on it
        waiting = statement.proposals.filter(state=Proposal.State.WAITING).select_related("proposed_by")
        statement.waiting_proposal = waiting.first()  # type: ignore[attr-defined]
    found: Proposal | None = statement.waiting_proposal  # type: ignore[attr-defined]
    return found
