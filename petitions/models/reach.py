"""How a petition travels: links of partners, signatures brought in from elsewhere, official petitions."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from campaigns.models import Organization
from petitions.models.counting import Kind
from petitions.models.petition import Petition


def new_code() -> str:
    """8 characters that are hard to guess and easy to read aloud."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(8))


class PartnerLink(models.Model):
    """The address under which one organization spreads a petition, with a total of its own."""

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="partner_links", verbose_name=_("petition"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="partner_links", verbose_name=_("organization")
    )
    code = models.CharField(_("code in the link"), max_length=12, unique=True, default=new_code, editable=False)
    signature_count = models.PositiveIntegerField(_("confirmed signatures"), default=0, editable=False)

    class Meta:
        verbose_name = _("partner link")
        verbose_name_plural = _("partner links")
        constraints = [models.UniqueConstraint(fields=["petition", "organization"], name="partner_link_once")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.code}"


class ImportBatch(models.Model):
    """Signatures from one file: who collected them, where and how they are kept. The same file counts once."""

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="imports", verbose_name=_("petition"))
    kind = models.CharField(_("kind"), max_length=8, choices=[(k.value, k.label) for k in (Kind.PAPER, Kind.PARTNER)])
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("collected by")
    )
    provenance = models.CharField(
        _("where they come from"),
        max_length=500,
        help_text=_("Who collected them, when and where the sheets are kept."),
    )
    file_digest = models.CharField(max_length=64, editable=False)  # SHA-256 of the bytes
    added = models.PositiveIntegerField(_("added"), default=0, editable=False)
    left_out = models.PositiveIntegerField(_("left out"), default=0, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(_("imported"), editable=False)
    removed_at = models.DateTimeField(_("taken out again"), null=True, editable=False)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "file_digest"], condition=models.Q(removed_at=None), name="import_one_file_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class OfficialPetition(models.Model):
    """A petition to a parliament on the same matter; its progress is read there and entered by hand."""

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="official_petitions")
    body = models.CharField(_("parliament or office"), max_length=200)
    country = CountryField(_("country"))
    url = models.URLField(_("its page"))
    threshold = models.PositiveIntegerField(_("signatures needed"))
    opens_on = models.DateField(_("opens"), null=True, blank=True)
    closes_on = models.DateField(_("closes"), null=True, blank=True)
    progress = models.PositiveIntegerField(_("signatures so far"), null=True, blank=True)
    progress_on = models.DateField(_("read on"), null=True, blank=True)

    class Meta:
        verbose_name = _("official petition")
        verbose_name_plural = _("official petitions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(progress=None) | models.Q(progress_on__isnull=False), name="official_progress_dated"
            )
        ]

    def __str__(self) -> str:
        return self.body
