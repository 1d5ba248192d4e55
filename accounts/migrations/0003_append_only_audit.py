"""The chain that seals the audit, the triggers that guard both, and two more switches."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.audit import triggers


def guard(apps, schema_editor):
    triggers.install(schema_editor.connection)


def unguard(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_factors_and_links"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="auditentry",
            options={
                "ordering": ["-pk"],
                "permissions": [("export_auditentry", "Can export the audit")],
                "verbose_name": "audit line",
                "verbose_name_plural": "audit lines",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="link", to="accounts.auditentry"
                    ),
                ),
            ],
            options={"ordering": ["position"]},
        ),
        migrations.AlterField(
            model_name="switch",
            name="key",
            field=models.CharField(
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
        migrations.RunPython(guard, unguard),
    ]
