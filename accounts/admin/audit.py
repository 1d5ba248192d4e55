"""The audit at the desk: looking for lines, the state of the chain, and taking lines away as CSV."""

import itertools
from typing import Any

from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts import audit, audit_words
from accounts.audit import chain, finding
from accounts.audit_forms import ExportForm, SearchForm
from accounts.models import AuditEntry
from accounts.spreadsheet import csv_lines
from accounts.stateful_admin import ReadOnlyAdmin

LINES_SHOWN = 50
DAYS_OF_HEADS = 14
EXPORT = "accounts.export_auditentry"
PAGES = "admin/accounts/auditentry/"


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """What staff and delegates did, newest first."""

    fields = ["at", "by", "words", "to_what", "reason", "details_shown", "in_chain"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        return super().get_queryset(request).select_related("by", "link")

    def get_urls(self) -> list[Any]:
        export = self.admin_site.admin_view(self.export_view)
        return [path("export/", export, name="accounts_auditentry_export"), *super().get_urls()]

    # --- The list ---------------------------------------------------------------------------------------------
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = SearchForm(request.GET)
        if set(request.GET) - set(form.fields):
            raise BadRequest("The audit is not looked through by this.")
        is_valid = form.is_valid()
        found = form.question().lines().select_related("by", "link")
        if before := form.cleaned_data.get("before"):
            found = found.filter(pk__lt=before)
        entries = list(found[: LINES_SHOWN + 1])
        asked = request.GET.copy()
        asked.pop("before", None)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Audit"),
            "form": form,
            "lines": [self._line(entry) for entry in entries[:LINES_SHOWN]],
            "older": entries[LINES_SHOWN - 1].pk if len(entries) > LINES_SHOWN else None,
            "is_newest": not before,
            "asked": asked.urlencode() if is_valid else "",
            "may_export": request.user.has_perm(EXPORT),
            **_chain_now(),
        }
        return TemplateResponse(request, PAGES + "change_list.html", context, status=200 if is_valid else 422)

    def _line(self, entry: AuditEntry) -> dict[str, Any]:
        return {
            **audit_words.line(entry),
            "url": reverse("admin:accounts_auditentry_change", args=[entry.pk]),
            "to_what": self.to_what(entry),
        }

    # --- One line ---------------------------------------------------------------------------------------------
    @admin.display(description=_("what"))
    def words(self, entry: AuditEntry) -> str:
        return audit_words.act_in_words(entry.act)

    @admin.display(description=_("to what"))
    def to_what(self, entry: AuditEntry) -> str:
        label = f"{audit_words.kind_in_words(entry.object_type)} {entry.object_id}"
        try:
            url = reverse(f"admin:{entry.object_type.replace('.', '_')}_change", args=[entry.object_id])
        except NoReverseMatch:
            return label
        return format_html('<a href="{}">{}</a>', url, label)

    @admin.display(description=_("details"))
    def details_shown(self, entry: AuditEntry) -> str:
        return audit_words.details_in_words(entry.details) or "–"

    @admin.display(description=_("place in the chain"))
    def in_chain(self, entry: AuditEntry) -> str:
        link = getattr(entry, "link", None)
        return f"{link.position}:{bytes(link.digest).hex()}" if link else str(_("not sealed yet"))

    def history_of(self, obj: Any) -> QuerySet[AuditEntry]:
        return AuditEntry.objects.none()

    # --- Taking lines away --------------------------------------------------------------------------------------
    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Ask what for, write that down, then stream what was looked for as CSV."""
        if not request.user.has_perm(EXPORT):
            raise PermissionDenied
        search = SearchForm(request.GET)
        form = ExportForm(request.POST if request.method == "POST" else None)
        newest = search.question().lines().first() if search.is_valid() else None
        if request.method == "POST" and form.is_valid() and newest:
            question = search.question()
            audit.record(
                "accounts.export_audit",
                newest,
                by=self.person(request),
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
                **question.as_details(),
            )
            return _as_file(question, newest.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Export the audit"),
            "form": form,
            "search": search,
            "is_empty": newest is None,
            "back_url": f"{reverse('admin:accounts_auditentry_changelist')}?{request.GET.urlencode()}",
        }
        status = 422 if request.method == "POST" else 200
        return TemplateResponse(request, PAGES + "export.html", context, status=status)


def _as_file(question: finding.Question, up_to: int) -> StreamingHttpResponse:
    lines = csv_lines(itertools.chain([finding.COLUMNS], finding.rows(question, up_to=up_to)))
    name = f"audit-{timezone.localdate().isoformat()}.csv"
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store, private",
        },
    )


def _chain_now() -> dict[str, Any]:
    """How far the chain is sealed, what waits, and the heads to keep elsewhere."""
    now = timezone.now()
    return {
        "head": chain.head(),
        "unsealed": chain.unsealed(behind=chain.LATE_LINES).count(),
        "heads": chain.daily_heads(now, DAYS_OF_HEADS),
    }
