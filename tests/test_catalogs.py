"""The catalogs of translations are complete, keep what the code fills in, and compile."""

import re
from gettext import GNUTranslations
from pathlib import Path

import polib
import pytest
from django.conf import settings

from config import catalogs
from tests import messages

FILES = sorted(file for folder in settings.LOCALE_PATHS for file in Path(folder).glob("*/LC_MESSAGES/*.po"))
# What code or a template fills in (%s, %(name)s, a %% it prints), and what stands for a placeholder of a letter.
FILLED_IN = re.compile(r"%(?:\(\w+\))?[sd]|%%|\{\{.*?\}\}")
TAG = re.compile(r"</?\w[^>]*>")


def _pairs(catalog):
    """(message, translation) of every entry; a translation of a plural is held against the plural."""
    for entry in catalog:
        if entry.msgid_plural:
            yield from ((entry.msgid_plural, form) for form in entry.msgstr_plural.values())
        else:
            yield entry.msgid, entry.msgstr


def _unlike(catalog, what):
    """The pairs that differ in what `what` finds in them."""
    return [(message, words) for message, words in _pairs(catalog) if what(message) != what(words)]


@pytest.fixture(params=FILES, ids=lambda file: file.parts[-3])
def file(request):
    return request.param


@pytest.fixture
def catalog(file):
    return polib.pofile(str(file))


@pytest.fixture(scope="module")
def said():
    """Every message of the product."""
    return messages.in_code() | messages.in_templates()


def test_all_that_is_said_has_its_korean(said):
    [korean] = [file for file in FILES if file.parts[-3] == "ko"]
    assert said - {entry.msgid for entry in polib.pofile(str(korean))} == set()


def test_a_catalog_holds_nothing_that_is_said_no_more(catalog, said):
    assert {entry.msgid for entry in catalog} - said == set()


def test_every_message_is_translated(catalog):
    assert [entry.msgid for entry in catalog.untranslated_entries()] == []


def test_nothing_is_fuzzy_or_left_over(catalog):
    assert [entry.msgid for entry in catalog if entry.fuzzy or entry.obsolete] == []


def test_a_translation_fills_in_what_the_message_does(catalog):
    assert _unlike(catalog, lambda words: sorted(FILLED_IN.findall(words))) == []


def test_a_translation_keeps_the_tags_of_the_message(catalog):
    assert _unlike(catalog, lambda words: sorted(TAG.findall(words))) == []


def test_a_translation_begins_and_ends_with_the_same_space(catalog):
    assert _unlike(catalog, lambda words: re.findall(r"^\s*|\s*$", words)) == []


def test_the_catalog_compiles_to_what_it_says(file, catalog, tmp_path, settings):
    copy = tmp_path / Path(*file.parts[-3:])
    copy.parent.mkdir(parents=True)
    copy.write_bytes(file.read_bytes())
    settings.LOCALE_PATHS = [tmp_path]
    (compiled,) = catalogs.compile_all()
    with compiled.open("rb") as stream:
        translations = GNUTranslations(stream)
    for entry in catalog:
        if entry.msgid_plural or entry.msgctxt:
            continue
        assert translations.gettext(entry.msgid) == entry.msgstr
