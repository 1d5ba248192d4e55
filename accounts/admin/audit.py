"""The audit, at the desk."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts import audit_words
from accounts.models import AuditEntry
from accounts.stateful_admin import ReadOnlyAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """What staff and delegates did, newest first."""

    list_display = ["at", "by", "words", "to_what", "reason"]
    list_filter = ["at", "act", "object_type", ("by", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["by"]
    fields = ["at", "by", "words", "to_what", "reason", "details_shown"]
    ordering = ["-pk"]

    @admin.display(description=_("what"), ordering="act")
    def words(self, entry: AuditEntry) -> str:
        return audit_words.act_in_words(entry.act)

    @admin.display(description=_("to what"))
    def to_what(self, entry: AuditEntry) -> str:
        label = f"{entry.object_type.rpartition('.')[2]} {entry.object_id}"
        try:
            url = reverse(f"admin:{entry.object_type.replace('.', '_')}_change", args=[entry.object_id])
        except NoReverseMatch:
            return label
        return format_html('<a href="{}">{}</a>', url, label)

    @admin.display(description=_("details"))
    def details_shown(self, entry: AuditEntry) -> str:
        return audit_words.details_in_words(entry.details) or "–"

    def history_of(self, obj: Any) -> QuerySet[AuditEntry]:
        return AuditEntry.objects.none()
