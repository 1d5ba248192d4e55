"""What went to whom and what came back, as everybody may read it."""

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from letters.models import FormOfAddress, Letter
from letters.models.letter import LetterQuerySet


def public_letters() -> LetterQuerySet:
    """Letters that left, newest first, with their replies and `office`, the recipient's name in the page's language.

    Two queries, whatever the number of letters.
    """
    name = FormOfAddress.objects.filter(recipient=OuterRef("recipient"), language=get_language()).values("name")
    return (
        Letter.objects.sent()
        .annotate(office=Coalesce(Subquery(name[:1]), F("recipient__name")))
        .select_related("recipient", "release")
        .defer("copy", "release__signatories", "release__senders")
        .prefetch_related("replies")
        .order_by(F("left_at").desc(), F("office"))
    )
