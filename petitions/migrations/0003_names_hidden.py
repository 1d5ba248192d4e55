from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("petitions", "0002_petition_challenge"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="petition",
            options={
                "ordering": ["-pk"],
                "permissions": [
                    ("publish_petition", "Can publish a petition of another author"),
                    ("challenge_petition", "Can ask for a proof of work before signing"),
                    ("hide_names_petition", "Can hide every name under a petition, and show them again"),
                ],
                "verbose_name": "petition",
                "verbose_name_plural": "petitions",
            },
        ),
        migrations.AddField(
            model_name="petition",
            name="names_hidden",
            field=models.BooleanField(default=False, editable=False, verbose_name="names hidden"),
        ),
    ]
