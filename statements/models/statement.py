"""A statement, its numbered versions, and each version in its languages."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.languages import in_language
from campaigns.models import Campaign, Topic
from statements.composing import whole_text


def site_languages() -> list[str]:
    """The languages a new statement appears in, until its author says otherwise."""
    return [code for code, _name in settings.LANGUAGES]


class StatementQuerySet(models.QuerySet["Statement"]):
    def public(self, now: datetime | None = None) -> "StatementQuerySet":
        """Statements whose page anybody may read at this moment (the present one when None)."""
        return self.filter(Q(state__in=Statement.PUBLIC_STATES) | self._lifted(now))

    def listed(self, now: datetime | None = None) -> "StatementQuerySet":
        """Those that stand: published or corrected, neither withdrawn nor archived."""
        return self.filter(Q(state__in=Statement.STANDING_STATES) | self._lifted(now))

    def _lifted(self, now: datetime | None) -> Q:
        """The moment is data: a page goes by it, whether or not the clock's job has come by since."""
        return Q(state=Statement.State.EMBARGOED, embargo_until__lte=now or timezone.now())


class Statement(models.Model):
    """A text that organizations put their names to. One published elsewhere is summarised, not held."""

    class Kind(models.TextChoices):
        JOINT_STATEMENT = "joint_statement", _("joint statement")
        OPEN_LETTER = "open_letter", _("open letter")
        PRIVATE_LETTER = "private_letter", _("private letter")
        SUBMISSION = "submission", _("submission to a United Nations body")
        PRESS_RELEASE = "press_release", _("press release")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        COMMENTS = "comments", _("open for comments")
        LOCKED = "locked", _("locked")
        OPEN = "open", _("open for co-signing")
        CLOSED = "closed", _("closed for co-signing")
        EMBARGOED = "embargoed", _("under embargo")
        PUBLISHED = "published", _("published")
        CORRECTED = "corrected", _("published, with a correction")
        WITHDRAWN = "withdrawn", _("withdrawn")
        ARCHIVED = "archived", _("archived")

    STANDING_STATES = (State.PUBLISHED, State.CORRECTED)
    PUBLIC_STATES = (*STANDING_STATES, State.WITHDRAWN, State.ARCHIVED)
    LATE_STATES = (State.OPEN, State.CLOSED, State.EMBARGOED, *STANDING_STATES)

    class Order(models.TextChoices):
        LEAD = "lead", _("lead organizations first, then by name")
        NAME = "name", _("by name")
        COUNTRY = "country", _("by country")
        ECOSOC = "ecosoc", _("by ECOSOC status")
        DATE = "date", _("in the order of signing")
        HAND = "hand", _("by hand")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="statements", verbose_name=_("campaign"))
    slug = models.SlugField(_("address of the page"), unique=True)
    reference = models.CharField(_("reference number"), max_length=30, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.JOINT_STATEMENT)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    dated_on = models.DateField(_("date of the text"))
    place = models.CharField(_("place"), max_length=80, blank=True)
    languages = models.JSONField(_("languages it appears in"), default=site_languages)  # no lock without each of them
    comments_until = models.DateTimeField(_("comments close"), null=True, blank=True, editable=False)
    deadline = models.DateTimeField(_("co-signing closes"), null=True, blank=True)
    time_zone = models.CharField(_("time zone of the deadline"), max_length=40, default="Asia/Seoul")
    late_until = models.DateTimeField(
        _("late co-signatures until"),
        null=True,
        blank=True,
        help_text=_("Whoever signs after the deadline stands apart. Empty: nobody signs late."),
    )
    bars_confidential = models.BooleanField(
        _("no confidential co-signatures"),
        default=False,
        help_text=_("Where a route publishes every name, nobody may sign on condition of not being named."),
    )
    topics = models.ManyToManyField(
        Topic,
        blank=True,
        related_name="statements",
        verbose_name=_("topics"),
        help_text=_("The secretariat may sign for an organization that authorized it for all of them."),
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    embargo_until = models.DateTimeField(_("embargo ends"), null=True, blank=True)
    signature_order = models.CharField(_("order of the signatories"), max_length=8, choices=Order, default=Order.LEAD)
    elsewhere_url = models.URLField(_("published elsewhere at"), max_length=600, blank=True)
    names_hidden = models.BooleanField(_("names hidden"), default=False, editable=False)  # see CoSignature.shown()
    is_elsewhere = models.BooleanField(_("published elsewhere, summarised here"), default=False)
    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["-dated_on", "-pk"]
        permissions = [
            ("lock_statement", "Can lock a text and open it for co-signing"),
            ("invite_statement", "Can invite organizations to co-sign"),
            ("publish_statement", "Can publish a statement of another author"),
            ("hide_names_statement", "Can hide every name under a statement, and show them again"),
            ("press_statement", "Can prepare the press page, previews and lists of a statement"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False), name="statement_published_has_a_date"
            ),
            models.CheckConstraint(
                condition=Q(late_until__isnull=True)
                | Q(deadline__isnull=True)
                | Q(late_until__gt=models.F("deadline")),
                name="statement_late_comes_after_the_deadline",
            ),
            models.CheckConstraint(
                condition=~Q(state="embargoed") | Q(embargo_until__isnull=False), name="statement_embargo_has_an_end"
            ),
        ]

    def __str__(self) -> str:
        version = self.current_version
        text = in_language(version.translations.all()) if version else None
        return text.title if text else self.slug

    @property
    def current_version(self) -> "Version | None":
        """The newest version. Prefetch `versions__translations`."""
        return max(self.versions.all(), key=lambda version: version.number, default=None)

    def is_public(self, now: datetime) -> bool:
        """Whether anybody may read its page at this moment."""
        return self.state in self.PUBLIC_STATES or self.is_lifted(now)

    @property
    def public_since(self) -> datetime | None:
        """When it became public, or will by the end of its embargo."""
        return self.published_at or (self.embargo_until if self.state == self.State.EMBARGOED else None)

    def is_lifted(self, now: datetime) -> bool:
        """Under an embargo whose moment has come, though the clock's job may not have been here yet."""
        return self.state == self.State.EMBARGOED and self.embargo_until is not None and self.embargo_until <= now

    def was_written_by(self, user_id: int) -> bool:
        """Whether this person began it, or wrote or locked its newest version last."""
        version = self.current_version
        return user_id == self.author_id or (
            version is not None and user_id in {version.locked_by_id, version.last_written_by_id}
        )

    def accepts_comments(self, now: datetime) -> bool:
        """Whether delegates may propose edits."""
        return self.state == self.State.COMMENTS and self.comments_until is not None and now < self.comments_until

    def is_in_time(self, now: datetime) -> bool:
        return self.state == self.State.OPEN and (self.deadline is None or now < self.deadline)

    def is_late(self, now: datetime) -> bool:
        """Whether a co-signature of this moment would stand apart, as a late one."""
        takes_late = self.state in self.LATE_STATES and self.late_until is not None and now < self.late_until
        return takes_late and not self.is_in_time(now)

    def accepts_cosignatures(self, now: datetime) -> bool:
        return self.is_in_time(now) or self.is_late(now)

    @property
    def signable_version(self) -> "Version | None":
        """The newest locked version: what is signed now. Prefetch `versions__translations`."""
        locked = [version for version in self.versions.all() if version.digest]
        return max(locked, key=lambda version: version.number, default=None)


