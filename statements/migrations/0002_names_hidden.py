from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0001_initial"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="statement",
            options={
                "ordering": ["-dated_on", "-pk"],
                "permissions": [
                    ("lock_statement", "Can lock a text and open it for co-signing"),
                    ("invite_statement", "Can invite organizations to co-sign"),
                    ("publish_statement", "Can publish a statement of another author"),
                    ("hide_names_statement", "Can hide every name under a statement, and show them again"),
                ],
                "verbose_name": "statement",
                "verbose_name_plural": "statements",
            },
        ),
        migrations.AddField(
            model_name="statement",
            name="names_hidden",
            field=models.BooleanField(default=False, editable=False, verbose_name="names hidden"),
        ),
    ]
