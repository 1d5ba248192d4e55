"""Handing a petition over: freezing its count, taking the files along, and asking for the letters."""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.stateful_admin import StatefulAdmin
from accounts.steps import step
from letters.exceptions import LettersError
from letters.models import Release
from petitions import services
from petitions.admin.forms import HandoverForm, HandoverReleaseForm
from petitions.exceptions import PetitionsError
from petitions.models import Handover

TAKE = "petitions.take_handover"
MEDIA = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}


@admin.register(Handover)
class HandoverAdmin(StatefulAdmin):
    refusals = (PetitionsError, LettersError)
    change_actions = ["ask_for_release"]
    form = HandoverForm
    list_display = ["title", "as_of", "count", "named_count", "made_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Handover]:
        rows = super().get_queryset(request).select_related("petition", "made_by")
        return rows.prefetch_related("petition__texts")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["petition"] if obj is None else ["title", "as_of", "count", "named_count", "digest", "made_by"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else self.get_fields(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # nothing of it changes

    @admin.display(description=gettext_lazy("petition"))
    def title(self, handover: Handover) -> str:
        return str(handover.petition)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_safe(self.file_view))
        return [path("<int:handover_id>/files/<str:name>", view, name="petitions_handover_file"), *super().get_urls()]

    def file_view(self, request: HttpRequest, handover_id: int, name: str) -> HttpResponse:
        """One file as a download, for whoever carries it."""
        if not request.user.has_perm(TAKE):
            raise PermissionDenied
        handover = Handover.objects.filter(pk=handover_id).first()
        if handover is None or not name.isprintable():  # PostgreSQL looks for no name with NUL in it
            raise Http404
        try:
            content = services.take_file(handover, name, by=self.person(request), now=timezone.now())
        except LettersError as exc:
            raise Http404(str(exc)) from exc
        return HttpResponse(
            content,
            content_type=MEDIA[name.rpartition(".")[2]],
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "X-Content-Type-Options": "nosniff",
            },
        )

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Without the transaction that Django puts around a form: the files are made before anything is locked."""
        try:
            response: HttpResponse = self._changeform_view(request, None, form_url, extra_context)
        except PetitionsError as exc:
            self.message_user(request, str(exc), messages.ERROR)
            return redirect("admin:petitions_handover_changelist")
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Freezing makes the row itself, so that it is written in one way only."""
        frozen = services.freeze_handover(obj.petition_id, by=self.person(request), now=timezone.now())
        obj.pk, obj.__dict__ = frozen.pk, frozen.__dict__

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service has written the line."""

    def next_step(self, request: HttpRequest, handover: Handover) -> str:
        if handover.void_at:
            return _("Somebody took their name back before everything had left. Freeze the count anew.")
        names = ngettext(
            "%(count)d name goes along, to offices that are not marked hostile.",
            "%(count)d names go along, to offices that are not marked hostile.",
            handover.named_count,
        ) % {"count": handover.named_count}
        states = set(Release.objects.filter(about=handover.about).values_list("state", flat=True))
        if Release.State.REQUESTED in states:
            then = _("Its letters wait for somebody other to approve them.")
        elif Release.State.APPROVED in states:
            then = _("Its letters were approved: their release says what became of each.")
        else:
            then = _("Next: ask for the letters.")
        return f"{names if handover.named_count else _('No names go along.')} {then}"

    def panels(self, request: HttpRequest, handover: Handover) -> dict[str, Any]:
        may_take = request.user.has_perm(TAKE)
        files = [
            {
                "name": row.name,
                "digest": row.digest,
                "size": row.size,
                "has_names": row.has_names,
                "url": reverse("admin:petitions_handover_file", args=[handover.pk, row.name])
                if may_take and row.is_kept
                else "",
            }
            for row in handover.files.defer("content").annotate(is_kept=Q(content__isnull=False))
        ]
        releases = Release.objects.filter(about=handover.about).select_related("requested_by", "decided_by")
        return {"files": files, "releases": releases.defer("signatories", "senders"), "totals": handover.totals}

    def offers(self, request: HttpRequest, handover: Handover, name: str) -> bool:
        return handover.void_at is None

    @step(
        gettext_lazy("Ask for the letters"),
        permission="letters.request_release",
        has_page=True,
        explains=gettext_lazy(
            "A letter to each office carries the files. Offices that are marked hostile get totals only. Somebody else "
            "approves the release; you both read every copy on its page."
        ),
        tone="main",
    )
    def ask_for_release(self, request: HttpRequest, handover: Handover) -> Any:
        form = HandoverReleaseForm(handover, request.POST if request.method == "POST" else None)
        status = 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                try:
                    release = self._ask(request, handover, **form.cleaned_data)
                except (PetitionsError, LettersError) as exc:
                    form.add_error(None, str(exc))
                    status = 409
                else:
                    url = reverse("admin:letters_release_change", args=[release.pk])
                    link = format_html('<a href="{}">{}</a>', url, _("Read the copies."))
                    return self.done(request, handover, format_html("{} {}", _("Asked for."), link))
        context = {"form": form}
        return self.step_page(
            request, handover, self.step("ask_for_release"), "admin/step_form.html", context, status=status
        )

    def _ask(self, request: HttpRequest, handover: Handover, recipients: Any, language: str, reply_by: date) -> Release:
        return services.request_handover(
            handover.pk, recipients, language=language, reply_by=reply_by, by=self.person(request), now=timezone.now()
        )
