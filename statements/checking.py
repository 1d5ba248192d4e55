"""What stands in the way of a lock: each finding with its place, and what to do about it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _
from django_countries import countries

from campaigns.models import Instrument, Source
from campaigns.states import states_named
from letters.rendering import placeholders_in
from letters.rendering.placeholders import BrokenPlaceholder
from statements import claims
from statements.composing import DEMANDS, REFERENCE, keys_cited, keys_defined, sources_cited
from statements.models import Translation, Version

Status = Translation.Status


@dataclass(frozen=True)
class Finding:
    """One thing the check found. What is blocking refuses the lock; the rest is confirmed with a reason.

    `paragraph` counts those of the text from 1; 0 is the text as a whole. `code` is for the audit.
    """

    code: str
    is_blocking: bool
    language: str
    paragraph: int
    words: str  # the beginning of the place
    what: str
    to_do: str

    @property
    def place(self) -> str:
        """ "English, paragraph 3" """
        name = language_name(self.language) if self.language else _("All languages")
        return (
            _("%(language)s, paragraph %(number)d") % {"language": name, "number": self.paragraph}
            if (self.paragraph)
            else name
        )


def check_version(version: Version) -> list[Finding]:
    """Everything found in the texts of a version, what blocks first. Three queries."""
    texts = sorted(version.translations.all(), key=lambda row: (row.status, row.language))
    sources, instruments = sources_cited(texts), list(Instrument.objects.all())
    found = [*_languages(version, texts), *_parallel(texts)]
    for text in texts:
        if text.progress == "missing":
            continue
        found += [*_placeholders(text), *_notes(text, sources), *_claims(text, sources, instruments)]
        if text.status != Status.AUTHORITATIVE and text.progress != "reviewed":
            found.append(
                _finding(
                    "not_reviewed", False, text, 0,
                    _("Nobody but who wrote this translation has read it."),
                    _("Let a second person read it beside the authoritative text and mark it as reviewed."),
                )
            )  # fmt: skip
    return sorted(found, key=lambda finding: not finding.is_blocking)


def language_name(code: str) -> str:
    """What a language is called in the page's language; the code of one that Django does not know."""
    try:
        return _(LANG_INFO[code]["name"])
    except KeyError:
        return code


def numbered(text: Translation) -> list[tuple[int, str]]:
    """(number from 1, words) of the paragraphs of the text that are read: no notes. The demands follow the body."""
    blocks = [block.strip() for block in re.split(r"\n[ \t]*\n", text.body.replace("\r\n", "\n"))]
    read = [block for block in blocks if block and not re.match(r" {0,3}\[\^[^\]\s]+\]:", block)]
    return list(enumerate([*read, *text.demands], start=1))


def _languages(version: Version, texts: Sequence[Translation]) -> Iterator[Finding]:
    if not any(row.status == Status.AUTHORITATIVE for row in texts):
        yield Finding(
            "no_authoritative", True, "", 0, "",
            _("No language is the authoritative text."), _("Mark one language as the authoritative text first."),
        )  # fmt: skip
    written = {row.language for row in texts if row.progress != "missing" and row.title.strip()}
    wanted = dict.fromkeys([*version.statement.languages, *(row.language for row in texts)])
    for code in wanted:
        if code not in written:
            yield Finding(
                "missing_translation", True, code, 0, "",
                _("The text in this language is missing."),
                _("Write it, or take the language out of those the statement appears in."),
            )  # fmt: skip


def _parallel(texts: Sequence[Translation]) -> Iterator[Finding]:
    """The official texts beside the authoritative one: as many demands, as many paragraphs, the same notes."""
    first = next((row for row in texts if row.status == Status.AUTHORITATIVE and row.progress != "missing"), None)
    if first is None:
        return
    for row in texts:
        if row.pk == first.pk or row.progress == "missing":
            continue
        if len(row.demands) != len(first.demands):
            yield _finding(
                "demands_differ", True, row, 0,
                _("It makes %(here)d demands, the authoritative text %(there)d.")
                % {"here": len(row.demands), "there": len(first.demands)},
                _("Make the demands the same in every language, in the same order."),
            )  # fmt: skip
        if len(numbered(row)) - len(row.demands) != len(numbered(first)) - len(first.demands):
            yield _finding(
                "paragraphs_differ", False, row, 0,
                _("It has another number of paragraphs than the authoritative text."),
                _("Look whether a paragraph is missing or was divided."),
            )  # fmt: skip
        if set(keys_cited(row)) != set(keys_cited(first)):
            yield _finding(
                "notes_differ", False, row, 0,
                _("It has other footnotes than the authoritative text."),
                _("Give each statement of fact the same sources in every language."),
            )  # fmt: skip


