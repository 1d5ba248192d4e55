"""The petition, and the invented people who signed it in the last two weeks."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from campaigns.models import Campaign
from demo.files import texts
from demo.loading.mail import settled_mail
from demo.loading.people import Staff
from demo.loading.supporters import invent_supporters
from demo.loading.timeline import Timeline
from letters.models import Recipient
from petitions.models import Petition, PetitionText
from petitions.services import (
    confirm_signature,
    publish_petition,
    refresh_signature_counts,
    sign_petition,
    submit_petition,
)

SLUG = "safe-passage"
GOAL = 500
OPEN_SINCE, OPEN_FOR = timedelta(days=15), timedelta(days=90)
CONFIRMED, PENDING = 300, 12


def load_petition(campaign: Campaign, offices: dict[str, Recipient], staff: Staff, timeline: Timeline) -> Petition:
    """Written by the editor, published fifteen days ago by the approver."""
    opens_at = timeline.now - OPEN_SINCE
    closes_at = timezone.localtime(opens_at + OPEN_FOR).replace(hour=18, minute=0, second=0, microsecond=0)
    petition = Petition.objects.create(
        campaign=campaign, slug=SLUG, goal=GOAL, opens_at=opens_at, closes_at=closes_at, author=staff.editor
    )
    in_languages = texts("petition")
    for text in in_languages:
        PetitionText.objects.create(
            petition=petition,
            language=text.language,
            title=text.head["title"],
            summary=text.head["summary"],
            body=text.body,
        )
    petition.recipients.set([offices[slug] for slug in in_languages[0].head["to"]])
    submit_petition(petition.pk, by=staff.editor, now=opens_at - timedelta(days=1))
    return publish_petition(petition.pk, by=staff.approver, now=opens_at)


def load_signatures(petition: Petition, now: datetime, codes: Sequence[str] = ()) -> None:
    """Every supporter signs as on the page, one in five through the link of a partner.

    All but the pending ones confirm as with the link of the mail.
    """
    petition = Petition.objects.prefetch_related("texts").get(pk=petition.pk)
    supporters = list(invent_supporters(now, confirmed=CONFIRMED, pending=PENDING))
    with settled_mail():
        for number, supporter in enumerate(supporters):
            partner = codes[number // 5 % len(codes)] if codes and number % 5 == 0 else ""
            sign_petition(petition, **supporter.form, partner=partner, now=supporter.signed_at)
        signatures = petition.signatures.order_by("pk").values_list("pk", flat=True)
        for signature_id, supporter in zip(signatures, supporters, strict=True):
            if supporter.confirmed_at:
                confirm_signature(signature_id, now=supporter.confirmed_at)
    refresh_signature_counts(now=now)
