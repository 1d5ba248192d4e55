"""The limits that Outcry begins with; staff change them at the desk."""

from django.db import migrations

MINUTE, HOUR, DAY = 60, 3600, 86400

# scope, limit, seconds, action. A class of thirty, a school or a camp of two hundred share one address: no limit that
# two hundred people can reach within an hour refuses or holds anybody.
DEFAULTS = [
    # Nobody presses together this often: two hundred people in ten minutes are five in ten seconds at the most.
    ("network", 8, 5, "hold"),
    # A camp that signs in one go is let through, a machine that goes on is not.
    ("network", 220, 10 * MINUTE, "hold"),
    ("network", 300, DAY, "hold"),
    # Every signature is a mail to somebody: from here on one network would flood other people's mailboxes.
    ("network", 400, 10 * MINUTE, "refuse"),
    # A telephone company brings thousands of people out of one /24, so this is far above one house.
    ("wide", 300, HOUR, "hold"),
    ("wide", 1_000, DAY, "hold"),
    # The great providers are exempt (petitions.services.signals.PROVIDERS): of others, this is a large office.
    ("domain", 60, DAY, "hold"),
    # A petition that takes off asks its next signatories for half a second of work, and nothing else changes for them.
    ("petition", 80, 10 * MINUTE, "challenge"),
    ("petition", 2_000, DAY, "challenge"),
]


def write(apps, schema_editor):
    rule = apps.get_model("petitions.LimitRule")
    rule.objects.bulk_create(
        [rule(scope=scope, limit=limit, seconds=seconds, action=action) for scope, limit, seconds, action in DEFAULTS]
    )


class Migration(migrations.Migration):
    dependencies = [("petitions", "0006_defence_bulk_acts_and_lines_of_limits")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
