"""Asking for letters about a published statement: choose the offices, read every copy, then ask."""

from typing import Any

from django.conf import settings
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
from letters.browsing import browse
from letters.copies import write_copies
from letters.exceptions import LettersError
from letters.models import Recipient, Release
from letters.planning import plan
from letters.services import new_release
from letters.services.requesting import check_times, still_to_write
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
        states=[Statement.State.EMBARGOED, *Statement.STANDING_STATES],
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
        now = timezone.now()
        release = new_release(**_wishes(cleaned), now=now, **release_facts(statement.pk, now=now))
        offices = sorted(cleaned["recipients"], key=lambda office: office.pk)
        found = plan(release, offices, cooled_at=now + settings.RELEASE_COOLING_OFF)
        if "leave_out" in request.POST and found.refused:
            refused = {row.recipient_id for row in found.refused}
            offices = [office for office in offices if office.pk not in refused]
            found = plan(release, offices, cooled_at=now + settings.RELEASE_COOLING_OFF)
            cleaned["recipients"] = offices
        refusal = ""
        if "ask" in request.POST:
            if request.POST.get("digest") != found.digest:
                refusal = _("Something changed since you read the copies. Please read them again, then ask.")
            else:
                try:
                    return self._ask(request, statement, cleaned)
                except (StatementsError, LettersError) as exc:
                    refusal = str(exc)
        else:
            try:
                check_times(release, now)
            except LettersError as exc:
                form.add_error(None, str(exc))
                return self._page(request, statement, "release_choose.html", {"form": form}, status=422)
        query = urlencode({name: value for name, value in form.wishes().items() if value})

        def pdf_url(pk: int) -> str:
            return f"{reverse('admin:statements_statement_preview_copy', args=[statement.pk, pk])}?{query}"

        context = browse(release, found, request.POST.dict(), pdf_url=pdf_url)
        context |= {"form": form, "refusal": refusal, "digest": found.digest, "wishes": form.wishes()}
        context["everybody"], context["leave_out"] = cleaned["everybody"], "leave_out" in request.POST
        context["chosen"] = [] if cleaned["everybody"] else [office.pk for office in offices]
        return self._page(request, statement, "release_preview.html", context, status=409 if refusal else 200)

    def _ask(self, request: HttpRequest, statement: Statement, cleaned: dict[str, Any]) -> HttpResponse:
        release = services.request_release(
            statement.pk,
            cleaned["recipients"],
            **_wishes(cleaned),
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
        now = timezone.now()
        try:
            release = new_release(**_wishes(form.cleaned_data), now=now, **release_facts(statement.pk, now=now))
        except StatementsError as exc:
            raise Http404 from exc
        copies, _refusals = write_copies(release, form.cleaned_data["recipients"])
        if recipient_id not in copies:
            raise Http404
        return previews.file_response(copies[recipient_id], release)


def _wishes(cleaned: dict[str, Any]) -> dict[str, Any]:
    """What the form says about the letters themselves."""
    return {name: cleaned.get(name) for name in ("language", "reply_by", "leave_on", "leave_time")}
