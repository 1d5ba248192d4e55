"""`{{ dotted.name }}` in templates: every one is filled, or the whole text is refused."""

import re
from collections.abc import Callable, Mapping

from letters.rendering.tree import printable
from letters.rendering.wording import gettext_noop, translated

_NAME = r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*"
_PLACEHOLDER = re.compile(r"(?<!\{)\{\{[ \t]*(" + _NAME + r")[ \t]*\}\}(?!\})")
_BRACES = re.compile(r"\{\{.{0,40}|.{0,40}\}\}", re.DOTALL)

# What CommonMark or a placeholder could act upon, each only where it could: a name is left
# readable, and an address still works as <{{ statement.url }}>. Written as a character reference
# it is inert everywhere; a backslash is not, in a code span.
_ACTIVE = re.compile(
    r"""[\\`*{}\[\]()<>^]"""
    r"""|(?<![^\W_])_|_(?![^\W_])"""  # not inside a word
    r"""|&(?=\#?\w*(?:;|$))"""  # a character reference, or the beginning of one
    r"""|(?<=\ )[\#"']"""  # the end of a heading; the title of a link
    r"""|!$""",  # before a link it would make an image
    re.VERBOSE,
)
# At the beginning of a line, or right behind "[1]": lists, headings, fences, rules, definitions.
_ACTIVE_AT_THE_START = re.compile(r"[-+=~#.:]+|\d(?=\d{0,8}(?:[.)]|$))")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


class PlaceholderError(ValueError):
    """A template cannot be filled; str() is a sentence for the person who wrote it.

    `message` and `params` are kept apart, as ValidationError takes them.
    """

    message = ""

    def __init__(self, **params: str):
        super().__init__(self.message, params)
        self.params = params

    def __str__(self) -> str:
        return translated(self.message) % self.params


class MissingPlaceholder(PlaceholderError):
    """Values that the template asks for are unknown or empty; `names` has them all, in order."""

    message = gettext_noop("There is no value for %(names)s.")

    def __init__(self, names: list[str]):
        self.names = tuple(names)
        super().__init__(names=", ".join(f"{{{{ {name} }}}}" for name in names))


class BrokenPlaceholder(PlaceholderError):
    """Two braces stand in the template that are not a placeholder."""

    message = gettext_noop("“%(found)s” is not a placeholder; write it like {{ recipient.name }}.")

    def __init__(self, found: str):
        super().__init__(found=found)


def placeholders_in(template: str) -> set[str]:
    """Return the names of all placeholders. Raises BrokenPlaceholder."""
    return set(_names(template))


def fill(template: str, values: Mapping[str, object]) -> str:
    """Return Markdown with every placeholder replaced by its value.

    Keys of values are the whole names ("recipient.salutation"). A value is text and nothing else:
    no Markdown in it acts, no placeholder in it is filled. Its lines, or the items of a list or
    tuple, stay lines; blank ones and spaces around them are dropped.

    Raises MissingPlaceholder naming every value that is not there or is blank, and
    BrokenPlaceholder.
    """
    return _replace(template, values, _as_markdown)


def fill_line(template: str, values: Mapping[str, object]) -> str:
    """Return one line of plain text, such as a subject, filled as fill() does but without escapes.

    Lines of a value are joined with ", ", so that no value can begin a new header.
    """
    filled = _replace(template, values, ", ".join)
    return " ".join(filled.split())


class Mould:
    """One template for many copies: what all of them share is filled in once, the rest for each.

    fill() and line() return what the functions of that name do with all values, and raise the same.
    """

    def __init__(self, template: str, shared: Mapping[str, object]):
        self._template, self._shared = template, shared
        self._names = _names(template)
        self._own = [name for name in self._names if name not in shared]
        self._pieces: dict[bool, list[str]] = {}  # by whether it is a line
        self._open: list[tuple[int, str]] = []  # which of the pieces each copy fills
        self._known: dict[bool, str] = {}

    def fill(self, own: Mapping[str, object]) -> str:
        return self._filled(own, as_line=False)

    def line(self, own: Mapping[str, object]) -> str:
        return self._filled(own, as_line=True)

    def _filled(self, own: Mapping[str, object], *, as_line: bool) -> str:
        if not self._own and as_line in self._known:
            return self._known[as_line]
        write: Callable[[list[str]], str] = ", ".join if as_line else _as_markdown
        lines = {name: _lines(own.get(name)) for name in self._own}
        if not all(lines.values()) or as_line not in self._pieces:
            everything = {name: _lines({**self._shared, **own}.get(name)) for name in self._names}
            if missing := [name for name, found in everything.items() if not found]:
                raise MissingPlaceholder(missing)
            pieces = _PLACEHOLDER.split(self._template)  # words, name, words, name, …
            self._open = [(n, name) for n, name in enumerate(pieces) if n % 2 and name in lines]
            for place in range(1, len(pieces), 2):
                if pieces[place] not in lines:
                    pieces[place] = write(everything[pieces[place]])
            self._pieces[as_line] = pieces
        pieces = self._pieces[as_line].copy()
        for place, name in self._open:
            pieces[place] = write(lines[name])
        filled = "".join(pieces)
        if as_line:
            filled = " ".join(filled.split())
        if not self._own:
            self._known[as_line] = filled
        return filled


def _names(template: str) -> list[str]:
    """Return the names in the order of their first appearance."""
    if broken := _BRACES.search(_PLACEHOLDER.sub(" ", template)):
        raise BrokenPlaceholder(" ".join(broken.group().split()))
    return list(dict.fromkeys(_PLACEHOLDER.findall(template)))


def _replace(template: str, values: Mapping[str, object], write: Callable[[list[str]], str]) -> str:
    lines = {name: _lines(values.get(name)) for name in _names(template)}
    if missing := [name for name, found in lines.items() if not found]:
        raise MissingPlaceholder(missing)
    return _PLACEHOLDER.sub(lambda match: write(lines[match[1]]), template)


def _lines(value: object) -> list[str]:
    """Return the lines of a value that hold something."""
    items = value if isinstance(value, list | tuple) else [value]
    text = "\n".join(str(item) for item in items if item is not None)
    lines = (" ".join(printable(line).split()) for line in text.splitlines())
    return [line for line in lines if line]


def _as_markdown(lines: list[str]) -> str:
    # As a character reference a line end begins no block; document_tree() makes it a line break.
    return "&#10;".join(_inert(line) for line in lines)


def _inert(line: str) -> str:
    if not _LETTER_OR_DIGIT.search(line):  # "---" or "===" would act as a whole line
        return "".join(map(_reference, line))
    start = _ACTIVE_AT_THE_START.match(line)
    end = start.end() if start else 0
    rest = _ACTIVE.sub(lambda match: _reference(match.group()), line[end:])
    return "".join(map(_reference, line[:end])) + rest


def _reference(character: str) -> str:
    return character if character == " " else f"&#{ord(character)};"
