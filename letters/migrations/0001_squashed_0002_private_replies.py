"""The tables of letters as 0001_initial to 0002_private_replies leave them, for a new database."""

import django.db.models.deletion
import django_countries.fields
from django.conf import settings
from django.db import migrations, models

import privacy.tables


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("letters", "0001_initial"),
        ("letters", "0002_private_replies"),
    ]

    dependencies = [
        ("outbox", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        privacy.tables.CreateTables(
            operations=[
                migrations.CreateModel(
                    name="Recipient",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(max_length=80, unique=True, verbose_name="address of the page")),
                        (
                            "name",
                            models.CharField(
                                help_text="As it is written in English.", max_length=250, verbose_name="name"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("head_of_state", "head of State"),
                                    ("foreign_ministry", "foreign ministry"),
                                    ("other_ministry", "other ministry"),
                                    ("special_envoy", "special envoy"),
                                    ("permanent_mission", "permanent mission"),
                                    ("embassy", "embassy"),
                                    ("parliament", "parliament"),
                                    ("parliament_committee", "parliamentary committee"),
                                    ("petition_service", "petition service"),
                                    ("un_principal", "United Nations principal organ"),
                                    ("un_office", "United Nations office"),
                                    ("un_mandate", "United Nations mandate-holder"),
                                    ("un_treaty_body", "treaty body"),
                                    ("un_procedure", "United Nations procedure"),
                                    ("court", "court"),
                                ],
                                max_length=24,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("duty_bearer", "bears the duty"),
                                    ("influencer", "has influence"),
                                    ("transit_state", "transit State"),
                                    ("protection_mechanism", "protection mechanism"),
                                    ("accountability", "accountability"),
                                ],
                                max_length=24,
                                verbose_name="role",
                            ),
                        ),
                        (
                            "country",
                            django_countries.fields.CountryField(
                                blank=True, max_length=2, verbose_name="State concerned"
                            ),
                        ),
                        ("accredited_to", models.CharField(blank=True, max_length=10, verbose_name="accredited to")),
                        ("city", models.CharField(blank=True, max_length=120, verbose_name="city")),
                        ("holder", models.CharField(blank=True, max_length=200, verbose_name="holder of the office")),
                        ("holder_as_of", models.DateField(blank=True, null=True, verbose_name="holder known on")),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "e-mail"),
                                    ("web_form", "web form"),
                                    ("post", "post"),
                                    ("fax", "fax"),
                                    ("hand_delivery", "delivery by hand"),
                                    ("meeting", "meeting"),
                                ],
                                default="email",
                                max_length=14,
                                verbose_name="preferred channel",
                            ),
                        ),
                        ("channels", models.JSONField(blank=True, default=list, verbose_name="all channels")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                        (
                            "postal_lines",
                            models.JSONField(blank=True, default=list, verbose_name="postal address, one line each"),
                        ),
                        (
                            "is_hostile",
                            models.BooleanField(
                                default=False,
                                help_text="Never receives names of supporters, whatever they consented to.",
                                verbose_name="hostile",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                        (
                            "is_fictional",
                            models.BooleanField(default=False, verbose_name="fictional, for the demonstration"),
                        ),
                        ("verified_on", models.DateField(blank=True, null=True, verbose_name="last verified")),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                to="letters.recipient",
                                verbose_name="part of",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "recipient",
                        "verbose_name_plural": "recipients",
                        "ordering": ["name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("holder", ""), ("holder_as_of__isnull", False), _connector="OR"),
                                name="recipient_holder_is_dated",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LetterTemplate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(max_length=80)),
                        ("language", models.CharField(max_length=8, verbose_name="language")),
                        ("subject", models.CharField(max_length=250, verbose_name="subject")),
                        (
                            "body",
                            models.TextField(
                                help_text="Markdown with placeholders such as {{ statement.url }}.", verbose_name="body"
                            ),
                        ),
                        (
                            "recipient_kinds",
                            models.JSONField(blank=True, default=list, verbose_name="for these kinds of office"),
                        ),
                        (
                            "recipients",
                            models.ManyToManyField(
                                blank=True, to="letters.recipient", verbose_name="for these offices only"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "letter template",
                        "verbose_name_plural": "letter templates",
                        "constraints": [
                            models.UniqueConstraint(fields=("slug", "language"), name="template_one_a_language")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FormOfAddress",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=8, verbose_name="language")),
                        ("name", models.CharField(max_length=250, verbose_name="name")),
                        (
                            "state_name",
                            models.CharField(
                                blank=True,
                                help_text="“the Republic of Korea”.",
                                max_length=120,
                                verbose_name="State, as a letter names it",
                            ),
                        ),
                        ("envelope", models.CharField(blank=True, max_length=300, verbose_name="envelope line")),
                        ("salutation", models.CharField(blank=True, max_length=200, verbose_name="salutation")),
                        ("closing", models.CharField(blank=True, max_length=200, verbose_name="closing")),
                        (
                            "recipient",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="forms_of_address",
                                to="letters.recipient",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "form of address",
                        "verbose_name_plural": "forms of address",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("recipient", "language"), name="recipient_one_form_a_language"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Release",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("about", models.CharField(max_length=80, verbose_name="about")),
                        ("title", models.CharField(max_length=300, verbose_name="title")),
                        ("text_digest", models.CharField(max_length=64, verbose_name="digest of the text")),
                        ("public_url", models.URLField(verbose_name="public page")),
                        ("signatories", models.JSONField(default=dict)),
                        ("titles", models.JSONField(default=dict)),
                        ("senders", models.JSONField(default=dict)),
                        ("signatories_as_of", models.DateTimeField()),
                        (
                            "language",
                            models.CharField(
                                default="en",
                                help_text="Used where the office has forms of address in it; English otherwise.",
                                max_length=8,
                                verbose_name="preferred language",
                            ),
                        ),
                        ("dated_on", models.DateField(verbose_name="date of the letters")),
                        ("reply_by", models.DateField(verbose_name="answer requested by")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("requested", "waits for a second person"),
                                    ("approved", "approved"),
                                    ("stopped", "stopped"),
                                    ("refused", "sent back by the second person"),
                                ],
                                default="requested",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("copies_digest", models.CharField(max_length=64)),
                        ("requested_at", models.DateTimeField(verbose_name="asked for")),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                        ("send_at", models.DateTimeField(null=True, verbose_name="letters leave at")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        (
                            "recipients",
                            models.ManyToManyField(
                                related_name="releases", to="letters.recipient", verbose_name="recipients"
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="asked for by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "release",
                        "verbose_name_plural": "releases",
                        "ordering": ["-requested_at"],
                        "permissions": [
                            ("request_release", "Can ask for a release"),
                            ("approve_release", "Can approve a release asked for by another"),
                            ("stop_release", "Can stop a release"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "approved"), _negated=True),
                                    models.Q(
                                        ("decided_by__isnull", False),
                                        models.Q(("decided_by", models.F("requested_by")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="release_takes_two_people",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Letter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text_digest", models.CharField(max_length=64)),
                        ("reference", models.CharField(db_index=True, max_length=40, verbose_name="reference")),
                        ("language", models.CharField(max_length=8, verbose_name="language")),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "e-mail"),
                                    ("web_form", "web form"),
                                    ("post", "post"),
                                    ("fax", "fax"),
                                    ("hand_delivery", "delivery by hand"),
                                    ("meeting", "meeting"),
                                ],
                                max_length=14,
                                verbose_name="channel",
                            ),
                        ),
                        ("copy", models.JSONField()),
                        ("copy_digest", models.CharField(max_length=64, verbose_name="digest of this copy")),
                        (
                            "pdf_digest",
                            models.CharField(blank=True, max_length=64, verbose_name="digest of the PDF sent"),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("stopped_at", models.DateTimeField(null=True)),
                        ("replaced_at", models.DateTimeField(null=True)),
                        (
                            "email",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letter",
                                to="outbox.email",
                            ),
                        ),
                        (
                            "recipient",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letters",
                                to="letters.recipient",
                                verbose_name="recipient",
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letters",
                                to="letters.release",
                                verbose_name="release",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "letter",
                        "verbose_name_plural": "letters",
                        "ordering": ["-created_at", "recipient__name"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("replaced_at__isnull", True), ("stopped_at__isnull", True)),
                                fields=("recipient", "text_digest"),
                                name="letter_once_a_recipient_and_text",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reply",
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
                                    ("acknowledgement", "acknowledgement of receipt"),
                                    ("automatic", "automatic answer"),
                                    ("answer", "answer"),
                                    ("refusal", "refusal"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        ("received_on", models.DateField(verbose_name="received")),
                        ("summaries", models.JSONField(default=dict, verbose_name="summary by language")),
                        (
                            "visibility",
                            models.CharField(
                                choices=[("private", "private"), ("summary", "summary is public")],
                                default="private",
                                max_length=8,
                                verbose_name="visibility",
                            ),
                        ),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "letter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replies",
                                to="letters.letter",
                                verbose_name="letter",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reply",
                        "verbose_name_plural": "replies",
                        "ordering": ["received_on", "pk"],
                        "permissions": [("read_private_reply", "Can read replies that are not public")],
                    },
                ),
                migrations.CreateModel(
                    name="Dispatch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="due")),
                        ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="delivered")),
                        (
                            "evidence",
                            models.CharField(
                                blank=True,
                                help_text="Tracking number, name on the receipt, form number.",
                                max_length=500,
                                verbose_name="evidence",
                            ),
                        ),
                        (
                            "done_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="delivered by",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who does it",
                            ),
                        ),
                        (
                            "letter",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="dispatch",
                                to="letters.letter",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "delivery by staff",
                        "verbose_name_plural": "deliveries by staff",
                        "ordering": ["due_on"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("done_at__isnull", True),
                                    models.Q(("done_by__isnull", False), models.Q(("evidence", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="dispatch_done_has_evidence",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
