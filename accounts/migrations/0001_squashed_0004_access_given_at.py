"""The tables of accounts as 0001_initial to 0004_access_given_at leave them, for a new database."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import privacy.fields
import privacy.tables

append_only_audit = import_module("accounts.migrations.0003_append_only_audit")


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_factors_and_links"),
        ("accounts", "0003_append_only_audit"),
        ("accounts", "0004_access_given_at"),
    ]

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        privacy.tables.CreateTables(
            operations=[
                migrations.CreateModel(
                    name="Switch",
                    fields=[
                        (
                            "key",
                            models.CharField(
                                choices=[
                                    ("demonstration", "The demonstration is loaded"),
                                    ("pause_signing", "Signing is paused"),
                                    ("pause_sending", "Sending is paused"),
                                    ("read_only", "The site is read-only"),
                                    ("challenge", "Signing asks for a proof of work"),
                                ],
                                max_length=30,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("is_on", models.BooleanField(default=False)),
                        ("changed_at", models.DateTimeField(auto_now=True)),
                    ],
                    options={
                        "verbose_name": "switch",
                        "verbose_name_plural": "switches",
                    },
                ),
                migrations.CreateModel(
                    name="User",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        ("email", privacy.fields.EncryptedField(max_length=254, verbose_name="e-mail address")),
                        ("email_fingerprint", models.BinaryField(max_length=32, unique=True)),
                        ("name", privacy.fields.EncryptedField(blank=True, max_length=150, verbose_name="name")),
                        ("language", models.CharField(default="en", max_length=8, verbose_name="language")),
                        ("time_zone", models.CharField(default="Asia/Seoul", max_length=40, verbose_name="time zone")),
                        (
                            "is_staff",
                            models.BooleanField(
                                default=False, help_text="May open the desk of the coalition.", verbose_name="staff"
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True, help_text="Untick instead of deleting.", verbose_name="active"
                            ),
                        ),
                        ("date_joined", models.DateTimeField(auto_now_add=True, verbose_name="joined")),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                        ("session_round", models.PositiveIntegerField(default=0, editable=False)),
                        ("access_given_at", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "user",
                        "verbose_name_plural": "users",
                        "permissions": [("change_switches", "Can turn the switches of the site")],
                    },
                ),
                migrations.CreateModel(
                    name="SignInCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("session_hash", models.BinaryField(db_index=True, max_length=32)),
                        ("code_hash", models.BinaryField(max_length=32)),
                        ("expires_at", models.DateTimeField()),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("used_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sign_in_codes",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="AuditEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(db_index=True)),
                        ("act", models.CharField(max_length=60, verbose_name="act")),
                        ("object_type", models.CharField(max_length=60)),
                        ("object_id", models.BigIntegerField()),
                        ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                        ("details", models.JSONField(blank=True, default=dict)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "audit line",
                        "verbose_name_plural": "audit lines",
                        "ordering": ["-pk"],
                        "indexes": [models.Index(fields=["object_type", "object_id"], name="audit_by_object")],
                        "permissions": [("export_auditentry", "Can export the audit")],
                    },
                ),
                migrations.CreateModel(
                    name="KnownDevice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("nonce", models.BinaryField(max_length=16)),
                        ("known_since", models.DateTimeField()),
                        ("last_used_at", models.DateTimeField()),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="known_devices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Passkey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("credential_id", models.BinaryField(max_length=1023, unique=True)),
                        ("public_key", models.BinaryField(max_length=2000)),
                        ("sign_count", models.BigIntegerField(default=0)),
                        ("host", models.CharField(max_length=253)),
                        ("name", privacy.fields.EncryptedField(max_length=80, verbose_name="name")),
                        ("is_discoverable", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField()),
                        ("last_used_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="passkeys",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="RecoveryCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code_hash", models.BinaryField(max_length=32)),
                        ("kept_at", models.DateTimeField(blank=True, null=True)),
                        ("used_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="recovery_codes",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "code_hash"), name="recovery_code_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StaffLink",
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
                                choices=[("invitation", "invitation"), ("new_password", "new password")], max_length=12
                            ),
                        ),
                        ("nonce", models.BinaryField(max_length=16)),
                        ("sent_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(blank=True, null=True)),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "sent_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="staff_links",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("revoked_at__isnull", True), ("used_at__isnull", True)),
                                fields=("user", "kind"),
                                name="one_open_link_a_user_and_kind",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TotpDevice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("secret", privacy.fields.EncryptedField(max_length=64)),
                        ("created_at", models.DateTimeField()),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                        ("last_step", models.BigIntegerField(default=0)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="totp_devices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("confirmed_at__isnull", False)),
                                fields=("user",),
                                name="one_authenticator_a_user",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("confirmed_at__isnull", True)),
                                fields=("user",),
                                name="one_authenticator_in_hand_a_user",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuditLink",
                    fields=[
                        ("position", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                        ("digest", models.BinaryField(max_length=32)),
                        ("sealed_at", models.DateTimeField(db_index=True)),
                        (
                            "entry",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="link",
                                to="accounts.auditentry",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["position"],
                    },
                ),
            ],
        ),
        migrations.RunPython(append_only_audit.guard, append_only_audit.unguard),
    ]
