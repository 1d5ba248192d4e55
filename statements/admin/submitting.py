"""A statement held against the rule of a route, and its submission prepared."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.stateful_admin import StatefulAdmin
from accounts.steps import step
from letters.exceptions import LettersError
from letters.route_forms import AnswersForm
from letters.services.submitting import rule_for
from statements.admin.releasing import PAGES
from statements.exceptions import StatementsError
from statements.models import Statement
from statements.services.submitting import check_submission, known_elements, submit_statement
from statements.submission_forms import WayForm


class SubmittingAdmin(StatefulAdmin):
    """The part of the statement's page that leads to a body."""

    @step(
        gettext_lazy("Check for a route, and submit"),
        permission="letters.prepare_submission",
        has_page=True,
    )
    def submit_to_body(self, request: HttpRequest, statement: Statement) -> Any:
        """Two pages at one address: the way, then what the check found with a box for each thing asked for."""
        if request.method != "POST":
            return self._way_page(request, statement, WayForm(statement=statement))
        if "change" in request.POST:
            return self._way_page(request, statement, WayForm(initial=request.POST.dict(), statement=statement))
        form = WayForm(request.POST, statement=statement)
        if not form.is_valid():
            return self._way_page(request, statement, form, status=422)
        way, now = form.way(), timezone.now()
        try:
            rule = rule_for(way.route, way.session, now)
            given: Any = request.POST
            if "answers" not in request.POST:  # the first look: what the desk knows is there already
                given = {f"answer-{key}": words for key, words in known_elements(statement.pk, way).items()}
            answers = AnswersForm(given, rule=rule, prefix="answer")
            is_valid = answers.is_valid()
            elements = answers.cleaned_data if is_valid else {}
            result = check_submission(statement.pk, way, elements=elements, now=now)
        except (StatementsError, LettersError) as exc:
            form.add_error(None, str(exc))
            return self._way_page(request, statement, form, status=409)
        refusal, status = "", 200 if is_valid else 422
        if "prepare" in request.POST and is_valid:
            try:
                person = self.person(request)
                submission = submit_statement(statement.pk, way, elements=elements, by=person, now=now)
            except (StatementsError, LettersError) as exc:
                refusal, status = str(exc), 409
            else:
                self.message_user(request, _("Prepared. Fetch the files, and hand them in."))
                return redirect("admin:letters_submission_change", submission.pk)
        context = {
            "form": form,
            "answers": answers,
            "result": result,
            "rule": rule,
            "route": way.route,
            "refusal": refusal,
        }
        return self._page_of_submitting(request, statement, "submit_check.html", context, status)

    def _way_page(
        self, request: HttpRequest, statement: Statement, form: WayForm, *, status: int = 200
    ) -> HttpResponse:
        return self._page_of_submitting(request, statement, "submit_way.html", {"form": form}, status)

    def _page_of_submitting(
        self, request: HttpRequest, statement: Statement, template: str, context: dict[str, Any], status: int
    ) -> HttpResponse:
        step = self.step("submit_to_body")
        return self.step_page(request, statement, step, PAGES + template, context, status=status)
