"""Every message that code and templates hand to gettext, read from them without the gettext program."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.template import Engine
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from tests.servers import REPOSITORY

PLACE_OF_MESSAGE = dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"], 0)
PLACE_OF_MESSAGE |= dict.fromkeys(["pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"], 1)
NOT_SHOWN = {"tests", "benchmarks", "var"}
IN_FILTER = re.compile(r"""\b_\(("[^"]*"|'[^']*')\)""")


def in_code() -> set[str]:
    return {message for file in _code() for message in _of_module(file.read_text())}


def in_templates() -> set[str]:
    files = [file for file in (REPOSITORY / "templates").rglob("*") if file.is_file()]
    return {message for file in files for message in _of_template(file.read_text())}


def _code() -> Iterator[Path]:
    for room in REPOSITORY.iterdir():
        if room.is_dir() and room.name not in NOT_SHOWN and not room.name.startswith("."):
            yield from room.rglob("*.py")


def _of_module(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        place = PLACE_OF_MESSAGE.get(getattr(node.func, "id", getattr(node.func, "attr", "")))
        if place is not None and len(node.args) > place and isinstance(message := node.args[place], ast.Constant):
            yield str(message.value)


def _of_template(source: str) -> Iterator[str]:
    tree: Any = Engine.get_default().from_string(source).nodelist
    for node in tree.get_nodes_by_type(TranslateNode):
        literal = getattr(node.filter_expression.var, "literal", None)
        if isinstance(literal, str):
            yield literal
    for node in tree.get_nodes_by_type(BlockTranslateNode):
        yield node.render_token_list(node.singular)[0]
    yield from (quoted[1:-1] for quoted in IN_FILTER.findall(source))
