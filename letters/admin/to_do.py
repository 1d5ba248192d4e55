"""Lists that show first what there is to do."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class ToDoFilter(admin.SimpleListFilter):
    """Without a choice the list holds what is to do; `lookups` name the rest, `queryset` finds both."""

    title = gettext_lazy("what to show")
    parameter_name = "show"

    def choices(self, changelist: Any) -> Any:
        for choice in super().choices(changelist):
            if choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name]):
                choice["display"] = _("to do")
            yield choice
