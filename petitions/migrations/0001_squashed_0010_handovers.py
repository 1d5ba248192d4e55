"""The tables of petitions as 0001_initial to 0010_handovers leave them, for a new database."""

from importlib import import_module

import django.db.models.deletion
import django_countries.fields
from django.conf import settings
from django.db import migrations, models

import petitions.models.reach
import privacy.fields
import privacy.tables
import privacy.tokens

default_limits = import_module("petitions.migrations.0007_default_limits")


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("petitions", "0001_initial"),
        ("petitions", "0002_petition_challenge"),
        ("petitions", "0003_names_hidden"),
        ("petitions", "0004_forgotten_signatures"),
        ("petitions", "0005_counting_reach_defence"),
        ("petitions", "0006_defence_bulk_acts_and_lines_of_limits"),
        ("petitions", "0007_default_limits"),
        ("petitions", "0008_life_of_a_petition"),
        ("petitions", "0009_manage_consent_changes"),
        ("petitions", "0010_handovers"),
    ]

    dependencies = [
        ("campaigns", "0003_demands_and_outcomes"),
        ("letters", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        privacy.tables.CreateTables(
            operations=[
                migrations.CreateModel(
                    name="ConsentNotice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("show_name", "show my name publicly"),
                                    ("handover", "hand my name over with the petition"),
                                    ("updates", "send me updates"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("language", models.CharField(max_length=8)),
                        ("text", models.TextField()),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("first_shown_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Petition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(unique=True, verbose_name="address of the page")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("in_review", "in review"),
                                    ("open", "open"),
                                    ("closed", "closed"),
                                    ("delivered", "delivered"),
                                    ("archived", "archived"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("goal", models.PositiveIntegerField(default=500, verbose_name="next goal")),
                        ("time_zone", models.CharField(default="Asia/Seoul", max_length=40, verbose_name="time zone")),
                        ("opens_at", models.DateTimeField(blank=True, null=True, verbose_name="opens")),
                        ("closes_at", models.DateTimeField(blank=True, null=True, verbose_name="closes")),
                        (
                            "signature_count",
                            models.PositiveIntegerField(default=0, editable=False, verbose_name="confirmed signatures"),
                        ),
                        ("counted_at", models.DateTimeField(editable=False, null=True)),
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
                            "last_written_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="petitions",
                                to="campaigns.campaign",
                                verbose_name="campaign",
                            ),
                        ),
                        (
                            "recipients",
                            models.ManyToManyField(
                                related_name="petitions", to="letters.recipient", verbose_name="addressed to"
                            ),
                        ),
                        ("challenge_since", models.DateTimeField(editable=False, null=True)),
                        (
                            "names_hidden",
                            models.BooleanField(default=False, editable=False, verbose_name="names hidden"),
                        ),
                        (
                            "allows_shared_addresses",
                            models.BooleanField(
                                default=False,
                                help_text="Then a name counts beside the address: families and villages with one mailbox.",
                                verbose_name="several people may share one address",
                            ),
                        ),
                        ("archived_at", models.DateTimeField(editable=False, null=True, verbose_name="archived")),
                        ("delivered_at", models.DateTimeField(editable=False, null=True, verbose_name="delivered")),
                        (
                            "duty_of_care",
                            models.BooleanField(
                                default=False,
                                help_text="No public names, comments or countries, and the count is shown with a delay.",
                                verbose_name="duty of care",
                            ),
                        ),
                        (
                            "delivered_count",
                            models.PositiveIntegerField(editable=False, null=True, verbose_name="signatures delivered"),
                        ),
                    ],
                    options={
                        "verbose_name": "petition",
                        "verbose_name_plural": "petitions",
                        "ordering": ["-pk"],
                        "permissions": [
                            ("publish_petition", "Can publish a petition of another author"),
                            ("challenge_petition", "Can ask for a proof of work before signing"),
                            ("hide_names_petition", "Can hide every name under a petition, and show them again"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PetitionText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=8, verbose_name="language")),
                        ("title", models.CharField(max_length=200, verbose_name="title")),
                        (
                            "summary",
                            models.TextField(help_text="One paragraph above the form.", verbose_name="summary"),
                        ),
                        ("body", models.TextField(help_text="Markdown.", verbose_name="text")),
                        (
                            "petition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="texts",
                                to="petitions.petition",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "text in one language",
                        "verbose_name_plural": "texts by language",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("petition", "language"), name="petition_one_text_a_language"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Report",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "about",
                            models.CharField(
                                choices=[
                                    ("false_name", "A name that is not the signer’s to use"),
                                    ("danger", "Something here puts a person at risk"),
                                    ("hatred", "Hatred or a threat"),
                                    ("other", "Something else"),
                                ],
                                max_length=10,
                                verbose_name="what it is about",
                            ),
                        ),
                        (
                            "text",
                            privacy.fields.EncryptedField(
                                blank=True, max_length=1000, verbose_name="in the visitor’s words"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting"),
                                    ("acted", "something was done"),
                                    ("kept", "nothing to do"),
                                ],
                                default="waiting",
                                max_length=7,
                                verbose_name="state",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="reported")),
                        ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="decided")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "petition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reports",
                                to="petitions.petition",
                                verbose_name="petition",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "report",
                        "verbose_name_plural": "reports",
                        "ordering": ["at"],
                    },
                ),
                migrations.CreateModel(
                    name="Tally",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        (
                            "country",
                            django_countries.fields.CountryField(blank=True, max_length=2, verbose_name="country"),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("online", "signed here, confirmed by e-mail"),
                                    ("paper", "signed on paper"),
                                    ("partner", "signed with a partner organization"),
                                    ("vouched", "vouched for by a member organization"),
                                ],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("count", models.IntegerField(default=0, verbose_name="signatures")),
                        (
                            "petition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tallies",
                                to="petitions.petition",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "tally",
                        "verbose_name_plural": "tallies",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("petition", "day", "country", "kind"), name="tally_one_a_cell"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Update",
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
                                choices=[("draft", "draft"), ("in_review", "in review"), ("published", "published")],
                                default="draft",
                                editable=False,
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("published_at", models.DateTimeField(editable=False, null=True, verbose_name="published")),
                        ("mailed_up_to", models.BigIntegerField(default=0, editable=False)),
                        (
                            "mail_finished_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="all mails written"),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="author",
                            ),
                        ),
                        (
                            "last_written_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "petition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="updates",
                                to="petitions.petition",
                                verbose_name="petition",
                            ),
                        ),
                        ("mail_stopped_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "digest",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="campaigns.newsdigest",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "update",
                        "verbose_name_plural": "updates",
                        "ordering": ["-pk"],
                        "permissions": [("publish_update", "Can publish an update of another author")],
                        "constraints": [
                            models.UniqueConstraint(fields=("petition", "digest"), name="update_one_a_digest")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UpdateText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=8, verbose_name="language")),
                        ("title", models.CharField(max_length=200, verbose_name="title")),
                        ("body", models.TextField(help_text="Markdown.", verbose_name="text")),
                        (
                            "update",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="petitions.update"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "text in one language",
                        "verbose_name_plural": "texts by language",
                        "constraints": [
                            models.UniqueConstraint(fields=("update", "language"), name="update_one_text_a_language")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportBatch",
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
                                choices=[
                                    ("paper", "signed on paper"),
                                    ("partner", "signed with a partner organization"),
                                ],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "provenance",
                            models.CharField(
                                help_text="Who collected them, when and where the sheets are kept.",
                                max_length=500,
                                verbose_name="where they come from",
                            ),
                        ),
                        ("file_digest", models.CharField(editable=False, max_length=64)),
                        ("added", models.PositiveIntegerField(default=0, editable=False, verbose_name="added")),
                        ("left_out", models.PositiveIntegerField(default=0, editable=False, verbose_name="left out")),
                        ("at", models.DateTimeField(editable=False, verbose_name="imported")),
                        ("removed_at", models.DateTimeField(editable=False, null=True, verbose_name="taken out again")),
                        (
                            "by",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="campaigns.organization",
                                verbose_name="collected by",
                            ),
                        ),
                        (
                            "petition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="imports",
                                to="petitions.petition",
                                verbose_name="petition",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "import",
                        "verbose_name_plural": "imports",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("removed_at", None)),
                                fields=("petition", "file_digest"),
                                name="import_one_file_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InvalidationBatch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("condition", models.JSONField(default=dict, verbose_name="condition")),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("preview", "looked at, nothing done"),
                                    ("running", "striking out"),
                                    ("cancelled", "stopped in the middle"),
                                    ("done", "struck out"),
                                    ("undoing", "bringing back"),
                                    ("undone", "brought back"),
                                ],
                                default="preview",
                                editable=False,
                                max_length=9,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "matched",
                            models.PositiveIntegerField(
                                default=0, editable=False, verbose_name="matched in the preview"
                            ),
                        ),
                        ("up_to", models.BigIntegerField(default=0, editable=False)),
                        ("struck", models.PositiveIntegerField(default=0, editable=False, verbose_name="struck out")),
                        ("cursor", models.BigIntegerField(default=0, editable=False)),
                        ("at", models.DateTimeField(editable=False, verbose_name="begun")),
                        (
                            "by",
                            models.ForeignKey(
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "petition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="petitions.petition",
                                verbose_name="petition",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "batch of invalid signatures",
                        "verbose_name_plural": "batches of invalid signatures",
                        "permissions": [
                            ("run_invalidationbatch", "Can strike out signatures by condition and bring them back")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LimitRule",
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
                                    ("network", "one network address"),
                                    ("wide", "a neighborhood of networks (/24, /48)"),
                                    ("domain", "one mail domain"),
                                    ("petition", "one petition"),
                                ],
                                max_length=8,
                                verbose_name="counted by",
                            ),
                        ),
                        ("limit", models.PositiveIntegerField(verbose_name="signatures")),
                        ("seconds", models.PositiveIntegerField(verbose_name="in seconds")),
                        (
                            "action",
                            models.CharField(
                                choices=[
                                    ("refuse", "ask to try again later"),
                                    ("hold", "hold silently for a look"),
                                    ("challenge", "ask for proof of work"),
                                ],
                                max_length=9,
                                verbose_name="above that",
                            ),
                        ),
                        ("is_on", models.BooleanField(default=True, verbose_name="in force")),
                        (
                            "petition",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="petitions.petition",
                                verbose_name="only for this petition",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "limit",
                        "verbose_name_plural": "limits",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("limit__gt", 0), ("seconds__gt", 0)), name="limit_is_positive"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ListEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("allow", "let through without limits"),
                                    ("hold", "hold silently for a look"),
                                    ("block", "take nothing"),
                                ],
                                max_length=5,
                                verbose_name="what happens",
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(
                                choices=[
                                    ("address", "one e-mail address"),
                                    ("domain", "everything under a mail domain"),
                                    ("network", "a network, for as long as its daily key lives"),
                                ],
                                max_length=7,
                                verbose_name="to whom",
                            ),
                        ),
                        ("domain", models.CharField(blank=True, max_length=253, verbose_name="domain")),
                        ("hash", models.BinaryField(default=bytes, max_length=32)),
                        ("until", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                        ("reason", models.CharField(max_length=200, verbose_name="reason")),
                        ("at", models.DateTimeField(editable=False, verbose_name="entered")),
                        (
                            "by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "petition",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="petitions.petition",
                                verbose_name="only for this petition",
                            ),
                        ),
                        ("since", models.DateTimeField(editable=False, null=True)),
                        ("swept_at", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "line of the lists",
                        "verbose_name_plural": "allow and block lists",
                        "indexes": [
                            models.Index(fields=["subject", "domain"], name="petitions_l_subject_f25a8c_idx"),
                            models.Index(fields=["hash"], name="petitions_l_hash_d460e2_idx"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("subject", "domain"), models.Q(("domain", ""), _negated=True)),
                                    models.Q(models.Q(("subject", "domain"), _negated=True), ("domain", "")),
                                    _connector="OR",
                                ),
                                name="list_entry_names_its_subject",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Milestone",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("threshold", models.PositiveIntegerField(verbose_name="signatures")),
                        (
                            "tell_recipients",
                            models.BooleanField(
                                default=False,
                                help_text="Staff are reminded to ask for its release; nothing leaves by itself.",
                                verbose_name="propose a letter to the recipients",
                            ),
                        ),
                        (
                            "tell_signatories",
                            models.BooleanField(
                                default=False, verbose_name="prepare an update for those who asked for updates"
                            ),
                        ),
                        (
                            "reached_at",
                            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="reached"),
                        ),
                        (
                            "petition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="milestones",
                                to="petitions.petition",
                                verbose_name="petition",
                            ),
                        ),
                        ("settled_at", models.DateTimeField(editable=False, null=True, verbose_name="settled")),
                    ],
                    options={
                        "verbose_name": "milestone",
                        "verbose_name_plural": "milestones",
                        "ordering": ["threshold"],
                        "constraints": [
                            models.UniqueConstraint(fields=("petition", "threshold"), name="milestone_once")
                        ],
                        "permissions": [("hear_milestone", "Is told by mail when a milestone is reached")],
                    },
                ),
                migrations.CreateModel(
                    name="OfficialPetition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("body", models.CharField(max_length=200, verbose_name="parliament or office")),
                        ("country", django_countries.fields.CountryField(max_length=2, verbose_name="country")),
                        ("url", models.URLField(verbose_name="its page")),
                        ("threshold", models.PositiveIntegerField(verbose_name="signatures needed")),
                        ("opens_on", models.DateField(blank=True, null=True, verbose_name="opens")),
                        ("closes_on", models.DateField(blank=True, null=True, verbose_name="closes")),
                        (
                            "progress",
                            models.PositiveIntegerField(blank=True, null=True, verbose_name="signatures so far"),
                        ),
                        ("progress_on", models.DateField(blank=True, null=True, verbose_name="read on")),
                        (
                            "petition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="official_petitions",
                                to="petitions.petition",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "official petition",
                        "verbose_name_plural": "official petitions",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("progress", None), ("progress_on__isnull", False), _connector="OR"),
                                name="official_progress_dated",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PartnerLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=petitions.models.reach.new_code,
                                editable=False,
                                max_length=12,
                                unique=True,
                                verbose_name="code in the link",
                            ),
                        ),
                        (
                            "signature_count",
                            models.PositiveIntegerField(default=0, editable=False, verbose_name="confirmed signatures"),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="partner_links",
                                to="campaigns.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "petition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="partner_links",
                                to="petitions.petition",
                                verbose_name="petition",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "partner link",
                        "verbose_name_plural": "partner links",
                        "constraints": [
                            models.UniqueConstraint(fields=("petition", "organization"), name="partner_link_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Signature",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", privacy.fields.EncryptedField(max_length=100, verbose_name="name")),
                        ("address", privacy.fields.EncryptedField(max_length=254, verbose_name="e-mail address")),
                        ("address_fingerprint", models.BinaryField(max_length=32, null=True)),
                        ("name_slot", models.BinaryField(default=b"\x00\x00\x00\x00\x00\x00\x00\x00", max_length=8)),
                        (
                            "country",
                            django_countries.fields.CountryField(blank=True, max_length=2, verbose_name="country"),
                        ),
                        ("comment", privacy.fields.EncryptedField(blank=True, max_length=500, verbose_name="comment")),
                        ("language", models.CharField(max_length=8, verbose_name="language")),
                        (
                            "show_name",
                            models.CharField(
                                choices=[
                                    ("private", "Keep my name private"),
                                    ("initial", "First name and initial"),
                                    ("full", "My full name"),
                                    ("alias", "Another name"),
                                ],
                                default="private",
                                max_length=8,
                                verbose_name="on the public list",
                            ),
                        ),
                        ("alias", privacy.fields.EncryptedField(blank=True, max_length=60, verbose_name="public name")),
                        ("show_country", models.BooleanField(default=False, verbose_name="country on the public list")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "awaiting confirmation"),
                                    ("held", "confirmed, held for a look"),
                                    ("confirmed", "confirmed"),
                                    ("withdrawn", "withdrawn by the signatory"),
                                    ("invalidated", "struck out by staff"),
                                    ("erased", "erased at the person's request"),
                                ],
                                default="pending",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        ("nonce", models.BinaryField(default=privacy.tokens.new_nonce, max_length=16)),
                        ("network_hash", models.BinaryField(max_length=16, null=True)),
                        ("created_at", models.DateTimeField(verbose_name="signed")),
                        ("link_sent_at", models.DateTimeField()),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmed")),
                        (
                            "consent_handover",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="petitions.consentnotice",
                            ),
                        ),
                        (
                            "consent_show_name",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="petitions.consentnotice",
                            ),
                        ),
                        (
                            "consent_updates",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="petitions.consentnotice",
                            ),
                        ),
                        (
                            "petition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="signatures",
                                to="petitions.petition",
                                verbose_name="petition",
                            ),
                        ),
                        ("forgotten_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "comment_state",
                            models.CharField(
                                choices=[
                                    ("none", "no comment"),
                                    ("waiting", "waiting for a look"),
                                    ("approved", "shown"),
                                    ("refused", "not shown"),
                                ],
                                default="none",
                                max_length=8,
                                verbose_name="comment on the page",
                            ),
                        ),
                        ("domain_hash", models.BinaryField(max_length=16, null=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("online", "signed here, confirmed by e-mail"),
                                    ("paper", "signed on paper"),
                                    ("partner", "signed with a partner organization"),
                                    ("vouched", "vouched for by a member organization"),
                                ],
                                default="online",
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("network_range_hash", models.BinaryField(max_length=16, null=True)),
                        ("reminded_at", models.DateTimeField(editable=False, null=True)),
                        ("suspicion", models.CharField(blank=True, max_length=60, verbose_name="why it is held")),
                        (
                            "batch",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="signatures",
                                to="petitions.importbatch",
                            ),
                        ),
                        (
                            "invalidated_by",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="struck_out",
                                to="petitions.invalidationbatch",
                            ),
                        ),
                        (
                            "partner",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="petitions.partnerlink",
                            ),
                        ),
                        ("state_before", models.CharField(blank=True, default="", editable=False, max_length=12)),
                    ],
                    options={
                        "verbose_name": "signature",
                        "verbose_name_plural": "signatures",
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("state", "confirmed"), models.Q(("show_name", "private"), _negated=True)
                                ),
                                fields=["petition", "-confirmed_at"],
                                name="signature_listed",
                            ),
                            models.Index(
                                condition=models.Q(("batch__isnull", False)),
                                fields=["batch"],
                                name="signature_imported",
                            ),
                            models.Index(
                                condition=models.Q(("invalidated_by__isnull", False)),
                                fields=["invalidated_by"],
                                name="signature_struck",
                            ),
                            models.Index(
                                condition=models.Q(("state", "held")), fields=["created_at"], name="signature_held"
                            ),
                            models.Index(
                                condition=models.Q(("comment_state", "approved"), ("state", "confirmed")),
                                fields=["petition", "-confirmed_at"],
                                name="signature_comment_shown",
                            ),
                            models.Index(
                                condition=models.Q(("comment_state", "waiting"), ("state", "confirmed")),
                                fields=["confirmed_at"],
                                name="signature_comment_waits",
                            ),
                            models.Index(
                                condition=models.Q(("consent_updates__isnull", False), ("state", "confirmed")),
                                fields=["petition", "id"],
                                name="signature_wants_updates",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("petition", "address_fingerprint", "name_slot"), name="signature_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "confirmed"), _negated=True),
                                    ("confirmed_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="signature_confirmed_has_a_date",
                            ),
                        ],
                        "permissions": [
                            (
                                "moderate_signature",
                                "Can release held signatures, strike signatures out and bring them back",
                            ),
                            ("reveal_signature", "Can read the address of a signature, giving a reason"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CountChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("change", models.SmallIntegerField()),
                        (
                            "petition",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="petitions.petition",
                            ),
                        ),
                        ("country", django_countries.fields.CountryField(blank=True, max_length=2)),
                        ("day", models.DateField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("online", "signed here, confirmed by e-mail"),
                                    ("paper", "signed on paper"),
                                    ("partner", "signed with a partner organization"),
                                    ("vouched", "vouched for by a member organization"),
                                ],
                                default="online",
                                max_length=8,
                            ),
                        ),
                        (
                            "partner",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="petitions.partnerlink",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Comment",
                    fields=[],
                    options={
                        "verbose_name": "comment",
                        "verbose_name_plural": "comments",
                        "permissions": [
                            ("moderate_comment", "Can let comments onto the page of a petition, or keep them off it")
                        ],
                        "proxy": True,
                    },
                    bases=("petitions.signature",),
                ),
                migrations.CreateModel(
                    name="ConsentChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("show_name", "show my name publicly"),
                                    ("handover", "hand my name over with the petition"),
                                    ("updates", "send me updates"),
                                ],
                                max_length=10,
                                verbose_name="purpose",
                            ),
                        ),
                        ("given", models.BooleanField(verbose_name="given")),
                        ("at", models.DateTimeField(verbose_name="changed")),
                        (
                            "notice",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="petitions.consentnotice",
                            ),
                        ),
                        (
                            "signature",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="consent_changes",
                                to="petitions.signature",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "change of a consent",
                        "verbose_name_plural": "changes of consents",
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Handover",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("as_of", models.DateTimeField(verbose_name="count of")),
                        ("count", models.PositiveIntegerField(verbose_name="signatures")),
                        ("named_count", models.PositiveIntegerField(default=0, verbose_name="names in it")),
                        ("totals", models.JSONField(default=dict)),
                        ("digest", models.CharField(max_length=64, verbose_name="digest")),
                        ("void_at", models.DateTimeField(null=True, verbose_name="void since")),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="frozen by",
                            ),
                        ),
                        (
                            "petition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handovers",
                                to="petitions.petition",
                                verbose_name="petition",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "handover",
                        "verbose_name_plural": "handovers",
                        "ordering": ["-as_of"],
                        "permissions": [("take_handover", "Can take the files of a handover along, names included")],
                    },
                ),
                migrations.CreateModel(
                    name="HandedOver",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "signature",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="handed_over",
                                to="petitions.signature",
                            ),
                        ),
                        (
                            "handover",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="named",
                                to="petitions.handover",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("handover", "signature"), name="handed_over_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HandoverFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60)),
                        ("has_names", models.BooleanField(default=False)),
                        ("content", privacy.fields.EncryptedField(null=True)),
                        ("digest", models.CharField(max_length=64)),
                        ("size", models.PositiveIntegerField()),
                        (
                            "handover",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="petitions.handover",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("handover", "name"), name="handover_file_once")
                        ],
                    },
                ),
            ],
        ),
        migrations.RunPython(default_limits.write, migrations.RunPython.noop),
    ]
