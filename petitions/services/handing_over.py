"""Handing a petition over: its count is frozen with its files, and a release of letters carries them.

Names go along only of those who agreed, only to offices that the petition is addressed to, never to one that is marked
hostile, and never from a petition under duty of care or with hidden names. Whoever takes the name back before the
letters have left is not in them: the handover becomes void, what waits is stopped, and staff freeze it anew.
"""

import base64
import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import BigIntegerField, BinaryField, ExpressionWrapper, F, Value
from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from letters import enclosures
from letters.exceptions import ReleaseRefused
from letters.models import Letter, Recipient, Release
from letters.models.recipient import Channel
from letters.services import request_release, stop_release
from petitions.exceptions import TransitionRefused
from petitions.figures import figures, shown_count
from petitions.handover_digest import canonical_handover
from petitions.handover_files import NAMES, TOTALS, Counted, handover_pdf, names_csv, names_of, totals_csv
from petitions.models import HandedOver, Handover, HandoverFile, Petition, Signature
from petitions.models.signature import SignatureQuerySet
from petitions.services.counting import refresh_signature_counts
from petitions.sharing.addresses import petition_url

HANDED_STATES = (Petition.State.OPEN, Petition.State.CLOSED, Petition.State.DELIVERED)


def freeze_handover(petition_id: int, *, by: User, now: datetime) -> Handover:
    """Write down the count of this moment with its files. Raises TransitionRefused for what nobody can sign yet.

    The count is the one everybody sees; countries and days follow the rules of the petition's page.
    """
    refresh_signature_counts(now=now)
    petitions = Petition.objects.select_related("campaign").prefetch_related("texts", "campaign__texts")
    petition = petitions.get(pk=petition_id)
    if petition.state not in HANDED_STATES:
        raise TransitionRefused(_("Only a petition that is open, closed or delivered is handed over."))
    count = shown_count(petition, now).count
    if not count:
        raise TransitionRefused(_("Nobody has signed this petition yet."))
    agreed = _agreed(petition)
    names = dict(names_of(agreed.annotate(sealed=ExpressionWrapper(F("name"), output_field=BinaryField()))))
    files = _files(petition, count, list(names.values()), now)  # takes seconds: before anything is locked
    with transaction.atomic():
        handover = Handover.objects.create(
            petition=petition,
            as_of=now,
            count=count,
            named_count=len(names),
            totals=_totals(petition, now),
            digest=_digest(petition, count, files, now),
            made_by=by,
        )
        HandoverFile.objects.bulk_create(
            HandoverFile(
                handover=handover,
                name=name,
                has_names=name == NAMES,
                content=base64.b64encode(content).decode(),
                digest=hashlib.sha256(content).hexdigest(),
                size=len(content),
            )
            for name, content in files.items()
        )
        _note_names(handover, agreed, set(names))
        audit.record("petitions.freeze_handover", handover, by=by, now=now, count=count, names=len(names))
    return handover


def request_handover(
    handover_id: int, recipients: Iterable[Recipient], *, language: str, reply_by: date, by: User, now: datetime
) -> Release:
    """Ask a second person to release the letters that carry it. Raises TransitionRefused, or LettersError."""
    rows = Handover.objects.select_related("petition__campaign")
    handover = rows.prefetch_related("petition__texts", "petition__campaign__texts").get(pk=handover_id)
    if handover.void_at:
        raise TransitionRefused(_("This handover is void: somebody took their name back. Freeze the count anew."))
    chosen = list(recipients)
    addressed = set(handover.petition.recipients.values_list("pk", flat=True))
    if strangers := [str(office) for office in chosen if office.pk not in addressed]:
        raise TransitionRefused(
            _("The petition is not addressed to %s. Names and counts go to its own offices only.")
            % ", ".join(strangers)
        )
    facts = release_facts(handover)
    _check_size(facts["enclosures"], chosen)
    return request_release(chosen, language=language, reply_by=reply_by, by=by, now=now, **facts)


