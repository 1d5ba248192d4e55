"""How lists go to PostgreSQL: bulk_create() sends each column of many rows as one array."""

from typing import Any

import psycopg
from psycopg.types.array import ListDumper


class QuotedListDumper(ListDumper):
    """A list as the text of an array, every element of it in quotes.

    psycopg looks at each element to see whether it needs quotes and escapes it sign by sign, in Python: half of the
    time in which ten thousand letters are frozen, whose JSON is full of quotes. PostgreSQL takes quotes around any
    element but NULL (https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO).
    """

    def dump(self, obj: list[Any]) -> Any:
        if self.sub_dumper is None or any(isinstance(element, list) for element in obj):
            return super().dump(obj)
        return b"{" + self.delimiter.join([self._element(self.sub_dumper, element) for element in obj]) + b"}"

    @staticmethod
    def _element(dumper: Any, element: Any) -> bytes:
        text = None if element is None else dumper.dump(element)
        if text is None:
            return b"NULL"
        return b'"' + bytes(text).replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def register() -> None:
    """Use it for every connection that is opened from now on."""
    psycopg.adapters.register_dumper(list, QuotedListDumper)
