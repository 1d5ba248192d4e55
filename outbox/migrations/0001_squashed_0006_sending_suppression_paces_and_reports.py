"""The tables of outbox as 0001_initial to 0006_sending_suppression_paces_and_reports leave them, for a new database."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import outbox.models
import privacy.fields
import privacy.tables


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("outbox", "0001_initial"),
        ("outbox", "0002_email_worker_deaths"),
        ("outbox", "0003_forgotten_mail"),
        ("outbox", "0004_domain_checks"),
        ("outbox", "0005_manage_refusals"),
        ("outbox", "0006_sending_suppression_paces_and_reports"),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        privacy.tables.CreateTables(
            operations=[
                migrations.CreateModel(
                    name="Email",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=40, verbose_name="kind")),
                        ("key", models.CharField(max_length=120, unique=True)),
                        ("about", models.CharField(blank=True, max_length=60)),
                        ("to_fingerprint", models.BinaryField(max_length=32)),
                        ("unasked", models.BooleanField(default=False)),
                        ("payload", privacy.fields.EncryptedJSONField(null=True)),
                        ("message_id", models.CharField(default=outbox.models.new_message_id, max_length=120)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "waiting"),
                                    ("sending", "sending"),
                                    ("sent", "sent"),
                                    ("failed", "failed"),
                                    ("uncertain", "uncertain: it may have arrived"),
                                    ("cancelled", "stopped before sending"),
                                    ("withheld", "not sent: this address had enough mail"),
                                ],
                                default="queued",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("due_at", models.DateTimeField(verbose_name="due")),
                        ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                        ("claimed_by", models.UUIDField(blank=True, null=True)),
                        ("lease_until", models.DateTimeField(blank=True, null=True)),
                        ("data_begun_at", models.DateTimeField(blank=True, null=True)),
                        ("stop_requested", models.BooleanField(default=False)),
                        ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                        (
                            "server_reply",
                            models.CharField(blank=True, max_length=500, verbose_name="answer of the mail server"),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="written")),
                        ("worker_deaths", models.PositiveSmallIntegerField(default=0)),
                        ("bounced_at", models.DateTimeField(blank=True, null=True, verbose_name="bounced")),
                        ("complained_at", models.DateTimeField(blank=True, null=True, verbose_name="complained")),
                        ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="delivered")),
                        ("domain_key", models.BinaryField(default=b"", max_length=8)),
                        ("server", models.CharField(blank=True, max_length=200, verbose_name="mail server")),
                    ],
                    options={
                        "verbose_name": "e-mail",
                        "verbose_name_plural": "e-mails",
                        "indexes": [
                            models.Index(condition=models.Q(("state", "queued")), fields=["due_at"], name="email_due"),
                            models.Index(
                                condition=models.Q(("state", "sending")), fields=["lease_until"], name="email_leased"
                            ),
                            models.Index(
                                condition=models.Q(("unasked", True), models.Q(("state", "withheld"), _negated=True)),
                                fields=["to_fingerprint"],
                                name="email_unasked",
                            ),
                            models.Index(
                                condition=models.Q(("claimed_by__isnull", False)),
                                fields=["claimed_by"],
                                name="email_claimed",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["sent", "uncertain"])),
                                fields=["message_id"],
                                name="email_left_message",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "sent"), _negated=True),
                                    ("sent_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="email_sent_has_a_date",
                            )
                        ],
                        "permissions": [("retry_email", "Can try a failed e-mail again")],
                    },
                ),
                migrations.CreateModel(
                    name="DomainCheck",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("domain", models.CharField(max_length=253, unique=True, verbose_name="domain")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("ok", "good"),
                                    ("warning", "weak"),
                                    ("error", "wrong"),
                                    ("unknown", "not known"),
                                ],
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        ("findings", models.JSONField(default=list)),
                        ("checked_at", models.DateTimeField(verbose_name="checked")),
                    ],
                    options={
                        "verbose_name": "mail domain",
                        "verbose_name_plural": "mail domains",
                    },
                ),
                migrations.CreateModel(
                    name="Refusal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("to_fingerprint", models.BinaryField(max_length=32)),
                        ("about", models.CharField(max_length=60)),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "refusal of unasked mail",
                        "verbose_name_plural": "refusals of unasked mail",
                        "constraints": [
                            models.UniqueConstraint(fields=("to_fingerprint", "about"), name="refusal_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MailEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("digest", models.BinaryField(max_length=32, unique=True)),
                        ("provider", models.CharField(max_length=20)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("delivered", "delivered"),
                                    ("bounced", "came back for good"),
                                    ("deferred", "not taken yet"),
                                    ("complained", "marked as spam"),
                                ],
                                max_length=12,
                                verbose_name="what",
                            ),
                        ),
                        ("answer", models.CharField(blank=True, max_length=500)),
                        ("happened_at", models.DateTimeField()),
                        ("received_at", models.DateTimeField()),
                        (
                            "email",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="events",
                                to="outbox.email",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "report of a mail provider",
                        "verbose_name_plural": "reports of mail providers",
                    },
                ),
                migrations.CreateModel(
                    name="Pace",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("domain", models.CharField(blank=True, max_length=253, verbose_name="domain")),
                        ("domain_key", models.BinaryField(max_length=8, unique=True)),
                        (
                            "per_minute",
                            models.PositiveIntegerField(
                                blank=True,
                                help_text="At most so many leave for addresses of this domain; empty: no limit.",
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(60000),
                                ],
                                verbose_name="messages a minute",
                            ),
                        ),
                        ("next_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("slow_until", models.DateTimeField(blank=True, editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "pace of sending",
                        "verbose_name_plural": "paces of sending",
                    },
                ),
                migrations.CreateModel(
                    name="Suppression",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("fingerprint", models.BinaryField(max_length=32)),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("bounced", "mail to it came back"),
                                    ("refused", "the mail server knows no such mailbox"),
                                    ("complained", "marked as spam by whoever received it"),
                                    ("staff", "asked of staff"),
                                ],
                                max_length=10,
                                verbose_name="reason",
                            ),
                        ),
                        ("answer", models.CharField(blank=True, max_length=500, verbose_name="what came back")),
                        ("is_office", models.BooleanField(default=False, verbose_name="an office")),
                        ("since", models.DateTimeField(verbose_name="since")),
                        ("seen_at", models.DateTimeField(blank=True, null=True)),
                        ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="lifted")),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "email",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="outbox.email",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "suppressed address",
                        "verbose_name_plural": "suppressed addresses",
                        "permissions": [("lift_suppression", "Can let mail go to a suppressed address again")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("lifted_at", None)),
                                fields=("fingerprint",),
                                name="suppression_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WebhookCount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("provider", models.CharField(max_length=20)),
                        ("day", models.DateField()),
                        ("refused", models.PositiveIntegerField(default=0)),
                        ("repeated", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("provider", "day"), name="webhook_count_once_a_day")
                        ],
                    },
                ),
            ],
        ),
    ]
