"""The rules that were code, as rows that staff edit."""

from django.db import migrations, models

# domain, main domain, whether dots mean nothing, sign that begins a tag
RULES = [
    ("gmail.com", "gmail.com", True, "+"),
    ("googlemail.com", "gmail.com", True, "+"),
    *((domain, domain, False, "+") for domain in ("outlook.com", "hotmail.com", "live.com", "fastmail.com")),
    *((domain, "icloud.com", False, "+") for domain in ("icloud.com", "me.com", "mac.com")),
    *((domain, "proton.me", True, "+") for domain in ("proton.me", "protonmail.com", "pm.me")),
    ("yahoo.com", "yahoo.com", False, "-"),
]


def write_rules(apps, schema_editor):
    model = apps.get_model("privacy", "ProviderRule")
    for domain, canonical, ignores_dots, tag_separator in RULES:
        model.objects.get_or_create(
            domain=domain,
            defaults={"canonical": canonical, "ignores_dots": ignores_dots, "tag_separator": tag_separator},
        )


class Migration(migrations.Migration):
    dependencies = [("privacy", "0002_marks_clocks_and_erasures")]

    operations = [
        migrations.CreateModel(
            name="ProviderRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("domain", models.CharField(max_length=253, unique=True, verbose_name="domain in the address")),
                (
                    "canonical",
                    models.CharField(
                        help_text="Domains with the same main domain lead to the same mailboxes. The domain itself, if there is no other.",
                        max_length=253,
                        verbose_name="the provider’s main domain",
                    ),
                ),
                ("ignores_dots", models.BooleanField(default=False, verbose_name="dots before the @ mean nothing")),
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
        migrations.RunPython(write_rules, migrations.RunPython.noop),
    ]