def release_facts(handover: Handover) -> dict[str, Any]:
    """What letters must know of a handover: count, files and sender, by language."""
    petition, campaign = handover.petition, handover.petition.campaign
    languages = [code for code, _name in settings.LANGUAGES]
    files = {row.name: row for row in handover.files.defer("content")}
    titles = {row.language: row.title for row in petition.texts.all()}
    coalitions = {row.language: row.coalition for row in campaign.texts.all()}
    return {
        "about": handover.about,
        "title": titles.get("en") or next(iter(titles.values())),
        "titles": titles,
        "text_digest": handover.digest,
        "public_url": petition_url(petition, "en"),
        "campaign": campaign,
        "asked_by": handover.count,
        "signatories": {"en": []},
        "senders": {
            code: {
                "coalition": coalitions.get(code) or coalitions.get("en", ""),
                "contact_name": campaign.contact_name,
                "contact_address": campaign.contact_address,
                "postal_lines": campaign.postal_lines,
            }
            for code in languages
        },
        "values": {code: _values(handover, code) for code in languages},
        "enclosures": {
            "trusted": _rows(files, trusted=True),
            "hostile": _rows(files, trusted=False),
        },
    }


def read_file(about: str, name: str) -> bytes:
    """The bytes of a file that a letter names. Raises ReleaseRefused when they had to go."""
    row = HandoverFile.objects.filter(handover__in=Handover.objects.named_in(about), name=name).first()
    if row is None or row.content is None:
        raise ReleaseRefused(_("The file %s is not kept any more.") % name)
    return base64.b64decode(row.content)


def take_file(handover: Handover, name: str, *, by: User, now: datetime) -> bytes:
    """The same for staff who carry it; that somebody took names along is written down. Raises ReleaseRefused."""
    content = read_file(handover.about, name)
    audit.record("petitions.take_handover", handover, by=by, now=now, file=name)
    return content


def check_approval(release: Release, **_sent: Any) -> None:
    """Receiver of letters.signals.release_being_approved: no name leaves that was taken back since it was frozen."""
    if not release.is_handover:
        return
    handover = Handover.objects.named_in(release.about).first()
    if handover is None or handover.void_at:
        raise ReleaseRefused(_("This handover is void: somebody took their name back. Freeze the count anew."))
    kept = Signature.objects.confirmed().filter(consent_handover__isnull=False, petition=handover.petition_id)
    gone = handover.named.exclude(signature__in=kept.values("pk")).exists()
    petition = Petition.objects.get(pk=handover.petition_id)
    if gone or (handover.named_count and (petition.duty_of_care or petition.names_hidden)):
        raise ReleaseRefused(_("Names in this handover may not be given any more. Freeze the count anew."))


def names_taken_back(signature_ids: Iterable[int], *, now: datetime) -> int:
    """Keep these names out of what has not left: the handovers become void, and their letters are stopped.

    Of what was given away already only the note stays, and no copy of the names here. Call it in the transaction in
    which the names were taken back; returns how many handovers it touched.
    """
    handovers = list(Handover.objects.filter(named__signature__in=list(signature_ids)).distinct())
    for handover in handovers:
        HandoverFile.objects.filter(handover=handover, has_names=True).update(content=None)
        releases = Release.objects.filter(about=handover.about)
        waiting = releases.filter(state__in=[Release.State.REQUESTED, Release.State.APPROVED])
        letters = Letter.objects.filter(release__in=releases)
        if letters.exists() and letters.count() == letters.sent().count():
            continue  # all of it was given away
        for release in waiting:
            stop_release(release.pk, by=None, now=now)
        Handover.objects.filter(pk=handover.pk, void_at=None).update(void_at=now)
        if not letters.sent().exists():
            handover.named.all().delete()
    return len(handovers)


def given_away(signatures: Iterable[Signature]) -> dict[int, list[Letter]]:
    """Letters with which the name of a signature was given to an office, by signature, oldest first; two queries."""
    rows = HandedOver.objects.filter(signature__in=list(signatures)).select_related("handover")
    by_about: dict[str, list[int]] = {}
    for row in rows:
        by_about.setdefault(row.handover.about, []).append(row.signature_id)
    found: dict[int, list[Letter]] = {}
    if by_about:
        letters = Letter.objects.sent().filter(release__about__in=by_about).select_related("recipient", "release")
        for letter in letters.prefetch_related("recipient__forms_of_address").order_by(F("left_at")):
            if any(file["name"] == NAMES for file in letter.copy.get("files", [])):
                for signature in by_about[letter.release.about]:
                    found.setdefault(signature, []).append(letter)
    return found


