"""The tables of statements as 0001_initial to 0006_news_choices leave them, for a new database."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import privacy.fields
import privacy.tables
import privacy.tokens
import statements.models.statement


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("statements", "0001_initial"),
        ("statements", "0002_names_hidden"),
        ("statements", "0003_exact_texts"),
        ("statements", "0004_answers_and_consents"),
        ("statements", "0005_publication"),
        ("statements", "0006_news_choices"),
    ]

    dependencies = [
        ("campaigns", "0002_membership_logos_and_names_by_period"),
        ("letters", "0007_coded_replies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        privacy.tables.CreateTables(
            operations=[
                migrations.CreateModel(
                    name="Statement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(unique=True, verbose_name="address of the page")),
                        ("reference", models.CharField(max_length=30, unique=True, verbose_name="reference number")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("joint_statement", "joint statement"),
                                    ("open_letter", "open letter"),
                                    ("private_letter", "private letter"),
                                    ("submission", "submission to a United Nations body"),
                                    ("press_release", "press release"),
                                ],
                                default="joint_statement",
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("comments", "open for comments"),
                                    ("locked", "locked"),
                                    ("open", "open for co-signing"),
                                    ("closed", "closed for co-signing"),
                                    ("embargoed", "under embargo"),
                                    ("published", "published"),
                                    ("corrected", "published, with a correction"),
                                    ("withdrawn", "withdrawn"),
                                    ("archived", "archived"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("dated_on", models.DateField(verbose_name="date of the text")),
                        ("place", models.CharField(blank=True, max_length=80, verbose_name="place")),
                        ("deadline", models.DateTimeField(blank=True, null=True, verbose_name="co-signing closes")),
                        (
                            "time_zone",
                            models.CharField(
                                default="Asia/Seoul", max_length=40, verbose_name="time zone of the deadline"
                            ),
                        ),
                        ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published")),
                        (
                            "elsewhere_url",
                            models.URLField(blank=True, max_length=600, verbose_name="published elsewhere at"),
                        ),
                        (
                            "is_elsewhere",
                            models.BooleanField(default=False, verbose_name="published elsewhere, summarised here"),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="author",
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="statements",
                                to="campaigns.campaign",
                                verbose_name="campaign",
                            ),
                        ),
                        (
                            "names_hidden",
                            models.BooleanField(default=False, editable=False, verbose_name="names hidden"),
                        ),
                        (
                            "comments_until",
                            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="comments close"),
                        ),
                        (
                            "languages",
                            models.JSONField(
                                default=statements.models.statement.site_languages,
                                verbose_name="languages it appears in",
                            ),
                        ),
                        (
                            "bars_confidential",
                            models.BooleanField(
                                default=False,
                                help_text="Where a route publishes every name, nobody may sign on condition of not being named.",
                                verbose_name="no confidential co-signatures",
                            ),
                        ),
                        (
                            "late_until",
                            models.DateTimeField(
                                blank=True,
                                help_text="Whoever signs after the deadline stands apart. Empty: nobody signs late.",
                                null=True,
                                verbose_name="late co-signatures until",
                            ),
                        ),
                        (
                            "topics",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The secretariat may sign for an organization that authorized it for all of them.",
                                related_name="statements",
                                to="campaigns.topic",
                                verbose_name="topics",
                            ),
                        ),
                        ("embargo_until", models.DateTimeField(blank=True, null=True, verbose_name="embargo ends")),
                        (
                            "signature_order",
                            models.CharField(
                                choices=[
                                    ("lead", "lead organizations first, then by name"),
                                    ("name", "by name"),
                                    ("country", "by country"),
                                    ("ecosoc", "by ECOSOC status"),
                                    ("date", "in the order of signing"),
                                    ("hand", "by hand"),
                                ],
                                default="lead",
                                max_length=8,
                                verbose_name="order of the signatories",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "statement",
                        "verbose_name_plural": "statements",
                        "ordering": ["-dated_on", "-pk"],
                        "permissions": [
                            ("lock_statement", "Can lock a text and open it for co-signing"),
                            ("invite_statement", "Can invite organizations to co-sign"),
                            ("publish_statement", "Can publish a statement of another author"),
                            ("hide_names_statement", "Can hide every name under a statement, and show them again"),
                            ("press_statement", "Can prepare the press page, previews and lists of a statement"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "published"), _negated=True),
                                    ("published_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="statement_published_has_a_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("late_until__isnull", True),
                                    ("deadline__isnull", True),
                                    ("late_until__gt", models.F("deadline")),
                                    _connector="OR",
                                ),
                                name="statement_late_comes_after_the_deadline",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "embargoed"), _negated=True),
                                    ("embargo_until__isnull", False),
                                    _connector="OR",
                                ),
                                name="statement_embargo_has_an_end",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportedSignatory",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name_as_signed", models.CharField(max_length=250, verbose_name="name as signed")),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reported_signatures",
                                to="campaigns.organization",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="campaigns.source"
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reported_signatories",
                                to="statements.statement",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reported signatory",
                        "verbose_name_plural": "reported signatories",
                        "ordering": ["position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("statement", "organization"), name="reported_signatory_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Invitation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("invited", "invited"),
                                    ("opened", "opened"),
                                    ("question", "has a question"),
                                    ("signed", "signed"),
                                    ("declined", "declined"),
                                    ("unable", "cannot by the deadline"),
                                    ("withdrawn", "withdrawn"),
                                    ("again", "asked again"),
                                ],
                                default="invited",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("invited_at", models.DateTimeField(verbose_name="invited")),
                        ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="opened")),
                        ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                        (
                            "invited_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invitations",
                                to="campaigns.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="invitations",
                                to="statements.statement",
                                verbose_name="statement",
                            ),
                        ),
                        ("needs_until", models.DateField(blank=True, null=True, verbose_name="needs until")),
                        (
                            "reason",
                            privacy.fields.EncryptedField(
                                blank=True, max_length=500, null=True, verbose_name="reason given"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "invitation",
                        "verbose_name_plural": "invitations",
                        "ordering": ["organization__name"],
                        "constraints": [
                            models.UniqueConstraint(fields=("statement", "organization"), name="invitation_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Version",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(default=1, verbose_name="number")),
                        ("digest", models.CharField(blank=True, db_index=True, max_length=64, verbose_name="digest")),
                        ("locked_at", models.DateTimeField(blank=True, null=True, verbose_name="locked")),
                        (
                            "locked_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "last_written_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="statements.statement",
                            ),
                        ),
                        (
                            "change",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("editorial", "editorial: the meaning stays"),
                                    ("material", "material: everybody is asked again"),
                                ],
                                max_length=9,
                                verbose_name="change",
                            ),
                        ),
                        (
                            "change_reason",
                            models.CharField(blank=True, max_length=500, verbose_name="what changed, and why"),
                        ),
                        (
                            "form",
                            models.PositiveSmallIntegerField(default=2, editable=False, verbose_name="canonical form"),
                        ),
                        ("revision", models.PositiveIntegerField(default=1, editable=False)),
                    ],
                    options={
                        "verbose_name": "version",
                        "verbose_name_plural": "versions",
                        "ordering": ["-number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("statement", "number"), name="version_number_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("digest", ""), ("locked_at__isnull", True)),
                                    models.Q(("locked_at__isnull", False), models.Q(("digest", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="version_locked_has_a_digest",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Translation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=8, verbose_name="language")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("authoritative", "authoritative text"),
                                    ("official", "official text"),
                                    ("courtesy", "courtesy translation"),
                                ],
                                default="authoritative",
                                max_length=14,
                                verbose_name="status",
                            ),
                        ),
                        ("title", models.CharField(max_length=250, verbose_name="title")),
                        (
                            "summary",
                            models.TextField(
                                blank=True,
                                help_text="For lists and previews; not part of the text.",
                                verbose_name="summary",
                            ),
                        ),
                        (
                            "body",
                            models.TextField(
                                blank=True,
                                help_text="Markdown. A footnote is [^key], where the key is that of a source, or of a note you write below. Demands stand where {{ demands }} is, else at the end.",
                                verbose_name="text",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="translations",
                                to="statements.version",
                            ),
                        ),
                        (
                            "about",
                            models.TextField(
                                blank=True,
                                help_text="Not part of what is signed.",
                                verbose_name="about those who speak",
                            ),
                        ),
                        (
                            "dateline",
                            models.CharField(
                                blank=True,
                                help_text="Stands before the text: “Seoul, 20 October 2023”.",
                                max_length=200,
                                verbose_name="dateline",
                            ),
                        ),
                        ("demands", models.JSONField(blank=True, default=list, verbose_name="demands")),
                        ("digest", models.CharField(blank=True, db_index=True, editable=False, max_length=64)),
                        ("is_frozen", models.BooleanField(default=False, editable=False)),
                        ("notes", models.TextField(blank=True, editable=False)),
                        (
                            "press_contact",
                            models.TextField(
                                blank=True,
                                help_text="Public; not part of what is signed.",
                                verbose_name="press contact",
                            ),
                        ),
                        (
                            "review",
                            models.CharField(
                                choices=[("draft", "not reviewed"), ("reviewed", "reviewed")],
                                default="draft",
                                editable=False,
                                max_length=8,
                                verbose_name="review",
                            ),
                        ),
                        ("reviewed_at", models.DateTimeField(editable=False, null=True, verbose_name="reviewed")),
                        (
                            "reviewed_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "text in one language",
                        "verbose_name_plural": "texts by language",
                        "ordering": ["status", "language"],
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "language"), name="translation_one_a_language"),
                            models.UniqueConstraint(
                                condition=models.Q(("status", "authoritative")),
                                fields=("version",),
                                name="translation_one_authoritative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("review", "draft"),
                                    models.Q(("reviewed_at__isnull", False), ("reviewed_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="translation_reviewed_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CoSignature",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("digest", models.CharField(max_length=64, verbose_name="digest")),
                        ("language_read", models.CharField(max_length=8, verbose_name="language read")),
                        ("names_as_signed", models.JSONField(verbose_name="name as signed")),
                        (
                            "signer_name",
                            privacy.fields.EncryptedField(max_length=150, verbose_name="name of the signer"),
                        ),
                        ("signer_title", models.CharField(max_length=150, verbose_name="title of the signer")),
                        ("authority", models.CharField(max_length=300, verbose_name="authority")),
                        ("signed_at", models.DateTimeField(verbose_name="signed")),
                        ("is_lead", models.BooleanField(default=False, verbose_name="lead organization")),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn")),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cosignatures",
                                to="campaigns.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "signed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cosignatures",
                                to="statements.statement",
                                verbose_name="statement",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cosignatures",
                                to="statements.version",
                                verbose_name="version",
                            ),
                        ),
                        (
                            "by_authority",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="campaigns.standingauthority",
                                verbose_name="by standing authority",
                            ),
                        ),
                        (
                            "confirmed_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="confirmed by a second person"),
                        ),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("final_copy_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "is_confidential",
                            models.BooleanField(default=False, verbose_name="confidential: counted, not named"),
                        ),
                        ("is_late", models.BooleanField(default=False, verbose_name="late")),
                        (
                            "recipients_told_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="recipients told of the withdrawal"
                            ),
                        ),
                        ("superseded_at", models.DateTimeField(blank=True, null=True, verbose_name="asked again")),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="position")),
                    ],
                    options={
                        "verbose_name": "co-signature",
                        "verbose_name_plural": "co-signatures",
                        "ordering": ["-is_lead", "organization__name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("digest", ""), _negated=True), name="cosignature_is_to_exact_words"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("superseded_at__isnull", True), ("withdrawn_at__isnull", True)),
                                fields=("statement", "organization"),
                                name="cosignature_one_stands",
                            ),
                        ],
                        "permissions": [
                            ("confirm_cosignature", "Can confirm what a first-time delegate signed"),
                            (
                                "withdraw_cosignature",
                                "Can withdraw a co-signature that an organization took back in writing",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProposedEdit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=8, verbose_name="language")),
                        (
                            "part",
                            models.CharField(
                                choices=[("title", "title"), ("body", "text"), ("demands", "demands")],
                                max_length=7,
                                verbose_name="part",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="paragraph")),
                        ("original", models.TextField(verbose_name="the paragraph as it stood")),
                        ("wording", models.TextField(blank=True, verbose_name="proposed wording")),
                        ("comment", models.CharField(blank=True, max_length=1000, verbose_name="reason")),
                        ("proposed_at", models.DateTimeField(verbose_name="proposed")),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "not decided"), ("accepted", "accepted"), ("declined", "declined")],
                                default="open",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        ("accepted_wording", models.TextField(blank=True, verbose_name="wording that was taken")),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                        (
                            "decision_reason",
                            models.CharField(blank=True, max_length=500, verbose_name="reason of the decision"),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="campaigns.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="proposed_edits",
                                to="statements.version",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "proposed edit",
                        "verbose_name_plural": "proposed edits",
                        "ordering": ["language", "number", "proposed_at"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at__isnull", True), ("state", "open")),
                                    models.Q(
                                        models.Q(("state", "open"), _negated=True),
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="proposed_edit_decided_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "declined"), _negated=True),
                                    models.Q(("decision_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="proposed_edit_declined_with_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PersonalSignature",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("nonce", models.BinaryField(default=privacy.tokens.new_nonce, max_length=16)),
                        ("address", privacy.fields.EncryptedField(max_length=254, verbose_name="e-mail")),
                        ("address_fingerprint", models.BinaryField(max_length=32)),
                        (
                            "language",
                            models.CharField(default="en", max_length=8, verbose_name="language of our mails"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("invited", "invited"),
                                    ("signed", "signed"),
                                    ("declined", "declined"),
                                    ("withdrawn", "withdrawn"),
                                ],
                                default="invited",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("name", privacy.fields.EncryptedField(max_length=150, verbose_name="name")),
                        (
                            "affiliation",
                            privacy.fields.EncryptedField(
                                blank=True, max_length=200, verbose_name="affiliation, for identification only"
                            ),
                        ),
                        ("digest", models.CharField(blank=True, max_length=64, verbose_name="digest")),
                        ("language_read", models.CharField(blank=True, max_length=8, verbose_name="language read")),
                        ("invited_at", models.DateTimeField(verbose_name="invited")),
                        ("signed_at", models.DateTimeField(null=True, verbose_name="signed")),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn")),
                        ("is_late", models.BooleanField(default=False, verbose_name="late")),
                        (
                            "invited_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="personal_signatures",
                                to="statements.statement",
                                verbose_name="statement",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="statements.version",
                                verbose_name="version",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "signature in a personal capacity",
                        "verbose_name_plural": "signatures in a personal capacity",
                        "ordering": ["signed_at", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("statement", "address_fingerprint"), name="personal_signature_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "signed"), _negated=True),
                                    models.Q(
                                        ("signed_at__isnull", False),
                                        ("version__isnull", False),
                                        models.Q(("digest", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="personal_signature_is_to_exact_words",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Question",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="asked")),
                        ("text", privacy.fields.EncryptedField(max_length=2000, verbose_name="question")),
                        ("answer", privacy.fields.EncryptedField(blank=True, max_length=4000, verbose_name="answer")),
                        ("answered_at", models.DateTimeField(null=True, verbose_name="answered")),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "invitation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="questions",
                                to="statements.invitation",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "question",
                        "verbose_name_plural": "questions",
                        "ordering": ["asked_at"],
                        "permissions": [("answer_question", "Can answer questions of organizations")],
                    },
                ),
                migrations.CreateModel(
                    name="Reminder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "moment",
                            models.CharField(
                                choices=[
                                    ("week", "seven days before"),
                                    ("two_days", "two days before"),
                                    ("last_day", "on the last day"),
                                ],
                                max_length=10,
                                verbose_name="when",
                            ),
                        ),
                        ("sent_at", models.DateTimeField(verbose_name="written")),
                        (
                            "invitation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reminders",
                                to="statements.invitation",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="statements.version"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reminder",
                        "verbose_name_plural": "reminders",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("invitation", "version", "moment"), name="reminder_once_a_moment"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VersionChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("editorial", "editorial"), ("material", "in substance")],
                                max_length=10,
                                verbose_name="kind of change",
                            ),
                        ),
                        ("signed_from", models.PositiveSmallIntegerField(verbose_name="signatures since version")),
                        ("made_at", models.DateTimeField(verbose_name="made")),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "version",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="change_note",
                                to="statements.version",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "change of a version",
                        "verbose_name_plural": "changes of versions",
                    },
                ),
                migrations.CreateModel(
                    name="Erratum",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("texts", models.JSONField(verbose_name="words")),
                        ("is_material", models.BooleanField(default=False, verbose_name="the signatories were told")),
                        ("published_at", models.DateTimeField(verbose_name="published")),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="errata",
                                to="statements.statement",
                                verbose_name="statement",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="errata",
                                to="statements.version",
                                verbose_name="version",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "erratum",
                        "verbose_name_plural": "errata",
                        "ordering": ["published_at", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="PressImage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("data", models.BinaryField(verbose_name="picture")),
                        ("content_type", models.CharField(max_length=20)),
                        ("width", models.PositiveSmallIntegerField()),
                        ("height", models.PositiveSmallIntegerField()),
                        ("texts", models.JSONField(verbose_name="what is to be seen")),
                        ("credit", models.CharField(max_length=200, verbose_name="credit")),
                        ("licence", models.CharField(max_length=200, verbose_name="licence")),
                        ("added_at", models.DateTimeField()),
                        (
                            "added_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="press_images",
                                to="statements.statement",
                                verbose_name="statement",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "press picture",
                        "verbose_name_plural": "press pictures",
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="PressText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=8, verbose_name="language")),
                        ("title", models.CharField(max_length=250, verbose_name="title")),
                        ("body", models.TextField(help_text="Markdown.", verbose_name="release")),
                        ("notes", models.TextField(blank=True, help_text="Markdown.", verbose_name="notes to editors")),
                        (
                            "contact",
                            models.TextField(
                                help_text="Name, telephone and e-mail, one a line. It is public.",
                                verbose_name="press contact",
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="press_texts",
                                to="statements.statement",
                                verbose_name="statement",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "press release",
                        "verbose_name_plural": "press releases",
                        "ordering": ["language"],
                        "constraints": [
                            models.UniqueConstraint(fields=("statement", "language"), name="press_text_one_a_language")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Preview",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", privacy.fields.EncryptedField(max_length=150, verbose_name="name")),
                        ("address", privacy.fields.EncryptedField(max_length=254, verbose_name="e-mail")),
                        ("address_fingerprint", models.BinaryField(max_length=32, null=True)),
                        ("outlet", models.CharField(blank=True, max_length=150, verbose_name="newsroom")),
                        ("language", models.CharField(max_length=8, verbose_name="language")),
                        ("nonce", models.BinaryField(default=privacy.tokens.new_nonce, max_length=16)),
                        ("created_at", models.DateTimeField(verbose_name="sent")),
                        ("expires_at", models.DateTimeField(verbose_name="works until")),
                        ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                        ("forgotten_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="previews",
                                to="statements.statement",
                                verbose_name="statement",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "preview link",
                        "verbose_name_plural": "preview links",
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("revoked_at__isnull", True)),
                                fields=("statement", "address_fingerprint"),
                                name="preview_one_link_a_journalist",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PreviewView",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="when")),
                        (
                            "preview",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="views",
                                to="statements.preview",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "view of a preview",
                        "verbose_name_plural": "views of previews",
                        "ordering": ["-at"],
                    },
                ),
                migrations.CreateModel(
                    name="Proposal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "act",
                            models.CharField(
                                choices=[
                                    ("lift", "end the embargo now"),
                                    ("correct", "publish an erratum"),
                                    ("withdraw", "withdraw the statement"),
                                    ("archive", "archive the statement"),
                                ],
                                max_length=8,
                                verbose_name="what",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waits for a second person"),
                                    ("agreed", "agreed"),
                                    ("refused", "refused"),
                                ],
                                default="waiting",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
                        (
                            "erratum_texts",
                            models.JSONField(blank=True, default=dict, verbose_name="words of the erratum"),
                        ),
                        ("is_material", models.BooleanField(default=False, verbose_name="the signatories are told")),
                        ("proposed_at", models.DateTimeField(verbose_name="asked")),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                        (
                            "decision_reason",
                            models.CharField(blank=True, max_length=500, verbose_name="reason of the decision"),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="proposals",
                                to="statements.statement",
                                verbose_name="statement",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "proposal",
                        "verbose_name_plural": "proposals",
                        "ordering": ["-pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "waiting")),
                                fields=("statement",),
                                name="proposal_one_waits_per_statement",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "waiting"),
                                    models.Q(
                                        ("decided_by__isnull", False),
                                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="proposal_decided_by_another",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Quote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=8, verbose_name="language")),
                        ("words", models.TextField(verbose_name="words")),
                        ("speaker", models.CharField(max_length=150, verbose_name="who says it")),
                        ("role", models.CharField(max_length=200, verbose_name="role")),
                        ("approved_by", models.CharField(blank=True, max_length=200, verbose_name="approved by")),
                        ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approved")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="quotes",
                                to="statements.statement",
                                verbose_name="statement",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "quote",
                        "verbose_name_plural": "quotes",
                        "ordering": ["pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("approved_at__isnull", True), ("approved_by", "")),
                                    models.Q(
                                        ("approved_at__isnull", False), models.Q(("approved_by", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="quote_approved_by_somebody",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NewsChoice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "scope",
                            models.CharField(
                                choices=[
                                    ("all", "All news of the campaigns"),
                                    ("signed", "Only news of what our organization signed"),
                                    ("none", "No news by e-mail"),
                                ],
                                default="signed",
                                max_length=6,
                                verbose_name="news by e-mail",
                            ),
                        ),
                        ("nonce", models.BinaryField(default=privacy.tokens.new_nonce, max_length=16)),
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="news_choice",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "choice of news",
                        "verbose_name_plural": "choices of news",
                    },
                ),
            ],
        ),
    ]
