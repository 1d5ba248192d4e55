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
from accounts.steps import ConfirmForm, WhyForm, step
from campaigns import domains
from statements import services
from statements.exceptions import StatementsError
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


def history_without_delegates(page: ReadOnlyAdmin, request: HttpRequest, row: Any) -> dict[str, Any]:
    """The history of a row for whoever does not know the delegates: without the lines of what these did."""
    if request.user.has_perm("campaigns.view_delegate"):
        return {}
    lines = page.history_of(row).exclude(by__is_staff=False)
    return {"history": [audit_words.line(entry) for entry in lines]}


class StandingFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("waits", _("waits for a second person")),
            ("stands", _("stands")),
            ("again", _("asked again")),
            ("withdrawn", _("withdrawn")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        if self.value() == "waits":
            return queryset.standing().filter(confirmed_at=None)
        if self.value() == "stands":
            return queryset.counted()
        if self.value() == "again":
            return queryset.filter(superseded_at__isnull=False)
        return queryset.filter(withdrawn_at__isnull=False) if self.value() == "withdrawn" else queryset


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["organization", "statement", "mark", "invited_at", "opened_at", "answered_at"]
    list_filter = [WaitingFilter, "state", StatementFilter]
    search_fields = ["organization__name"]
    ordering = ["-invited_at", "organization__name"]
    fields = [
        "statement",
        "organization",
        "invited_at",
        "invited_by",
        "opened_at",
        "answered_at",
        "needs_until",
        "reason_given",
    ]
    readonly_fields = ["reason_given"]

    def panels(self, request: HttpRequest, invitation: Invitation) -> dict[str, Any]:
        return history_without_delegates(self, request, invitation)

    @admin.display(description=gettext_lazy("reason given"))
    def reason_given(self, invitation: Invitation) -> str:
        return invitation.reason or "–"

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

    refusals = (StatementsError,)
    change_actions = ["confirm", "strike_out", "withdraw", "recipients_told"]
    list_display = ["name", "statement", "signed_at", "version_number", "language_read", "mark"]
    list_filter = [StandingFilter, StatementFilter, "language_read", "is_confidential", "is_late"]
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
        "is_late",
        "is_confidential",
        "by_authority",
        "confirmed_at",
        "superseded_at",
        "withdrawn_at",
        "recipients_told_at",
    ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who signed for the organization is for those who know its delegates; what it signed, for all who look."""
        fields: list[Any] = list(self.fields or [])
        if request.user.has_perm("campaigns.view_delegate"):
            return fields
        return [name for name in fields if name not in ("signer_name", "signer_title", "authority")]

    def panels(self, request: HttpRequest, cosignature: CoSignature) -> dict[str, Any]:
        """The history names who signed as well: without those lines for whoever does not know the delegates."""
        return history_without_delegates(self, request, cosignature)

    def is_restricted(self, request: HttpRequest, obj: CoSignature) -> bool:
        return bool(request.user.has_perm("campaigns.view_delegate"))  # then the signer's name is shown

    def get_queryset(self, request: HttpRequest) -> QuerySet[CoSignature]:
        rows = super().get_queryset(request).select_related("organization", "statement", "version", "signed_by")
        return rows.prefetch_related("statement__versions__translations")

    @admin.display(description=gettext_lazy("name as signed"), ordering="organization__name")
    def name(self, cosignature: CoSignature) -> str:
        return cosignature.name_in("en")

    @admin.display(description=gettext_lazy("version"))
    def version_number(self, cosignature: CoSignature) -> int:
        return cosignature.version.number

    @admin.display(description=gettext_lazy("state"))
    def mark(self, cosignature: CoSignature) -> str:
        if cosignature.withdrawn_at:
            tone, words = "bad", _("withdrawn")
        elif cosignature.superseded_at:
            tone, words = "open", _("asked again")
        elif cosignature.confirmed_at is None:
            tone, words = "open", _("waits for a second person")
        elif cosignature.is_confidential:
            tone, words = "good", _("counted, not named")
        else:
            tone, words = "good", _("stands")
        return format_html('<span class="mark mark-{}">{}</span>', tone, words)

    def next_step(self, request: HttpRequest, cosignature: CoSignature) -> str:
        if cosignature.stands and cosignature.confirmed_at is None:
            signer, website = cosignature.signed_by, cosignature.organization.website
            words = _("A first-time delegate signed this. Ask the organization on another way, then confirm.")
            known = request.user.has_perm("campaigns.view_delegate")
            return f"{words} {domains.in_words(signer.email, website)}" if known else words
        if cosignature.withdrawn_at and not cosignature.recipients_told_at and services.copies_out(cosignature):
            return _("Withdrawn, while copies are with offices: tell them, then note it here.")
        return ""

    def offers(self, request: HttpRequest, cosignature: CoSignature, name: str) -> bool:
        if name in {"confirm", "strike_out"}:
            return cosignature.stands and cosignature.confirmed_at is None
        if name == "withdraw":
            return cosignature.stands and cosignature.confirmed_at is not None
        return cosignature.withdrawn_at is not None and cosignature.recipients_told_at is None

    @step(
        gettext_lazy("Confirm"),
        permission="statements.confirm_cosignature",
        form=ConfirmForm,
        explains=gettext_lazy(
            "You asked the organization on another way than this signer's address, and it decided to sign. "
            "From then on this delegate is known and needs no second person."
        ),
        tone="main",
    )
    def confirm(self, request: HttpRequest, cosignature: CoSignature) -> str:
        services.confirm_cosignature(cosignature.pk, by=self.person(request), now=timezone.now())
        return _("Confirmed. The name counts now.")

    @step(
        gettext_lazy("Strike out"),
        permission="statements.confirm_cosignature",
        form=WhyForm,
        explains=gettext_lazy("The organization did not decide this. It can sign again while it is asked."),
        tone="stop",
    )
    def strike_out(self, request: HttpRequest, cosignature: CoSignature, reason: str) -> str:
        services.refuse_cosignature(cosignature.pk, by=self.person(request), reason=reason, now=timezone.now())
        return _("Struck out. It never counted.")

    @step(
        gettext_lazy("Withdraw for the organization"),
        permission="statements.withdraw_cosignature",
        form=WhyForm,
        explains=gettext_lazy(
            "Only when the organization wrote to us. Before publication the name vanishes; afterwards it is shown as "
            "withdrawn, with the date."
        ),
        tone="stop",
    )
    def withdraw(self, request: HttpRequest, cosignature: CoSignature, reason: str) -> str:
        services.withdraw_for(cosignature.pk, by=self.person(request), reason=reason, now=timezone.now())
        return _("Withdrawn.")

    @step(
        gettext_lazy("The offices were told"),
        permission="statements.withdraw_cosignature",
        form=WhyForm,
        explains=gettext_lazy(
            "Every office that holds a copy was told that this organization no longer stands under it."
        ),
    )
    def recipients_told(self, request: HttpRequest, cosignature: CoSignature, reason: str) -> str:
        services.note_recipients_told(cosignature.pk, by=self.person(request), reason=reason, now=timezone.now())
        return _("Noted.")
