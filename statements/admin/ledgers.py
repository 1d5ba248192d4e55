"""The ledgers: who was asked, and who signed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit_words
from accounts.row_filter import RowFilter
from accounts.stateful_admin import ReadOnlyAdmin
from statements.models import CoSignature, Invitation, Statement


class StatementFilter(RowFilter):
    title = gettext_lazy("statement")
    parameter_name = "statement"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(row.pk), str(row)) for row in Statement.objects.prefetch_related("versions__translations")]


class WaitingFilter(admin.SimpleListFilter):
    title = gettext_lazy("answer")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waiting", _("not yet, and still possible")), ("given", _("given"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        if self.value() == "waiting":
            return queryset.waiting(timezone.now())
        return queryset.exclude(state__in=Invitation.OPEN_STATES) if self.value() == "given" else queryset


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["organization", "statement", "mark", "invited_at", "opened_at", "answered_at"]
    list_filter = [WaitingFilter, "state", StatementFilter]
    search_fields = ["organization__name"]
    ordering = ["-invited_at", "organization__name"]
    fields = ["statement", "organization", "invited_at", "invited_by", "opened_at", "answered_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        invitations = super().get_queryset(request).select_related("organization", "statement", "invited_by")
        return invitations.prefetch_related("statement__versions__translations")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def mark(self, invitation: Invitation) -> str:
        tone = {"signed": "good", "declined": "bad", "unable": "bad", "withdrawn": "bad"}.get(invitation.state, "open")
        return format_html('<span class="mark mark-{}">{}</span>', tone, invitation.get_state_display())


@admin.register(CoSignature)
class CoSignatureAdmin(ReadOnlyAdmin):
    """Who signed which exact words, on what authority. The signer's name stands on the page of one, not in the list."""

    list_display = ["name", "statement", "signed_at", "version_number", "language_read", "stands"]
    list_filter = [StatementFilter, "language_read"]
    search_fields = ["organization__name"]
    ordering = ["-signed_at"]
    state_field = ""
    fields = [
        "statement",
        "organization",
        "name",
        "signer_name",
        "signer_title",
        "authority",
        "signed_at",
        "version_number",
        "language_read",
        "digest",
        "is_lead",
        "withdrawn_at",
    ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who signed for the organization is for those who know its delegates; what it signed, for all who look."""
        fields: list[Any] = list(self.fields or [])
        if request.user.has_perm("campaigns.view_delegate"):
            return fields
        return [name for name in fields if name not in ("signer_name", "signer_title", "authority")]

    def panels(self, request: HttpRequest, cosignature: CoSignature) -> dict[str, Any]:
        """The history names who signed as well: without those lines for whoever does not know the delegates."""
        if request.user.has_perm("campaigns.view_delegate"):
            return {}
        lines = self.history_of(cosignature).exclude(by=cosignature.signed_by_id)
        return {"history": [audit_words.line(entry) for entry in lines]}

    def is_restricted(self, request: HttpRequest, obj: CoSignature) -> bool:
        return bool(request.user.has_perm("campaigns.view_delegate"))  # then the signer's name is shown

    def get_queryset(self, request: HttpRequest) -> QuerySet[CoSignature]:
        rows = super().get_queryset(request).select_related("organization", "statement", "version")
        return rows.prefetch_related("statement__versions__translations")

    @admin.display(description=gettext_lazy("name as signed"), ordering="organization__name")
    def name(self, cosignature: CoSignature) -> str:
        return cosignature.name_in("en")

    @admin.display(description=gettext_lazy("version"))
    def version_number(self, cosignature: CoSignature) -> int:
        return cosignature.version.number

    @admin.display(description=gettext_lazy("stands"), boolean=True)
    def stands(self, cosignature: CoSignature) -> bool:
        return cosignature.withdrawn_at is None