class Version(models.Model):
    """One numbered wording. Once locked, its texts and digest never change: organizations sign it.

    `change` says what it is to the version before, where that one was open for co-signing already.
    """

    class Change(models.TextChoices):
        EDITORIAL = "editorial", _("editorial: the meaning stays")
        MATERIAL = "material", _("material: everybody is asked again")

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    digest = models.CharField(_("digest"), max_length=64, blank=True, db_index=True)  # SHA-256, once locked
    locked_at = models.DateTimeField(_("locked"), null=True, blank=True)
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    last_written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    form = models.PositiveSmallIntegerField(_("canonical form"), default=2, editable=False)  # see statements.canonical
    revision = models.PositiveIntegerField(default=1, editable=False)  # goes up with every change of the draft
    change = models.CharField(_("change"), max_length=9, choices=Change, blank=True)
    change_reason = models.CharField(_("what changed, and why"), max_length=500, blank=True)  # public

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "number"], name="version_number_once"),
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True, digest="") | (Q(locked_at__isnull=False) & ~Q(digest="")),
                name="version_locked_has_a_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement.slug} v{self.number}"

    @property
    def text(self) -> "Translation | None":
        """Its text in the page's language, else in English. Prefetch `translations`."""
        return in_language(self.translations.all())


class Translation(models.Model):
    """A version in one language: the authoritative text, an official parallel text, or a courtesy."""

    class Status(models.TextChoices):
        AUTHORITATIVE = "authoritative", _("authoritative text")
        OFFICIAL = "official", _("official text")
        COURTESY = "courtesy", _("courtesy translation")

    class Review(models.TextChoices):
        DRAFT = "draft", _("not reviewed")
        REVIEWED = "reviewed", _("reviewed")

    # Those the canonical form holds; `frozen` keeps them as they are, see statements.triggers.
    COVERED = ("version", "language", "status", "title", "dateline", "body", "demands", "notes")

    version = models.ForeignKey(Version, models.CASCADE, related_name="translations")
    language = models.CharField(_("language"), max_length=8)
    status = models.CharField(_("status"), max_length=14, choices=Status, default=Status.AUTHORITATIVE)
    title = models.CharField(_("title"), max_length=250)
    summary = models.TextField(_("summary"), blank=True, help_text=_("For lists and previews; not part of the text."))
    dateline = models.CharField(
        _("dateline"), max_length=200, blank=True, help_text=_("Stands before the text: “Seoul, 20 October 2023”.")
    )
    body = models.TextField(
        _("text"),
        blank=True,
        help_text=_(
            "Markdown. A footnote is [^key], where the key is that of a source, or of a note you write below. "
            "Demands stand where {{ demands }} is, else at the end."
        ),
    )
    demands = models.JSONField(_("demands"), default=list, blank=True)  # list of Markdown lines, in order
    notes = models.TextField(blank=True, editable=False)  # the notes that come from sources, as they were at the lock
    about = models.TextField(_("about those who speak"), blank=True, help_text=_("Not part of what is signed."))
    press_contact = models.TextField(_("press contact"), blank=True, help_text=_("Public; not part of what is signed."))
    review = models.CharField(_("review"), max_length=8, choices=Review, default=Review.DRAFT, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    digest = models.CharField(max_length=64, blank=True, db_index=True, editable=False)  # of a courtesy translation
    is_frozen = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("text in one language")
        verbose_name_plural = _("texts by language")
        ordering = ["status", "language"]
        constraints = [
            models.UniqueConstraint(fields=["version", "language"], name="translation_one_a_language"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(status="authoritative"), name="translation_one_authoritative"
            ),
            models.CheckConstraint(
                condition=Q(review="draft") | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="translation_reviewed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"

    @property
    def whole(self) -> str:
        """The text as it is read, in Markdown: the body with its demands and its notes. See statements.composing."""
        return whole_text(self.body, self.demands, self.notes)

    @property
    def progress(self) -> str:
        """How far the translation is: "missing", "draft" or "reviewed"."""
        return self.review if self.body.strip() else "missing"
