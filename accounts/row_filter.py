"""A filter of a desk list by one row of another model."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

LARGEST_ID = 2**63 - 1  # what a column of ids holds


class RowFilter(admin.SimpleListFilter):
    """`?petition=12`; `parameter_name` is the foreign key. What can be no id filters nothing."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        number = self.value() or ""
        if not number.isdecimal() or len(number) > len(str(LARGEST_ID)) or int(number) > LARGEST_ID:
            return queryset
        return queryset.filter(**{self.parameter_name or "pk": int(number)})
