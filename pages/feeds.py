"""Feeds for readers that ask again by themselves."""

from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from privacy.public import public_page
from statements.cards import statement_cards
from statements.embargo import changes_with_embargoes
from statements.models import Erratum, Statement

ENTRIES = 30


@changes_with_embargoes
@public_page
@require_safe
def statements(request: HttpRequest, language: str) -> HttpResponse:
    """Public statements as Atom, newest first; an erratum makes an entry new again."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    now = timezone.now()
    public = Statement.objects.public(now).exclude(state=Statement.State.ARCHIVED)
    with translation.override(language):
        cards = statement_cards(public)
        corrected: dict[int, datetime] = {}
        for erratum in Erratum.objects.filter(statement__in=[card.version.statement_id for card in cards]):
            corrected[erratum.statement_id] = erratum.published_at
        feed = Atom1Feed(
            title=_("Statements"),
            link=settings.SITE_URL + reverse("statements:list"),
            description=_("What organizations say together."),
            language=language,
            feed_url=settings.SITE_URL + reverse("statements-feed", args=[language]),
        )
        dated = [(card.version.statement.public_since, card) for card in cards]
        for since, card in sorted(
            ((since, card) for since, card in dated if since), key=lambda pair: pair[0], reverse=True
        )[:ENTRIES]:
            statement = card.version.statement
            feed.add_item(
                title=card.title,
                link=settings.SITE_URL + reverse("statements:detail", args=[statement.slug]),
                description=card.summary,
                unique_id=f"{settings.SITE_URL}/statements/{statement.slug}/",
                pubdate=since,
                updateddate=corrected.get(statement.pk, since),
                categories=[statement.get_kind_display()],
            )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
