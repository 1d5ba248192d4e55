"""Submissions that were prepared for a body: their packs, and what became of them."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.stateful_admin import ReadOnlyAdmin
from accounts.steps import ReasonForm, step
from letters.deadlines import deadline_of
from letters.exceptions import LettersError
from letters.models import Submission
from letters.route_forms import SubmittedForm
from letters.services.submitting import note_submitted, set_aside
from letters.submission_packs import pack_docx, pack_name, pack_pdf

State = Submission.State
PREPARE = "letters.prepare_submission"
FILES = {
    "pdf": (pack_pdf, "application/pdf"),
    "docx": (pack_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    refusals = (LettersError,)
    change_actions = ["note_submitted", "set_aside"]
    list_display = ["title", "route", "state", "session", "prepared_at", "submitted_on"]
    list_filter = ["state"]
    list_select_related = ["route", "session"]
    search_fields = ["title", "case", "text_digest"]
    fields = [
        "route",
        "session",
        "case",
        "language",
        "text_digest",
        "prepared_by",
        "prepared_at",
        "submitted_on",
        "evidence",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        submissions = super().get_queryset(request).select_related("route", "session", "rule", "prepared_by")
        return submissions.prefetch_related("route__rules")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_safe(self.file_view))
        file = path("<int:submission_id>/pack.<slug:extension>", view, name="letters_submission_file")
        return [file, *super().get_urls()]

    def file_view(self, request: HttpRequest, submission_id: int, extension: str) -> HttpResponse:
        """The frozen pack as a file to keep or to hand in."""
        submission = self.get_object(request, str(submission_id))
        if submission is None or extension not in FILES:
            raise Http404
        if not self.has_view_permission(request, submission):
            raise PermissionDenied
        write, content_type = FILES[extension]
        name = pack_name(submission, extension)
        return HttpResponse(
            write(submission.sheet),
            content_type=content_type,
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "X-Content-Type-Options": "nosniff",
            },
        )

    def next_step(self, request: HttpRequest, submission: Submission) -> str:
        if submission.state != State.PREPARED:
            return ""
        return _("Hand it in as the body wants it, then note the day and the evidence here.")

    def panels(self, request: HttpRequest, submission: Submission) -> dict[str, Any]:
        session = submission.session
        return {
            "files": [
                (extension.upper(), reverse("admin:letters_submission_file", args=[submission.pk, extension]))
                for extension in FILES
            ],
            "rule": submission.rule,
            "deadline": deadline_of(session, submission.route) if session else None,
            "sheet": submission.sheet,
        }

    @step(
        gettext_lazy("Note that it was handed in"),
        permission=PREPARE,
        states=[State.PREPARED],
        form=SubmittedForm,
        tone="main",
    )
    def note_submitted(self, request: HttpRequest, submission: Submission, on: date, evidence: str) -> str:
        note_submitted(submission.pk, on=on, evidence=evidence, by=self.person(request), now=timezone.now())
        return _("Noted.")

    @step(
        gettext_lazy("Set aside"),
        permission=PREPARE,
        states=[State.PREPARED],
        form=ReasonForm,
        explains=gettext_lazy("It was not handed in. The case no longer counts as going this way."),
        tone="stop",
    )
    def set_aside(self, request: HttpRequest, submission: Submission, reason: str) -> str:
        set_aside(submission.pk, reason=reason, by=self.person(request), now=timezone.now())
        return _("Set aside.")
