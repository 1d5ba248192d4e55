"""Asking for letters about a published statement: choose the offices, read every copy, then ask."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.stateful_admin import StatefulAdmin
from accounts.steps import step
from letters import previews
from letters.copies import copies_digest
from letters.exceptions import LettersError
from letters.models import Recipient, Release
from letters.services import preview_copies
from letters.services.requesting import still_to_write
from statements import services
from statements.admin_forms import ReleaseForm
from statements.exceptions import StatementsError
from statements.models import Statement
from statements.services.releasing import release_facts

PERMISSION = "letters.request_release"
PAGES = "admin/statements/statement/"


class ReleasingAdmin(StatefulAdmin):
    """The part of the statement's page that leads to letters."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_safe(self.preview_pdf_view))
        preview = path(
            "<int:statement_id>/preview/<int:recipient_id>.pdf", view, name="statements_statement_preview_copy"
        )
        return [preview, *super().get_urls()]

    def releases(self, request: HttpRequest, statement: Statement) -> QuerySet[Release]:
        """The releases of its newest version, for whoever may see them."""
        version = statement.current_version
        if version is None or not version.digest or not request.user.has_perm("letters.view_release"):
            return Release.objects.none()
        found = Release.objects.filter(about=f"statement:{version.digest}").defer("signatories", "senders", "titles")
        return found.select_related("requested_by", "decided_by")

    @step(
        gettext_lazy("Ask for release to recipients"),
        permission=PERMISSION,
        states=Statement.STANDING_STATES,
        has_page=True,
        tone="main",
    )
    def ask_for_release(self, request: HttpRequest, statement: Statement) -> Any:
        """Three pages at one address: the choice, the preview of every copy, and the asking itself."""
        form = self._release_form(request, statement)
        if not form.is_bound:
            return self._page(request, statement, "release_choose.html", {"form": form})
        if not form.is_valid():
            return self._page(request, statement, "release_choose.html", {"form": form}, status=422)
        cleaned = form.cleaned_data
        facts = release_facts(statement.pk, now=timezone.now())
        _release, copies, refusals = preview_copies(
            cleaned["recipients"],
            language=cleaned["language"],
            reply_by=cleaned["reply_by"],
            now=timezone.now(),
            **facts,
        )
        digest = copies_digest(copies)
        refusal = ""
        if "ask" in request.POST:
            if request.POST.get("digest") != digest:
                refusal = _("Something changed since you read the copies. Please read them again, then ask.")
            else:
                try:
                    return self._ask(request, statement, cleaned)
                except (StatementsError, LettersError) as exc:
                    refusal = str(exc)
        query = urlencode({"language": cleaned["language"], "reply_by": cleaned["reply_by"].isoformat()})
        rows = previews.rows(cleaned["recipients"], copies)
        for row in rows:
            url = reverse("admin:statements_statement_preview_copy", args=[statement.pk, row["recipient"].pk])
            row["pdf_url"] = f"{url}?{query}"
        context = {"form": form, "rows": rows, "refusals": refusals, "refusal": refusal, "digest": digest}
        context["chosen"] = [row.pk for row in cleaned["recipients"]]
        return self._page(request, statement, "release_preview.html", context, status=409 if refusal else 200)

    def _ask(self, request: HttpRequest, statement: Statement, cleaned: dict[str, Any]) -> HttpResponse:
        release = services.request_release(
            statement.pk,
            cleaned["recipients"],
            language=cleaned["language"],
            reply_by=cleaned["reply_by"],
            by=self.person(request),
            now=timezone.now(),
        )
        self.message_user(request, _("Asked. A second person now reads the copies and releases them."))
        if request.user.has_perm("letters.view_release"):
            return redirect("admin:letters_release_change", release.pk)
        return redirect(self.object_url(statement))

    def _release_form(self, request: HttpRequest, statement: Statement) -> ReleaseForm:
        version = statement.current_version
        offices = Recipient.objects.public().prefetch_related("forms_of_address")
        remaining = still_to_write(version.digest if version else "", offices)
        if request.method != "POST":
            return ReleaseForm(still_to_write=remaining)
        if "change" in request.POST:  # coming back from the preview, with the choice as it was
            chosen = {**request.POST.dict(), "recipients": request.POST.getlist("recipients")}
            return ReleaseForm(initial=chosen, still_to_write=remaining)
        return ReleaseForm(request.POST, still_to_write=remaining)

    def _page(
        self, request: HttpRequest, statement: Statement, template: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        return self.step_page(
            request, statement, self.step("ask_for_release"), PAGES + template, context, status=status
        )

    def preview_pdf_view(self, request: HttpRequest, statement_id: int, recipient_id: int) -> HttpResponse:
        """The copy of one office as PDF, before anything is stored."""
        statement = self.get_object(request, str(statement_id))
        if statement is None or not request.user.has_perm(PERMISSION) or not self.has_view_permission(request):
            raise Http404
        form = ReleaseForm(
            {**request.GET.dict(), "recipients": [recipient_id]},
            still_to_write=list(Recipient.objects.filter(pk=recipient_id).prefetch_related("forms_of_address")),
        )
        if not form.is_valid():
            raise Http404
        try:
            release, copies, _refusals = preview_copies(
                form.cleaned_data["recipients"],
                language=form.cleaned_data["language"],
                reply_by=form.cleaned_data["reply_by"],
                now=timezone.now(),
                **release_facts(statement.pk, now=timezone.now()),
            )
        except StatementsError as exc:
            raise Http404 from exc
        if recipient_id not in copies:
            raise Http404
        return previews.pdf_response(copies[recipient_id], release)
