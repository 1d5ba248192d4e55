"""One person's name under one petition, and the changes that the count is made of."""

import hashlib
import json
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from petitions.models.counting import Kind
from petitions.models.petition import Petition
from petitions.models.reach import ImportBatch, PartnerLink
from privacy import tokens
from privacy.fields import BytesField, EncryptedField


class ConsentNotice(models.Model):
    """The words beside one tick box, kept by version: consent is to these words."""

    class Purpose(models.TextChoices):
        SHOW_NAME = "show_name", _("show my name publicly")
        HANDOVER = "handover", _("hand my name over with the petition")
        UPDATES = "updates", _("send me updates")

    purpose = models.CharField(max_length=10, choices=Purpose)
    language = models.CharField(max_length=8)
    text = models.TextField()
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 over purpose, language and text
    first_shown_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.purpose} ({self.language}) {self.digest[:8]}"


class SignatureQuerySet(models.QuerySet["Signature"]):
    def confirmed(self) -> "SignatureQuerySet":
        return self.filter(state=Signature.State.CONFIRMED)

    def pending(self) -> "SignatureQuerySet":
        return self.filter(state=Signature.State.PENDING)

    def listed(self) -> "SignatureQuerySet":
        """Confirmed, the person chose to be seen, and the petition shows names: nobody hid them, no duty of care."""
        shown = self.confirmed().exclude(show_name=Signature.ShowName.PRIVATE)
        return shown.filter(petition__names_hidden=False, petition__duty_of_care=False)

    def commented(self) -> "SignatureQuerySet":
        """Confirmed, with a comment that a moderator let onto the page."""
        shown = self.confirmed().filter(comment_state=Signature.CommentState.APPROVED)
        return shown.filter(petition__duty_of_care=False)


