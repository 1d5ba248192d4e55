"""Sessions of bodies, from which deadlines follow."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from letters.models.route import GENEVA, Route, RouteRule


class Session(models.Model):
    """One meeting of a body, by its first and last day. Its deadlines follow from the rules of its routes."""

    class Kind(models.TextChoices):
        SESSION = RouteRule.Anchor.SESSION.value, _("session")
        UPR = RouteRule.Anchor.UPR_SESSION.value, _("session of the UPR Working Group")

    body = models.CharField(_("body"), max_length=250)
    name = models.CharField(_("name"), max_length=250, help_text=_("As it is written in English."))
    names = models.JSONField(_("name in other languages"), default=dict, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.SESSION)
    starts_on = models.DateField(_("opens on"))
    ends_on = models.DateField(_("ends on"))
    routes = models.ManyToManyField(
        Route, blank=True, related_name="sessions", verbose_name=_("routes that lead to it")
    )
    deadline_at = models.DateTimeField(
        _("deadline published for this session"),
        null=True,
        blank=True,
        help_text=_("It goes before the rules of the routes. Empty: reckoned from each rule."),
    )
    time_zone = models.CharField(_("time zone of the deadline"), max_length=40, default=GENEVA)
    source_url = models.URLField(_("published at"), max_length=600, blank=True)
    is_public = models.BooleanField(_("in the public calendar"), default=True)
    is_fictional = models.BooleanField(_("fictional, for the demonstration"), default=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="session_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return self.local_name

    @property
    def local_name(self) -> str:
        return str(self.names.get(get_language() or "en") or self.name)
