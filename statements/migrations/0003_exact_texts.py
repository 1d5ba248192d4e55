from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import statements.models.statement


def keep_what_is_locked(apps: Any, schema_editor: Any) -> None:
    """Versions that are locked keep the form that their digest is over, and their texts are frozen from here on."""
    locked = apps.get_model("statements", "Version").objects.exclude(digest="")
    apps.get_model("statements", "Translation").objects.filter(version__in=locked).exclude(status="courtesy").update(
        is_frozen=True
    )
    locked.update(form=1)


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0001_initial"),
        ("statements", "0002_names_hidden"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProposedEdit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
            ],
            options={
                "verbose_name": "proposed edit",
                "verbose_name_plural": "proposed edits",
                "ordering": ["language", "number", "proposed_at"],
            },
        ),
        migrations.AddField(
            model_name="statement",
            name="comments_until",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="comments close"),
        ),
        migrations.AddField(
            model_name="statement",
            name="languages",
            field=models.JSONField(
                default=statements.models.statement.site_languages, verbose_name="languages it appears in"
            ),
        ),
        migrations.AddField(
            model_name="translation",
            name="about",
            field=models.TextField(
                blank=True, help_text="Not part of what is signed.", verbose_name="about those who speak"
            ),
        ),
        migrations.AddField(
            model_name="translation",
            name="dateline",
            field=models.CharField(
                blank=True,
                help_text="Stands before the text: “Seoul, 20 October 2023”.",
                max_length=200,
                verbose_name="dateline",
            ),
        ),
        migrations.AddField(
            model_name="translation",
            name="demands",
            field=models.JSONField(blank=True, default=list, verbose_name="demands"),
        ),
        migrations.AddField(
            model_name="translation",
            name="digest",
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="translation",
            name="is_frozen",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="translation",
            name="notes",
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name="translation",
            name="press_contact",
            field=models.TextField(
                blank=True, help_text="Public; not part of what is signed.", verbose_name="press contact"
            ),
        ),
        migrations.AddField(
            model_name="translation",
            name="review",
            field=models.CharField(
                choices=[("draft", "not reviewed"), ("reviewed", "reviewed")],
                default="draft",
                editable=False,
                max_length=8,
                verbose_name="review",
            ),
        ),
        migrations.AddField(
            model_name="translation",
            name="reviewed_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="reviewed"),
        ),
        migrations.AddField(
            model_name="translation",
            name="reviewed_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="translation",
            name="written_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="change",
            field=models.CharField(
                blank=True,
                choices=[
                    ("editorial", "editorial: the meaning stays"),
                    ("material", "material: everybody is asked again"),
                ],
                max_length=9,
                verbose_name="change",
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="change_reason",
            field=models.CharField(blank=True, max_length=500, verbose_name="what changed, and why"),
        ),
        migrations.AddField(
            model_name="version",
            name="form",
            field=models.PositiveSmallIntegerField(default=2, editable=False, verbose_name="canonical form"),
        ),
        migrations.AddField(
            model_name="version",
            name="revision",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AlterField(
            model_name="translation",
            name="body",
            field=models.TextField(
                blank=True,
                help_text="Markdown. A footnote is [^key], where the key is that of a source, or of a note you write below. Demands stand where {{ demands }} is, else at the end.",
                verbose_name="text",
            ),
        ),
        migrations.AddConstraint(
            model_name="translation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("review", "draft"),
                    models.Q(("reviewed_at__isnull", False), ("reviewed_by__isnull", False)),
                    _connector="OR",
                ),
                name="translation_reviewed_by_somebody",
            ),
        ),
        migrations.AddField(
            model_name="proposededit",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="proposededit",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="campaigns.organization",
                verbose_name="organization",
            ),
        ),
        migrations.AddField(
            model_name="proposededit",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="proposededit",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="proposed_edits", to="statements.version"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposededit",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="proposededit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "declined"), _negated=True),
                    models.Q(("decision_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="proposed_edit_declined_with_a_reason",
            ),
        ),
        migrations.RunPython(keep_what_is_locked, migrations.RunPython.noop),
    ]
