"""People who were asked to sign for themselves, at the desk."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.stateful_admin import ReadOnlyAdmin
from statements.admin.ledgers import StatementFilter
from statements.models import PersonalSignature


@admin.register(PersonalSignature)
class PersonalSignatureAdmin(ReadOnlyAdmin):
    """The name stands on the page of one, not in the list."""

    list_display = ["number", "statement", "state", "invited_at", "signed_at"]
    list_filter = ["state", StatementFilter]
    ordering = ["-invited_at"]
    fields = ["statement", "name", "affiliation", "invited_at", "signed_at", "version", "digest", "withdrawn_at"]

    @admin.display(description=gettext_lazy("number"), ordering="pk")
    def number(self, signature: PersonalSignature) -> int:
        return int(signature.pk)

    def is_restricted(self, request: HttpRequest, obj: PersonalSignature) -> bool:
        return True

    def get_queryset(self, request: HttpRequest) -> QuerySet[PersonalSignature]:
        rows = super().get_queryset(request).select_related("statement", "version__statement")
        return rows.prefetch_related("statement__versions__translations")
