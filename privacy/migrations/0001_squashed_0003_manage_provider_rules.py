"""The tables of privacy as 0001_initial to 0003_manage_provider_rules leave them, for a new database."""

from importlib import import_module

from django.db import migrations, models

import privacy.tables

manage_provider_rules = import_module("privacy.migrations.0003_manage_provider_rules")


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("privacy", "0001_initial"),
        ("privacy", "0002_marks_clocks_and_erasures"),
        ("privacy", "0003_manage_provider_rules"),
    ]

    dependencies = []

    operations = [
        privacy.tables.CreateTables(
            operations=[
                migrations.CreateModel(
                    name="NetworkKey",
                    fields=[
                        ("day", models.DateField(primary_key=True, serialize=False)),
                        ("key", models.BinaryField(max_length=32)),
                    ],
                    options={
                        "verbose_name": "daily network key",
                    },
                ),
                migrations.CreateModel(
                    name="ErasureRecord",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("mark", models.BinaryField(db_index=True, max_length=32)),
                        ("erased_at", models.DateTimeField(db_index=True)),
                    ],
                    options={
                        "verbose_name": "erasure of a person",
                        "verbose_name_plural": "erasures of persons",
                    },
                ),
                migrations.CreateModel(
                    name="KeyMark",
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
                                choices=[("pii", "PII_KEYS"), ("fingerprint", "FINGERPRINT_KEY")], max_length=12
                            ),
                        ),
                        ("mark", models.BinaryField(max_length=16)),
                        ("introduced_at", models.DateTimeField()),
                        ("retired_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("kind", "mark"), name="key_mark_once")],
                    },
                ),
                migrations.CreateModel(
                    name="RetentionRun",
                    fields=[
                        ("clock", models.CharField(max_length=60, primary_key=True, serialize=False)),
                        ("started_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField()),
                        ("done", models.PositiveIntegerField()),
                        ("done_in_all", models.PositiveBigIntegerField(default=0)),
                        ("error", models.CharField(blank=True, max_length=80)),
                    ],
                ),
                migrations.CreateModel(
                    name="ThrottleLog",
                    fields=[
                        ("bucket", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                        ("hits", models.BinaryField()),
                        ("expires_at", models.DateTimeField(db_index=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="ProviderRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("domain", models.CharField(max_length=253, unique=True, verbose_name="domain in the address")),
                        (
                            "canonical",
                            models.CharField(
                                help_text="Domains with the same main domain lead to the same mailboxes. The domain itself, if there is no other.",
                                max_length=253,
                                verbose_name="the provider’s main domain",
                            ),
                        ),
                        (
                            "ignores_dots",
                            models.BooleanField(default=False, verbose_name="dots before the @ mean nothing"),
                        ),
                        (
                            "tag_separator",
                            models.CharField(
                                blank=True,
                                help_text="What follows it before the @ means nothing. Mostly “+”; empty where the provider knows no tags.",
                                max_length=1,
                                verbose_name="sign that begins a tag",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "rule of a mail provider",
                        "verbose_name_plural": "rules of mail providers",
                        "ordering": ["canonical", "domain"],
                    },
                ),
            ],
        ),
        migrations.RunPython(manage_provider_rules.write_rules, migrations.RunPython.noop),
    ]