class Signature(models.Model):
    """One supporter's name under one petition; it counts once confirmed by e-mail."""

    class State(models.TextChoices):
        PENDING = "pending", _("awaiting confirmation")
        HELD = "held", _("confirmed, held for a look")
        CONFIRMED = "confirmed", _("confirmed")
        WITHDRAWN = "withdrawn", _("withdrawn by the signatory")
        INVALIDATED = "invalidated", _("struck out by staff")
        ERASED = "erased", _("erased at the person's request")

    class ShowName(models.TextChoices):
        PRIVATE = "private", _("Keep my name private")
        INITIAL = "initial", _("First name and initial")
        FULL = "full", _("My full name")
        ALIAS = "alias", _("Another name")

    class CommentState(models.TextChoices):
        NONE = "none", _("no comment")
        WAITING = "waiting", _("waiting for a look")
        APPROVED = "approved", _("shown")
        REFUSED = "refused", _("not shown")

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="signatures", verbose_name=_("petition"))
    name = EncryptedField(_("name"), max_length=100)
    address = EncryptedField(_("e-mail address"), max_length=254)  # looked up only through its fingerprint
    address_fingerprint = BytesField(max_length=32, null=True)  # of the canonical address; null: forgotten
    name_slot = BytesField(max_length=8, default=bytes(8))  # differs only where shared addresses are allowed
    country = CountryField(_("country"), blank=True)  # empty: prefers not to say
    comment = EncryptedField(_("comment"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=8)
    show_name = models.CharField(_("on the public list"), max_length=8, choices=ShowName, default=ShowName.PRIVATE)
    alias = EncryptedField(_("public name"), max_length=60, blank=True)
    show_country = models.BooleanField(_("country on the public list"), default=False)
    # Each consent is the notice it was given to; null is no.
    consent_show_name = models.ForeignKey(ConsentNotice, models.PROTECT, null=True, related_name="+", db_index=False)
    consent_handover = models.ForeignKey(ConsentNotice, models.PROTECT, null=True, related_name="+", db_index=False)
    consent_updates = models.ForeignKey(ConsentNotice, models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.ONLINE)
    partner = models.ForeignKey(PartnerLink, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, related_name="signatures", db_index=False
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PENDING)
    suspicion = models.CharField(_("why it is held"), max_length=60, blank=True)  # names of rules, "domain network"
    invalidated_by = models.ForeignKey(
        "petitions.InvalidationBatch", models.PROTECT, null=True, blank=True, related_name="struck_out", db_index=False
    )
    state_before = models.CharField(max_length=12, blank=True, default="", editable=False)  # that it was struck out
    comment_state = models.CharField(
        _("comment on the page"), max_length=8, choices=CommentState, default=CommentState.NONE
    )
    nonce = BytesField(max_length=16, default=tokens.new_nonce)  # a new one revokes the links of the mails
    network_hash = BytesField(max_length=16, null=True)  # means nothing once the day's key is deleted
    network_range_hash = BytesField(max_length=16, null=True)  # of the /24 or /48 around it
    domain_hash = BytesField(max_length=16, null=True)  # keyed, of the canonical address's domain
    created_at = models.DateTimeField(_("signed"))
    link_sent_at = models.DateTimeField()  # the confirmation link expires from here
    reminded_at = models.DateTimeField(null=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, editable=False)  # from here on nothing says who it was
    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        permissions = [
            ("moderate_signature", "Can release held signatures, strike signatures out and bring them back"),
            ("reveal_signature", "Can read the address of a signature, giving a reason"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["petition", "address_fingerprint", "name_slot"], name="signature_once"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False), name="signature_confirmed_has_a_date"
            ),
        ]
        indexes = [
            models.Index(
                fields=["petition", "-confirmed_at"],
                condition=Q(state="confirmed") & ~Q(show_name="private"),
                name="signature_listed",
            ),
            # Signing writes as few indexes as it can: these hold the rare rows only.
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="signature_imported"),
            models.Index(fields=["invalidated_by"], condition=Q(invalidated_by__isnull=False), name="signature_struck"),
            models.Index(fields=["created_at"], condition=Q(state="held"), name="signature_held"),
            models.Index(
                fields=["petition", "-confirmed_at"],
                condition=Q(state="confirmed", comment_state="approved"),
                name="signature_comment_shown",
            ),
            models.Index(
                fields=["confirmed_at"],
                condition=Q(state="confirmed", comment_state="waiting"),
                name="signature_comment_waits",
            ),
            models.Index(
                fields=["petition", "id"],
                condition=Q(state="confirmed", consent_updates__isnull=False),
                name="signature_wants_updates",
            ),
        ]

    def __str__(self) -> str:
        return f"signature {self.pk}"

    @property
    def public_name(self) -> str:
        """What the public list shows: "" for a private signature."""
        if self.show_name == self.ShowName.FULL:
            return self.name
        if self.show_name == self.ShowName.ALIAS:
            return self.alias
        if self.show_name == self.ShowName.INITIAL:
            return initialed(self.name)
        return ""

    @property
    def said_digest(self) -> str:
        """SHA-256 over all that the confirmation page shows: who presses its button confirms exactly this."""
        said = [
            self.name,
            self.show_name,
            self.alias,
            self.show_country,
            str(self.country),
            self.comment,
            self.consent_show_name_id,
            self.consent_handover_id,
            self.consent_updates_id,
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def link_is_valid(self, now: datetime) -> bool:
        return now < self.link_sent_at + settings.CONFIRMATION_LIFETIME


class Comment(Signature):
    """The same row, as moderators see it: what somebody wrote beside a confirmed signature."""

    class Meta:
        proxy = True
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        permissions = [("moderate_comment", "Can let comments onto the page of a petition, or keep them off it")]

    def __str__(self) -> str:
        return f"comment {self.pk}"


def initialed(name: str) -> str:
    """Return "Anna K." for "Anna Maria Kim"; of a name in one word only its first letter ("김…" for "김민지").

    In one word the family name and the given name cannot be told apart, so less is shown.
    """
    first, *rest = name.split()
    if rest:
        return f"{first} {rest[-1][0]}."
    return f"{first[0]}…"
