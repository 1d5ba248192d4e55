"""What is kept of journalists, for how long, and how one is erased."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy import erasure
from privacy.erasure import Eraser
from privacy.retention import Clock, deleted, oldest, register
from statements.models import PreviewView
from statements.services import previews

register(
    Clock(
        name="statements.journalists",
        title=_("Journalists with a preview link"),
        what=_("Name, address and newsroom go; that there was a link, and when it was used, stays."),
        after=timedelta(days=180),
        since=_("after the link ended or was revoked"),
        act=previews.forget_persons,
        count=lambda before: previews.persons_due(before).count(),
        oldest=lambda: oldest(previews.persons_due(timezone.now()), "expires_at"),
    )
)
register(
    Clock(
        name="statements.preview_views",
        title=_("Views of previews"),
        what=_("The time at which a link was used is deleted."),
        after=timedelta(days=365),
        since=_("after the view"),
        act=lambda before: deleted(PreviewView.objects.filter(at__lte=before)),
        count=lambda before: PreviewView.objects.filter(at__lte=before).count(),
        oldest=lambda: oldest(PreviewView.objects.all(), "at"),
    )
)
erasure.register(
    Eraser(
        name="statements.previews",
        title=_("Preview links of journalists"),
        find=lambda person, written_until: previews.previews_of(person, written_until).count(),
        erase=previews.erase_previews,
        known=previews.known_journalists,
    )
)