def _agreed(petition: Petition) -> SignatureQuerySet:
    """Whose names go along: nobody's under duty of care, or while the names are hidden."""
    if petition.duty_of_care or petition.names_hidden:
        return Signature.objects.none()
    confirmed = Signature.objects.confirmed().filter(petition=petition, forgotten_at=None)
    return confirmed.filter(consent_handover__isnull=False)


def _note_names(handover: Handover, agreed: SignatureQuerySet, named: set[int]) -> None:
    """One row for each name, written by the database: there may be a million. `named` are those in the files.

    Raises TransitionRefused when somebody took their name back while the files were made.
    """
    if not named:
        return
    both = agreed.order_by().annotate(owner=Value(handover.pk, output_field=BigIntegerField()))
    sql, values = both.values_list("owner", "pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO petitions_handedover (handover_id, signature_id) {sql}", values)
    noted = set(handover.named.values_list("signature", flat=True))
    if not named <= noted:
        raise TransitionRefused(_("Names in this handover may not be given any more. Freeze the count anew."))
    handover.named.filter(signature__in=noted - named).delete()  # who agreed meanwhile is in no file


def _files(petition: Petition, count: int, names: list[str], now: datetime) -> dict[str, bytes]:
    """Every file by its name: a sheet for each language with and without names, the totals, and the names."""
    files: dict[str, bytes] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found = figures(petition, now)
        files[_sheet(language, trusted=False)] = handover_pdf(Counted(petition, now, count, found, 0), language)
        if names:
            counted = Counted(petition, now, count, found, len(names))
            files[_sheet(language, trusted=True)] = handover_pdf(counted, language)
    with translation.override("en"):
        files[TOTALS] = totals_csv(Counted(petition, now, count, figures(petition, now), len(names)))
    if names:
        files[NAMES] = names_csv(names)
    return files


def _sheet(language: str, *, trusted: bool) -> str:
    return f"petition-with-names-{language}.pdf" if trusted else f"petition-{language}.pdf"


def _rows(files: dict[str, HandoverFile], *, trusted: bool) -> list[dict[str, Any]]:
    """The files that an office gets, as letters.enclosures takes them."""
    with_names = trusted and NAMES in files
    chosen = [(_sheet(code, trusted=with_names), code) for code, _name in settings.LANGUAGES]
    chosen += [(TOTALS, ""), *([(NAMES, "")] if with_names else [])]
    return [
        {"name": name, "digest": files[name].digest, "size": files[name].size, "language": language}
        for name, language in chosen
    ]


def _check_size(files: dict[str, list[dict[str, Any]]], chosen: Iterable[Recipient]) -> None:
    size = sum(row["size"] for row in files["trusted"])
    mailed = [str(office) for office in chosen if office.channel == Channel.EMAIL and not office.is_hostile]
    if size > enclosures.MOST_BYTES and mailed:
        raise TransitionRefused(
            _("The files are larger than an e-mail may be (%(size)d MB). Choose another channel for %(offices)s.")
            % {"size": size // 1_000_000, "offices": ", ".join(mailed)}
        )


def _totals(petition: Petition, now: datetime) -> dict[str, Any]:
    with translation.override("en"):
        found = figures(petition, now)
    return {
        "until": found.until.isoformat(),
        "total": found.total,
        "countries": [list(row) for row in found.countries],
        "elsewhere": found.elsewhere,
        "periods": [[row.first.isoformat(), row.last.isoformat(), row.count] for row in found.periods],
    }


def _values(handover: Handover, language: str) -> dict[str, str]:
    with translation.override(language):
        return {
            "petition.count": str(number_format(handover.count, use_l10n=True, force_grouping=True)),
            "petition.as_of": date_format(handover.as_of, "DATE_FORMAT"),
        }


def _digest(petition: Petition, count: int, files: dict[str, bytes], now: datetime) -> str:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return hashlib.sha256(canonical_handover(petition, now, count, digests)).hexdigest()
