"""The files under demo/data: records as JSON, texts as Markdown with a YAML head."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"
LANGUAGES = ("en", "ko")
OF_LETTERS = (*LANGUAGES, "zh")  # letters are written in more languages than the site has

Record = dict[str, Any]


@dataclass(frozen=True)
class Text:
    """One text in one language. The head holds its title, its date and what else belongs to its kind."""

    language: str
    head: Record
    body: str


def document(name: str) -> Record:
    """A whole JSON file: `document("campaign")`."""
    content: Record = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    return content


def records(name: str) -> list[Record]:
    """The records of a JSON file, in its order."""
    found: list[Record] = document(name)["records"]
    return found


def texts(name: str) -> list[Text]:
    """A text in every language it is there in, English first."""
    found = [_text(name, language) for language in OF_LETTERS if _path(name, language).exists()]
    if not found:
        raise FileNotFoundError(_path(name, LANGUAGES[0]))
    return found


def _text(name: str, language: str) -> Text:
    empty, head, body = _path(name, language).read_text("utf-8").split("---\n", 2)
    if empty:
        raise ValueError(f"{name}.{language}.md does not begin with a head")
    return Text(language, yaml.safe_load(head), body.strip() + "\n")


def _path(name: str, language: str) -> Path:
    return DATA / "texts" / f"{name}.{language}.md"