def _placeholders(text: Translation) -> Iterator[Finding]:
    for number, words in [(0, text.title), *numbered(text), (0, "\n".join(_note_lines(text)))]:
        try:
            left = placeholders_in(words)
        except BrokenPlaceholder as exc:
            yield _finding(
                "broken_placeholder", True, text, number, str(exc), _("Write it out or take it away."), words
            )
            continue
        if DEMANDS.search(words) and text.demands:
            left -= {"demands"}
        if left:
            yield _finding(
                "placeholder", True, text, number,
                _("The text still holds placeholders: %s.") % ", ".join(sorted(left)),
                _("Write the words that belong there."), words,
            )  # fmt: skip
        if gap := claims.GAP.search(REFERENCE.sub("", words)):
            yield _finding(
                "gap", True, text, number,
                _("“%s” stands where words are still missing.") % gap.group().strip(),
                _("Write the words that belong there."), words,
            )  # fmt: skip


def _notes(text: Translation, sources: dict[str, Source]) -> Iterator[Finding]:
    by_hand, cited = keys_defined(text), keys_cited(text)
    for key in cited:
        number, words = next(((n, w) for n, w in numbered(text) if f"[^{key}]" in w), (0, ""))
        if key not in by_hand and key not in sources:
            yield _finding(
                "unknown_note", True, text, number,
                _("“[^%s]” is neither a source nor a note of this text.") % key,
                _("Correct the key, enter the source, or write the note."), words,
            )  # fmt: skip
        elif key not in by_hand and not sources[key].is_public:
            yield _finding(
                "private_source", True, text, number,
                _("“%s” may not be printed as a source.") % key,
                _("Cite a source that may be printed."), words,
            )  # fmt: skip
    for key in sorted(by_hand - set(cited)):
        yield _finding(
            "unused_note", False, text, 0,
            _("The note “%s” is cited nowhere and will not be shown.") % key, _("Cite it or take it away."),
        )  # fmt: skip


def _claims(text: Translation, sources: dict[str, Source], instruments: list[Instrument]) -> Iterator[Finding]:
    """A note stands for what comes before it in its paragraph; what comes after the last one stands on nothing."""
    tied, by_hand = _tied_to_sources(text, sources), keys_defined(text)
    body_count = len(numbered(text)) - len(text.demands)
    for number, words in numbered(text):
        is_demand = number > body_count or claims.LIST_ITEM.match(words) is not None
        for sentence in claims.sentences(words):
            yield from _against(text, number, sentence, instruments)
        if is_demand or words.startswith("#"):
            continue  # what is asked is no claim of fact
        for claim in claims.claims_in(words, instruments):
            after = REFERENCE.findall(words[claim.end :])
            what = _("The figure “%s” has no source.") if claim.is_figure else _("The legal claim “%s” has no source.")
            if not any(key in by_hand or key in sources for key in after):
                yield _finding(
                    "unsourced_figure" if claim.is_figure else "unsourced_law", True, text, number,
                    what % claim.words, _("Put a footnote with its source behind it: [^key of the source]."), words,
                )  # fmt: skip
                break
            if not any(key in tied for key in after):
                yield _finding(
                    "note_without_source", False, text, number,
                    _("The note behind “%s” names no source on record.") % claim.words,
                    _("Cite the source in the note: [^key of the source]."), words,
                )  # fmt: skip
                break


def _against(text: Translation, number: int, sentence: str, instruments: Iterable[Instrument]) -> Iterator[Finding]:
    states = states_named(sentence)
    for instrument in instruments if states else ():
        if not claims.names(instrument).search(sentence):
            continue
        for code in sorted(states):
            standing = instrument.parties.get(code)
            status = standing.get("status") if isinstance(standing, dict) else standing
            if status in ("not_party", "signed_not_ratified"):
                yield _finding(
                    "not_a_party", False, text, number,
                    _("%(instrument)s is named beside %(state)s, which has signed but not ratified it.")
                    % {"instrument": instrument, "state": countries.name(code)}
                    if status == "signed_not_ratified"
                    else _("%(instrument)s is named beside %(state)s, which is not a party to it.")
                    % {"instrument": instrument, "state": countries.name(code)},
                    _("Rest the claim on an instrument that binds this State, or say that it is not a party."),
                    sentence,
                )  # fmt: skip


def _tied_to_sources(text: Translation, sources: dict[str, Source]) -> set[str]:
    """The keys that lead to a source: its own, and those of notes by hand that cite one."""
    tied = set(sources) - keys_defined(text)
    for line in _note_lines(text):
        key = re.match(r" {0,3}\[\^([^\]\s]+)\]:", line)
        if key and any(cited in sources for cited in REFERENCE.findall(line)):
            tied.add(key[1])
    return tied


def _note_lines(text: Translation) -> list[str]:
    return re.findall(r"^ {0,3}\[\^[^\]\s]+\]:.*$", text.body, re.MULTILINE)


def _finding(
    code: str, is_blocking: bool, text: Translation, number: int, what: str, to_do: str, words: str = ""
) -> Finding:
    beginning = " ".join(REFERENCE.sub("", words).split())
    return Finding(code, is_blocking, text.language, number, beginning[:90], what, to_do)
