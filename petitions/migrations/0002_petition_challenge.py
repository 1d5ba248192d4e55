from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("petitions", "0001_initial"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="petition",
            options={
                "ordering": ["-pk"],
                "permissions": [
                    ("publish_petition", "Can publish a petition of another author"),
                    ("challenge_petition", "Can ask for a proof of work before signing"),
                ],
                "verbose_name": "petition",
                "verbose_name_plural": "petitions",
            },
        ),
        migrations.AddField(
            model_name="petition",
            name="challenge_since",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
