"""Dated holders, channels in order, formats and reviews of offices; ways that failed and proofs of deliveries."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import privacy.fields

CHANNELS = [
    ("email", "e-mail"),
    ("web_form", "web form"),
    ("post", "post"),
    ("fax", "fax"),
    ("hand_delivery", "delivery by hand"),
    ("meeting", "meeting"),
]


def keep_holders(apps: Any, schema_editor: Any) -> None:
    """Who held an office becomes the first line of its history, known on the day that was noted."""
    recipient, holder = apps.get_model("letters.Recipient"), apps.get_model("letters.Holder")
    found = recipient.objects.exclude(holder="").values_list("pk", "holder", "holder_as_of")
    holder.objects.bulk_create(
        holder(recipient_id=pk, name=name, known_on=known_on) for pk, name, known_on in found.iterator()
    )


def give_holders_back(apps: Any, schema_editor: Any) -> None:
    """The line known last, since the old column has room for one."""
    recipient, holder = apps.get_model("letters.Recipient"), apps.get_model("letters.Holder")
    for row in holder.objects.order_by("known_on", "pk").iterator():
        recipient.objects.filter(pk=row.recipient_id).update(holder=row.name, holder_as_of=row.known_on)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("letters", "0002_private_replies"),
    ]

    operations = [
        migrations.CreateModel(
            name="Holder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        help_text="As the envelope has it: “H.E. Ms. Ada Lind”.",
                        max_length=200,
                        verbose_name="name and style",
                    ),
                ),
                ("since", models.DateField(blank=True, null=True, verbose_name="in office since")),
                ("until", models.DateField(blank=True, null=True, verbose_name="in office until")),
                (
                    "known_on",
                    models.DateField(help_text="The day on which we read or heard it.", verbose_name="known on"),
                ),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="how we know")),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="holders", to="letters.recipient"
                    ),
                ),
            ],
            options={
                "verbose_name": "holder of the office",
                "verbose_name_plural": "holders of the office",
                "ordering": [models.OrderBy(models.F("since"), descending=True, nulls_last=True), "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("since", None), ("until", None), ("until__gte", models.F("since")), _connector="OR"
                        ),
                        name="holder_leaves_after_coming",
                    )
                ],
            },
        ),
        migrations.RunPython(keep_holders, give_holders_back),
        migrations.RemoveConstraint(model_name="recipient", name="recipient_holder_is_dated"),
        migrations.RemoveField(model_name="recipient", name="holder"),
        migrations.RemoveField(model_name="recipient", name="holder_as_of"),
        migrations.AddField(
            model_name="recipient",
            name="accepts_formats",
            field=models.JSONField(blank=True, default=list, verbose_name="formats it takes"),
        ),
        migrations.AddField(
            model_name="recipient", name="changed_at", field=models.DateTimeField(editable=False, null=True)
        ),
        migrations.AddField(
            model_name="recipient",
            name="fax_number",
            field=models.CharField(blank=True, max_length=40, verbose_name="fax number"),
        ),
        migrations.AddField(
            model_name="recipient",
            name="form_url",
            field=models.URLField(blank=True, max_length=500, verbose_name="address of its web form"),
        ),
        migrations.AddField(
            model_name="recipient",
            name="languages",
            field=models.JSONField(blank=True, default=list, verbose_name="languages it reads"),
        ),
        migrations.AddField(
            model_name="recipient",
            name="review_due_on",
            field=models.DateField(blank=True, null=True, verbose_name="to be verified again on"),
        ),
        migrations.AlterField(
            model_name="recipient",
            name="channels",
            field=models.JSONField(blank=True, default=list, verbose_name="channels, the preferred one first"),
        ),
        # The table between releases and offices is there already; only Django learns that it protects them.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="ReleaseRecipient",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "recipient",
                            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="letters.recipient"),
                        ),
                        (
                            "release",
                            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="letters.release"),
                        ),
                    ],
                    options={"db_table": "letters_release_recipients", "unique_together": {("release", "recipient")}},
                ),
                migrations.AlterField(
                    model_name="release",
                    name="recipients",
                    field=models.ManyToManyField(
                        related_name="releases",
                        through="letters.ReleaseRecipient",
                        to="letters.recipient",
                        verbose_name="recipients",
                    ),
                ),
            ]
        ),
        migrations.CreateModel(
            name="FailedWay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(choices=CHANNELS, max_length=14, verbose_name="channel")),
                ("what_happened", models.CharField(max_length=500, verbose_name="what happened")),
                ("evidence", models.CharField(blank=True, max_length=500)),
                ("done_at", models.DateTimeField(null=True)),
                ("noted_at", models.DateTimeField()),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="failed_ways", to="letters.letter"
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "way that failed",
                "verbose_name_plural": "ways that failed",
                "ordering": ["noted_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content_type", models.CharField(max_length=40)),
                ("content", privacy.fields.EncryptedBytesField()),
                ("size", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="proofs", to="letters.letter"
                    ),
                ),
            ],
            options={
                "verbose_name": "proof of delivery",
                "verbose_name_plural": "proofs of delivery",
                "ordering": ["added_at", "pk"],
                "constraints": [models.UniqueConstraint(fields=("letter", "digest"), name="proof_once_a_letter")],
            },
        ),
    ]
