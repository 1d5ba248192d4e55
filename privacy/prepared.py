"""Queries whose SQL is written once a process: on the paths where a person waits, writing it costs more than asking.

The query itself stays where such queries stand, in a QuerySet with its own words for which rows are meant.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

Value = int | str | bytes


class Prepared:
    """A query that differs from call to call in a few values only.

    `build` is given a stand-in for each of `names` (`slug=str` and so on) and returns the QuerySet: of `values_list`,
    or of plain model rows without `select_related`. It must do nothing with the stand-ins but look rows up by them.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **names: type[Value]):
        self.build = build
        self.stand_ins = {name: _stand_in(kind, number) for number, (name, kind) in enumerate(names.items())}
        self.written: dict[str, tuple[str, list[Any], Any, Any]] = {}  # by vendor

    def rows(self, **values: Value) -> list[tuple[Any, ...]]:
        """The rows for these values, converted as the ORM does."""
        sql, parameters, compiler, select = self._written()
        converters = compiler.get_converters(select)
        with connection.cursor() as cursor:
            cursor.execute(sql, [self._filled(parameter, values) for parameter in parameters])
            rows: Any = cursor.fetchall()
        if converters:
            rows = compiler.apply_converters(rows, converters)
        return [tuple(row) for row in rows]

    def objects(self, **values: Value) -> list[Any]:
        """The same as instances of the model, with the fields that the query loads."""
        compiler, select = self._written()[2:4]
        model: type[Model] = compiler.query.model
        names = [expression.target.attname for expression in select]
        return [model.from_db(connection.alias, names, row) for row in self.rows(**values)]

    def _written(self) -> tuple[str, list[Any], Any, Any]:
        found = self.written.get(connection.vendor)
        if found is None:
            compiler: Any = self.build(**self.stand_ins).query.get_compiler(connection=connection)
            sql, parameters = compiler.as_sql()
            plain = [_plain(parameter) for parameter in parameters]
            assert all(stand_in in plain for stand_in in self.stand_ins.values()), "each is a parameter of the query"
            places = {value: _Place(name) for name, value in self.stand_ins.items()}
            known = [places.get(value, raw) for value, raw in zip(plain, parameters, strict=True)]
            described = compiler
            if compiler.query.combinator:  # of a union, the first says what the columns are
                described = compiler.query.combined_queries[0].get_compiler(connection=connection)
                described.setup_query()
            select = [expression for expression, _sql_of_it, _alias in described.select]
            found = self.written[connection.vendor] = sql, known, compiler, select
        return found

    @staticmethod
    def _filled(parameter: Any, values: dict[str, Value]) -> Any:
        if not isinstance(parameter, _Place):
            return parameter
        value = values[parameter.name]
        driver: Any = connection
        return driver.Database.Binary(value) if isinstance(value, bytes) else value


class _Place:
    """Where a value goes."""

    def __init__(self, name: str):
        self.name = name


def _stand_in(kind: type[Value], number: int) -> Value:
    if kind is int:
        return 7_777_777_777_000 + number
    text = f"stand-in {number} of a prepared query"
    return text.encode() if kind is bytes else text


def _plain(parameter: Any) -> Any:
    """A parameter as it can be compared: what drivers wrap bytes in, unwrapped."""
    wrapped = getattr(parameter, "obj", parameter)
    return bytes(wrapped) if isinstance(wrapped, memoryview | bytearray | bytes) else wrapped
