"""Queries whose SQL is written once a process: on the paths where a person waits, writing it costs more than asking.

The query itself stays where such queries stand, in a QuerySet with its own words for which rows are meant. PostgreSQL
too plans it only once for each connection, unless DATABASE_PREPARES says that connections are not ours to keep.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import NotSupportedError, connection, transaction
from django.db.models import Model, QuerySet
from django.db.models.sql import UpdateQuery

Value = int | str | bytes | datetime | UUID


class Prepared:
    """A query that differs from call to call in a few values only.

    `build` is given a stand-in for each of `names` (`slug=str` and so on) and returns the QuerySet: of `values_list`,
    or of plain model rows without `select_related`. It must do nothing with the stand-ins but look rows up by them.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **names: type[Value]):
        self.build = build
        self.stand_ins = _stand_ins(names)
        self.written: dict[str, tuple[str, list[Any], Any, Any]] = {}  # by vendor

    def rows(self, **values: Value) -> list[tuple[Any, ...]]:
        """The rows for these values, converted as the ORM does."""
        _sql, _parameters, compiler, select = self._written()
        converters = compiler.get_converters(select)
        try:
            rows: Any = self._asked(values)
        except NotSupportedError:  # a plan of before a column changed its type
            if connection.in_atomic_block:
                raise  # its ROLLBACK forgets the plans
            driver: Any = connection.connection
            driver.close()
            connection.close()
            rows = self._asked(values)
        if converters:
            rows = compiler.apply_converters(rows, converters)
        return [tuple(row) for row in rows]

    def _asked(self, values: Mapping[str, Value]) -> Any:
        sql, parameters, _compiler, _select = self._written()
        with _plans_kept(), connection.cursor() as cursor:
            cursor.execute(sql, _filled(parameters, values))
            return cursor.fetchall()

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
            described = compiler
            if compiler.query.combinator:  # of a union, the first says what the columns are
                described = compiler.query.combined_queries[0].get_compiler(connection=connection)
                described.setup_query()
            select = [expression for expression, _sql_of_it, _alias in described.select]
            found = self.written[connection.vendor] = sql, _places(parameters, self.stand_ins), compiler, select
        return found


class PreparedUpdate:
    """An UPDATE of the rows of one table, whose values differ from call to call.

    `build` is given the stand-ins, as that of Prepared, and returns which rows are meant and what is written to them.
    """

    def __init__(self, build: Callable[..., tuple[QuerySet[Any, Any], dict[str, Any]]], **names: type[Value]):
        self.build = build
        self.stand_ins = _stand_ins(names)
        self.written: dict[str, tuple[str, list[Any]]] = {}  # by vendor

    def run(self, **values: Value) -> int:
        """Write; returns how many rows there were."""
        with _plans_kept(), connection.cursor() as cursor:
            cursor.execute(*self.statement(values))
            return int(cursor.rowcount)

    def statement(self, values: Mapping[str, Value]) -> tuple[str, list[Any]]:
        """The SQL and its parameters."""
        found = self.written.get(connection.vendor)
        if found is None:
            rows, changes = self.build(**self.stand_ins)
            query: Any = rows.query.chain(UpdateQuery)
            query.add_update_values(changes)
            with transaction.atomic():  # outside of one the ORM writes no FOR UPDATE; a statement is one by itself
                sql, parameters = query.get_compiler(connection=connection).as_sql()
            found = self.written[connection.vendor] = sql, _places(parameters, self.stand_ins)
        return found[0], _filled(found[1], values)


def in_one_commit(*updates: tuple[PreparedUpdate, Mapping[str, Value]]) -> list[int]:
    """Write several after each other, all or none; returns how many rows each had.

    PostgreSQL is sent them together, which is a transaction without the ways of BEGIN and COMMIT.
    """
    if connection.vendor != "postgresql":
        with transaction.atomic():
            return [update.run(**values) for update, values in updates]
    driver: Any = connection
    with _plans_kept(), driver.wrap_database_errors:
        cursors = [(connection.cursor(), *update.statement(values)) for update, values in updates]
        with driver.connection.pipeline():
            for cursor, sql, parameters in cursors:
                cursor.execute(sql, parameters)
    return [int(cursor.rowcount) for cursor, _, _ in cursors]


@contextmanager
def _plans_kept() -> Iterator[None]:
    """Within it cursors leave the values to PostgreSQL, which keeps each statement with its plan.

    Only within: psycopg remembers the words of what it may have to prepare, and those of a bulk INSERT are megabytes.
    """
    if connection.vendor != "postgresql" or not settings.DATABASE_PREPARES or connection.queries_logged:
        yield  # the last, because no log could show what a kept plan executes
        return
    from django.db.backends.postgresql.base import ServerBindingCursor

    connection.ensure_connection()
    driver: Any = connection.connection
    ordinary = driver.cursor_factory, driver.prepare_threshold
    driver.cursor_factory, driver.prepare_threshold = ServerBindingCursor, 0
    try:
        yield
    finally:
        driver.cursor_factory, driver.prepare_threshold = ordinary


class _Place:
    """Where a value goes."""

    def __init__(self, name: str):
        self.name = name


def _places(parameters: Any, stand_ins: dict[str, Value]) -> list[Any]:
    """The parameters of a query, with a place for each that is a stand-in."""
    places = {_plain(_for_driver(value)): _Place(name) for name, value in stand_ins.items()}
    plain = [_plain(parameter) for parameter in parameters]
    assert all(stand_in in plain for stand_in in places), "each is a parameter of the query"
    return [places.get(value, raw) for value, raw in zip(plain, parameters, strict=True)]


def _filled(parameters: list[Any], values: Mapping[str, Value]) -> list[Any]:
    return [_for_driver(values[place.name]) if isinstance(place, _Place) else place for place in parameters]


def _for_driver(value: Value) -> Any:
    """The value as the ORM hands it to the driver of this database."""
    driver: Any = connection
    if isinstance(value, bytes):
        return driver.Database.Binary(value)
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value


def _stand_ins(names: dict[str, type[Value]]) -> dict[str, Value]:
    return {name: _stand_in(kind, number) for number, (name, kind) in enumerate(names.items())}


def _stand_in(kind: type[Value], number: int) -> Value:
    if kind is int:
        return 7_777_777_777_000 + number
    if kind is datetime:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=777 + number)
    if kind is UUID:
        return UUID(int=7_777_777_777_000 + number)
    text = f"stand-in {number} of a prepared query"
    return text.encode() if kind is bytes else text


def _plain(parameter: Any) -> Any:
    """A parameter as it can be compared: what drivers wrap bytes in, unwrapped."""
    wrapped = getattr(parameter, "obj", parameter)
    return bytes(wrapped) if isinstance(wrapped, memoryview | bytearray | bytes) else wrapped
