"""What is kept of signatories, for how long, and how one is erased."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from petitions.models import Signature
from petitions.services import cleaning, erasing, import_files
from privacy import erasure
from privacy.erasure import Eraser
from privacy.network import KEPT_DAYS
from privacy.retention import Clock, oldest, register

register(
    Clock(
        name="petitions.unconfirmed",
        title=_("Unconfirmed signatures"),
        what=_("The signature is deleted, with what its mails say. How many mails the address got stays."),
        after=settings.CONFIRMATION_LIFETIME,
        since=_("after the last confirmation mail"),
        act=cleaning.delete_unconfirmed,
        count=lambda before: cleaning.unconfirmed_due(before).count(),
        oldest=lambda: oldest(Signature.objects.pending(), "link_sent_at"),
    )
)
register(
    Clock(
        name="petitions.persons",
        title=_("Who signed"),
        what=_(
            "Name, address, its fingerprint, comment, public name, consents and links go. The signature with its "
            "state, dates and country stays, and is counted."
        ),
        after=timedelta(days=365),
        since=_("after the petition closed"),
        act=cleaning.forget_persons,
        count=lambda before: cleaning.persons_due(before).count(),
        oldest=lambda: oldest(cleaning.persons_due(timezone.now()), "petition__closes_at"),
    )
)
register(
    Clock(
        name="petitions.network_hashes",
        title=_("Network hashes of signatures"),
        what=_("The keyed hash of the network goes; the signature stays."),
        after=timedelta(days=KEPT_DAYS),
        since=_("after signing"),
        act=cleaning.forget_networks,
        count=lambda before: cleaning.network_hashes_due(before).count(),
        oldest=lambda: oldest(Signature.objects.filter(network_hash__isnull=False), "created_at"),
    )
)
register(
    Clock(
        name="petitions.erased",
        title=_("Fingerprints of erased signatures"),
        what=_("The fingerprint, which kept anybody from signing twice, goes; the empty row stays."),
        after=settings.CONFIRMATION_GRACE,
        since=_("after the petition closed"),
        act=cleaning.forget_erased,
        count=lambda before: cleaning.erased_due(before).count(),
        oldest=lambda: oldest(cleaning.erased_due(timezone.now()), "petition__closes_at"),
    )
)
register(
    Clock(
        name="petitions.import_files",
        title=_("Uploaded files with signatures"),
        what=_("The sealed file goes; what was imported from it stays."),
        after=import_files.LIFETIME,
        since=_("after it was uploaded"),
        act=import_files.forget_due,
        count=lambda before: len(import_files.due(before)),
        oldest=import_files.oldest,
    )
)
register(
    Clock(
        name="petitions.refusals",
        title=_("Addresses that want no mail about a petition"),
        what=_("The fingerprint goes, by which nothing unasked was written to the address."),
        after=settings.CONFIRMATION_GRACE,
        since=_("after the petition closed"),
        act=cleaning.forget_refusals,
        count=lambda before: cleaning.refusals_due(before).count(),
        oldest=lambda: oldest(cleaning.refusals_due(timezone.now()), "at"),
    )
)
register(
    Clock(
        name="petitions.reports",
        title=_("Reports of visitors"),
        what=_("The report is deleted; the history keeps that and how it was settled."),
        after=timedelta(days=180),
        since=_("after it was settled"),
        act=cleaning.delete_reports,
        count=lambda before: cleaning.reports_due(before).count(),
        oldest=lambda: oldest(cleaning.reports_due(timezone.now()), "decided_at"),
    )
)
register(
    Clock(
        name="petitions.handover_names",
        title=_("Lists of names that were handed over"),
        what=_("Our copy of the list goes; its digest and whose names stood in it stay."),
        after=timedelta(days=90),
        since=_("after the count was frozen"),
        act=cleaning.forget_handover_names,
        count=lambda before: cleaning.handover_names_due(before).count(),
        oldest=lambda: oldest(cleaning.handover_names_due(timezone.now()), "handover__as_of"),
    )
)
erasure.register(
    Eraser(
        name="petitions.signatures",
        title=_("Signatures"),
        find=lambda person, written_until: erasing.signatures_of(person, written_until).count(),
        erase=erasing.erase_signatures,
        known=erasing.known_persons,
    )
)
