"""docs/privacy.md says of every clock and every eraser what the code says."""

from django.utils import translation

from privacy import erasure, retention
from privacy.management.commands.retention import in_words
from tests.servers import REPOSITORY

PAGE = REPOSITORY / "docs" / "privacy.md"


def table() -> list[str]:
    """The rows that have to stand there."""
    with translation.override("en"):
        return [f"| `{clock.name}` | {clock.title} | {in_words(clock)} |" for clock in retention.clocks()]


def test_the_table_of_clocks_is_that_of_the_code():
    written = [line for line in PAGE.read_text().splitlines() if line.startswith("| `") and line.count("|") == 4]
    assert written == table(), "the rows should be:\n" + "\n".join(table())


def test_every_eraser_is_named():
    text = PAGE.read_text()
    for eraser in erasure.erasers():
        assert f"**{eraser.title}**" in text, eraser.name
