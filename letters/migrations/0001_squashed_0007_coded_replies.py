"""The tables of letters as 0001_initial to 0007_coded_replies leave them, for a new database."""

import django.db.models.deletion
import django_countries.fields
from django.conf import settings
from django.db import migrations, models

import letters.models.letter
import letters.models.release
import privacy.fields
import privacy.tables
import privacy.tokens


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("letters", "0001_initial"),
        ("letters", "0002_private_replies"),
        ("letters", "0003_offices_and_channels"),
        ("letters", "0004_routes_and_sessions"),
        ("letters", "0005_answers_and_follow_ups"),
        ("letters", "0006_release_schedule"),
        ("letters", "0007_coded_replies"),
    ]

    dependencies = [
        ("campaigns", "0003_demands_and_outcomes"),
        ("outbox", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        privacy.tables.CreateTables(
            operations=[
                migrations.CreateModel(
                    name="Recipient",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(max_length=80, unique=True, verbose_name="address of the page")),
                        (
                            "name",
                            models.CharField(
                                help_text="As it is written in English.", max_length=250, verbose_name="name"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("head_of_state", "head of State"),
                                    ("foreign_ministry", "foreign ministry"),
                                    ("other_ministry", "other ministry"),
                                    ("special_envoy", "special envoy"),
                                    ("permanent_mission", "permanent mission"),
                                    ("embassy", "embassy"),
                                    ("parliament", "parliament"),
                                    ("parliament_committee", "parliamentary committee"),
                                    ("petition_service", "petition service"),
                                    ("un_principal", "United Nations principal organ"),
                                    ("un_office", "United Nations office"),
                                    ("un_mandate", "United Nations mandate-holder"),
                                    ("un_treaty_body", "treaty body"),
                                    ("un_procedure", "United Nations procedure"),
                                    ("court", "court"),
                                ],
                                max_length=24,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("duty_bearer", "bears the duty"),
                                    ("influencer", "has influence"),
                                    ("transit_state", "transit State"),
                                    ("protection_mechanism", "protection mechanism"),
                                    ("accountability", "accountability"),
                                ],
                                max_length=24,
                                verbose_name="role",
                            ),
                        ),
                        (
                            "country",
                            django_countries.fields.CountryField(
                                blank=True, max_length=2, verbose_name="State concerned"
                            ),
                        ),
                        ("accredited_to", models.CharField(blank=True, max_length=10, verbose_name="accredited to")),
                        ("city", models.CharField(blank=True, max_length=120, verbose_name="city")),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "e-mail"),
                                    ("web_form", "web form"),
                                    ("post", "post"),
                                    ("fax", "fax"),
                                    ("hand_delivery", "delivery by hand"),
                                    ("meeting", "meeting"),
                                ],
                                default="email",
                                max_length=14,
                                verbose_name="preferred channel",
                            ),
                        ),
                        (
                            "channels",
                            models.JSONField(
                                blank=True, default=list, verbose_name="channels, the preferred one first"
                            ),
                        ),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                        (
                            "postal_lines",
                            models.JSONField(blank=True, default=list, verbose_name="postal address, one line each"),
                        ),
                        (
                            "is_hostile",
                            models.BooleanField(
                                default=False,
                                help_text="Never receives names of supporters, whatever they consented to.",
                                verbose_name="hostile",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                        (
                            "is_fictional",
                            models.BooleanField(default=False, verbose_name="fictional, for the demonstration"),
                        ),
                        ("verified_on", models.DateField(blank=True, null=True, verbose_name="last verified")),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                to="letters.recipient",
                                verbose_name="part of",
                            ),
                        ),
                        (
                            "accepts_formats",
                            models.JSONField(blank=True, default=list, verbose_name="formats it takes"),
                        ),
                        ("changed_at", models.DateTimeField(editable=False, null=True)),
                        ("fax_number", models.CharField(blank=True, max_length=40, verbose_name="fax number")),
                        (
                            "form_url",
                            models.URLField(blank=True, max_length=500, verbose_name="address of its web form"),
                        ),
                        ("languages", models.JSONField(blank=True, default=list, verbose_name="languages it reads")),
                        (
                            "review_due_on",
                            models.DateField(blank=True, null=True, verbose_name="to be verified again on"),
                        ),
                    ],
                    options={
                        "verbose_name": "recipient",
                        "verbose_name_plural": "recipients",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="LetterTemplate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(max_length=80)),
                        ("language", models.CharField(max_length=8, verbose_name="language")),
                        ("subject", models.CharField(max_length=250, verbose_name="subject")),
                        (
                            "body",
                            models.TextField(
                                help_text="Markdown with placeholders such as {{ statement.url }}.", verbose_name="body"
                            ),
                        ),
                        (
                            "recipient_kinds",
                            models.JSONField(blank=True, default=list, verbose_name="for these kinds of office"),
                        ),
                        (
                            "recipients",
                            models.ManyToManyField(
                                blank=True, to="letters.recipient", verbose_name="for these offices only"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "letter template",
                        "verbose_name_plural": "letter templates",
                        "constraints": [
                            models.UniqueConstraint(fields=("slug", "language"), name="template_one_a_language")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FormOfAddress",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=8, verbose_name="language")),
                        ("name", models.CharField(max_length=250, verbose_name="name")),
                        (
                            "state_name",
                            models.CharField(
                                blank=True,
                                help_text="“the Republic of Korea”.",
                                max_length=120,
                                verbose_name="State, as a letter names it",
                            ),
                        ),
                        ("envelope", models.CharField(blank=True, max_length=300, verbose_name="envelope line")),
                        ("salutation", models.CharField(blank=True, max_length=200, verbose_name="salutation")),
                        ("closing", models.CharField(blank=True, max_length=200, verbose_name="closing")),
                        (
                            "recipient",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="forms_of_address",
                                to="letters.recipient",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "form of address",
                        "verbose_name_plural": "forms of address",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("recipient", "language"), name="recipient_one_form_a_language"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Holder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
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
                            models.DateField(
                                help_text="The day on which we read or heard it.", verbose_name="known on"
                            ),
                        ),
                        ("source", models.CharField(blank=True, max_length=300, verbose_name="how we know")),
                        (
                            "recipient",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="holders",
                                to="letters.recipient",
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
                migrations.CreateModel(
                    name="Route",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(max_length=80, unique=True, verbose_name="key")),
                        (
                            "name",
                            models.CharField(
                                help_text="As it is written in English.", max_length=250, verbose_name="name"
                            ),
                        ),
                        (
                            "body",
                            models.CharField(
                                help_text="Who takes it, in English.", max_length=250, verbose_name="body"
                            ),
                        ),
                        ("names", models.JSONField(blank=True, default=dict, verbose_name="name in other languages")),
                        ("bodies", models.JSONField(blank=True, default=dict, verbose_name="body in other languages")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("special_procedures", "special procedures"),
                                    ("treaty_body", "treaty body"),
                                    ("upr", "Universal Periodic Review"),
                                    ("hrc", "Human Rights Council"),
                                    ("ecosoc", "Economic and Social Council"),
                                    ("letter", "letter"),
                                    ("court", "court"),
                                    ("parliament", "parliament"),
                                    ("parliament_petition", "petition to a parliament"),
                                    ("publication", "own publication"),
                                    ("other", "other"),
                                ],
                                max_length=20,
                                verbose_name="kind",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                        (
                            "is_fictional",
                            models.BooleanField(default=False, verbose_name="fictional, for the demonstration"),
                        ),
                    ],
                    options={
                        "verbose_name": "route",
                        "verbose_name_plural": "routes",
                        "ordering": ["kind", "name"],
                    },
                ),
                migrations.CreateModel(
                    name="RouteRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="holds from")),
                        ("as_of", models.DateField(help_text="The day somebody looked it up.", verbose_name="as of")),
                        (
                            "confidence",
                            models.CharField(
                                choices=[
                                    ("high", "read at the source"),
                                    ("medium", "general knowledge, consistent with the sources"),
                                    ("low", "not confirmed"),
                                ],
                                default="medium",
                                max_length=8,
                                verbose_name="how sure it is",
                            ),
                        ),
                        ("who_may_submit", models.CharField(blank=True, max_length=400, verbose_name="who may submit")),
                        (
                            "lead_statuses",
                            models.JSONField(blank=True, default=list, verbose_name="the lead organization must be in"),
                        ),
                        (
                            "submitters",
                            models.CharField(
                                choices=[
                                    ("any", "one or several"),
                                    ("one", "one organization"),
                                    ("several", "two or more together"),
                                ],
                                default="any",
                                max_length=8,
                                verbose_name="submitted by",
                            ),
                        ),
                        ("word_limit", models.PositiveIntegerField(blank=True, null=True, verbose_name="word limit")),
                        (
                            "joint_word_limit",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="word limit of a joint text"
                            ),
                        ),
                        (
                            "word_limits_by_status",
                            models.JSONField(blank=True, default=dict, verbose_name="word limit by status of the lead"),
                        ),
                        ("page_limit", models.PositiveIntegerField(blank=True, null=True, verbose_name="page limit")),
                        (
                            "footnotes",
                            models.CharField(
                                choices=[
                                    ("counted", "footnotes counted"),
                                    ("not_counted", "footnotes not counted"),
                                    ("unknown", "not known whether footnotes count"),
                                ],
                                default="unknown",
                                max_length=12,
                                verbose_name="footnotes",
                            ),
                        ),
                        (
                            "is_limit_hard",
                            models.BooleanField(
                                default=True,
                                help_text="Otherwise the desk only warns.",
                                verbose_name="what is longer is refused",
                            ),
                        ),
                        ("languages", models.JSONField(blank=True, default=list, verbose_name="languages")),
                        ("formats", models.JSONField(blank=True, default=list, verbose_name="formats")),
                        ("submit_via", models.JSONField(blank=True, default=list, verbose_name="how it is handed in")),
                        (
                            "deadline_rule",
                            models.CharField(blank=True, max_length=400, verbose_name="deadline, in words"),
                        ),
                        (
                            "deadline_offset_days",
                            models.IntegerField(
                                blank=True,
                                help_text="Negative: before it. -14 is two weeks before.",
                                null=True,
                                verbose_name="days from the opening",
                            ),
                        ),
                        (
                            "deadline_anchor",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("session_start", "the day the session opens"),
                                    ("upr_session_start", "the day the session of the UPR Working Group opens"),
                                ],
                                max_length=20,
                                verbose_name="counted from",
                            ),
                        ),
                        ("deadline_time", models.TimeField(blank=True, null=True, verbose_name="hour of the deadline")),
                        (
                            "time_zone",
                            models.CharField(
                                default="Europe/Zurich", max_length=40, verbose_name="time zone of the deadline"
                            ),
                        ),
                        (
                            "late",
                            models.CharField(
                                choices=[
                                    ("refused", "refused"),
                                    ("unread", "may not be read"),
                                    ("unknown", "not known"),
                                ],
                                default="unknown",
                                max_length=8,
                                verbose_name="what comes late",
                            ),
                        ),
                        (
                            "late_submission",
                            models.CharField(blank=True, max_length=300, verbose_name="late submissions, in words"),
                        ),
                        ("required_elements", models.JSONField(blank=True, default=list, verbose_name="elements")),
                        (
                            "confidentiality",
                            models.CharField(blank=True, max_length=400, verbose_name="confidentiality"),
                        ),
                        (
                            "victim_consent",
                            models.CharField(
                                choices=[("yes", "yes"), ("no", "no"), ("unknown", "not known")],
                                default="unknown",
                                max_length=8,
                                verbose_name="consent of the victim needed",
                            ),
                        ),
                        ("publication", models.CharField(blank=True, max_length=400, verbose_name="publication")),
                        (
                            "publishes_names",
                            models.CharField(
                                choices=[
                                    ("all", "every name is published"),
                                    ("on_request", "published unless confidence is asked for"),
                                    ("none", "no name is published"),
                                    ("unknown", "not known"),
                                ],
                                default="unknown",
                                max_length=10,
                                verbose_name="names of the signatories",
                            ),
                        ),
                        (
                            "acknowledgement",
                            models.CharField(blank=True, max_length=300, verbose_name="acknowledgement"),
                        ),
                        ("thresholds", models.JSONField(blank=True, default=list, verbose_name="thresholds")),
                        (
                            "response_window_days",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="answer expected within, days"
                            ),
                        ),
                        ("note", models.TextField(blank=True, verbose_name="note")),
                        ("written_at", models.DateTimeField(verbose_name="written")),
                        (
                            "route",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rules",
                                to="letters.route",
                                verbose_name="route",
                            ),
                        ),
                        (
                            "sources",
                            models.ManyToManyField(
                                blank=True, related_name="+", to="campaigns.source", verbose_name="sources"
                            ),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "route rule",
                        "verbose_name_plural": "route rules",
                        "ordering": ["-valid_from"],
                        "constraints": [
                            models.UniqueConstraint(fields=("route", "valid_from"), name="route_rule_one_from_a_day"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("deadline_offset_days__isnull", True),
                                    models.Q(("deadline_anchor", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="route_rule_offset_has_an_anchor",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("deadline_offset_days__isnull", True),
                                    models.Q(("deadline_offset_days__gte", -730), ("deadline_offset_days__lte", 730)),
                                    _connector="OR",
                                ),
                                name="route_rule_offset_within_two_years",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Session",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("body", models.CharField(max_length=250, verbose_name="body")),
                        (
                            "name",
                            models.CharField(
                                help_text="As it is written in English.", max_length=250, verbose_name="name"
                            ),
                        ),
                        ("names", models.JSONField(blank=True, default=dict, verbose_name="name in other languages")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("session_start", "session"),
                                    ("upr_session_start", "session of the UPR Working Group"),
                                ],
                                default="session_start",
                                max_length=20,
                                verbose_name="kind",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="opens on")),
                        ("ends_on", models.DateField(verbose_name="ends on")),
                        (
                            "deadline_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="It goes before the rules of the routes. Empty: reckoned from each rule.",
                                null=True,
                                verbose_name="deadline published for this session",
                            ),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                default="Europe/Zurich", max_length=40, verbose_name="time zone of the deadline"
                            ),
                        ),
                        ("source_url", models.URLField(blank=True, max_length=600, verbose_name="published at")),
                        ("is_public", models.BooleanField(default=True, verbose_name="in the public calendar")),
                        (
                            "is_fictional",
                            models.BooleanField(default=False, verbose_name="fictional, for the demonstration"),
                        ),
                        ("changed_at", models.DateTimeField(auto_now=True)),
                        (
                            "routes",
                            models.ManyToManyField(
                                blank=True,
                                related_name="sessions",
                                to="letters.route",
                                verbose_name="routes that lead to it",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "session",
                        "verbose_name_plural": "sessions",
                        "ordering": ["starts_on"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="session_ends_after_it_begins",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Submission",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("about", models.CharField(max_length=120, verbose_name="about")),
                        ("case", models.CharField(db_index=True, max_length=80, verbose_name="case")),
                        ("title", models.CharField(max_length=250, verbose_name="title")),
                        ("language", models.CharField(max_length=8, verbose_name="language")),
                        ("text_digest", models.CharField(max_length=64, verbose_name="digest")),
                        ("sheet", models.JSONField(default=dict)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("prepared", "prepared"),
                                    ("submitted", "submitted"),
                                    ("set_aside", "set aside"),
                                ],
                                default="prepared",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("prepared_at", models.DateTimeField(verbose_name="prepared")),
                        ("submitted_on", models.DateField(blank=True, null=True, verbose_name="submitted on")),
                        ("evidence", models.CharField(blank=True, max_length=500, verbose_name="evidence")),
                        (
                            "prepared_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="prepared by",
                            ),
                        ),
                        (
                            "route",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="submissions",
                                to="letters.route",
                                verbose_name="route",
                            ),
                        ),
                        (
                            "rule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="letters.routerule",
                                verbose_name="rule",
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="letters.session",
                                verbose_name="session",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "submission",
                        "verbose_name_plural": "submissions",
                        "ordering": ["-prepared_at"],
                        "permissions": [
                            ("prepare_submission", "Can prepare submissions and note that they were handed in")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "submitted"), _negated=True),
                                    ("submitted_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="submission_submitted_has_a_day",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RouteConflict",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reason", models.CharField(max_length=400, verbose_name="why")),
                        ("as_of", models.DateField(verbose_name="as of")),
                        (
                            "first",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="letters.route",
                                verbose_name="route",
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="letters.route",
                                verbose_name="not together with",
                            ),
                        ),
                        (
                            "sources",
                            models.ManyToManyField(related_name="+", to="campaigns.source", verbose_name="sources"),
                        ),
                    ],
                    options={
                        "verbose_name": "routes that exclude each other",
                        "verbose_name_plural": "routes that exclude each other",
                        "ordering": ["first__name", "second__name"],
                        "constraints": [
                            models.UniqueConstraint(fields=("first", "second"), name="route_conflict_once"),
                            models.CheckConstraint(
                                condition=models.Q(("first", models.F("second")), _negated=True),
                                name="route_conflict_of_two",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Release",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("about", models.CharField(max_length=80, verbose_name="about")),
                        ("title", models.CharField(max_length=300, verbose_name="title")),
                        ("text_digest", models.CharField(max_length=64, verbose_name="digest of the text")),
                        ("public_url", models.URLField(verbose_name="public page")),
                        ("signatories", models.JSONField(default=dict)),
                        ("titles", models.JSONField(default=dict)),
                        ("senders", models.JSONField(default=dict)),
                        ("signatories_as_of", models.DateTimeField()),
                        (
                            "language",
                            models.CharField(
                                default="en",
                                help_text="Used where the office has forms of address in it; English otherwise.",
                                max_length=8,
                                verbose_name="preferred language",
                            ),
                        ),
                        ("dated_on", models.DateField(verbose_name="date of the letters")),
                        ("reply_by", models.DateField(verbose_name="answer requested by")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("requested", "waits for a second person"),
                                    ("approved", "approved"),
                                    ("stopped", "stopped"),
                                    ("refused", "sent back by the second person"),
                                ],
                                default="requested",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("copies_digest", models.CharField(max_length=64)),
                        ("requested_at", models.DateTimeField(verbose_name="asked for")),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                        ("send_at", models.DateTimeField(null=True, verbose_name="letters leave from")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        (
                            "recipients",
                            models.ManyToManyField(
                                related_name="releases",
                                through="letters.ReleaseRecipient",
                                to="letters.recipient",
                                verbose_name="recipients",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="asked for by",
                            ),
                        ),
                        (
                            "follow_up_days",
                            models.JSONField(
                                default=letters.models.release.follow_up_days, verbose_name="days of silence"
                            ),
                        ),
                        ("copy_digests", models.JSONField(default=dict)),
                        ("leave_on", models.DateField(blank=True, null=True, verbose_name="leave on")),
                        (
                            "leave_time",
                            models.TimeField(blank=True, null=True, verbose_name="at, in the office's own time"),
                        ),
                        ("not_before", models.DateTimeField(blank=True, null=True, verbose_name="not before")),
                        ("asked_by", models.PositiveIntegerField(null=True)),
                        (
                            "campaign",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="releases",
                                to="campaigns.campaign",
                            ),
                        ),
                        ("enclosures", models.JSONField(default=dict)),
                        ("values", models.JSONField(default=dict)),
                    ],
                    options={
                        "verbose_name": "release",
                        "verbose_name_plural": "releases",
                        "ordering": ["-requested_at"],
                        "permissions": [
                            ("request_release", "Can ask for a release"),
                            ("approve_release", "Can approve a release asked for by another"),
                            ("stop_release", "Can stop a release"),
                            ("export_release", "Can export the ledger of a release"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "approved"), _negated=True),
                                    models.Q(
                                        ("decided_by__isnull", False),
                                        models.Q(("decided_by", models.F("requested_by")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="release_takes_two_people",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("leave_on__isnull", True), ("leave_time__isnull", True)),
                                    models.Q(("leave_on__isnull", False), ("leave_time__isnull", False)),
                                    _connector="OR",
                                ),
                                name="release_leaves_at_a_day_and_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Letter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text_digest", models.CharField(max_length=64)),
                        ("reference", models.CharField(db_index=True, max_length=40, verbose_name="reference")),
                        ("language", models.CharField(max_length=8, verbose_name="language")),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "e-mail"),
                                    ("web_form", "web form"),
                                    ("post", "post"),
                                    ("fax", "fax"),
                                    ("hand_delivery", "delivery by hand"),
                                    ("meeting", "meeting"),
                                ],
                                max_length=14,
                                verbose_name="channel",
                            ),
                        ),
                        ("copy", models.JSONField()),
                        ("copy_digest", models.CharField(max_length=64, verbose_name="digest of this copy")),
                        (
                            "pdf_digest",
                            models.CharField(blank=True, max_length=64, verbose_name="digest of the file sent"),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("stopped_at", models.DateTimeField(null=True)),
                        ("replaced_at", models.DateTimeField(null=True)),
                        (
                            "email",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letter",
                                to="outbox.email",
                            ),
                        ),
                        (
                            "recipient",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letters",
                                to="letters.recipient",
                                verbose_name="recipient",
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letters",
                                to="letters.release",
                                verbose_name="release",
                            ),
                        ),
                        ("reply_nonce", models.BinaryField(default=privacy.tokens.new_nonce, max_length=16)),
                        (
                            "reply_number",
                            models.BigIntegerField(
                                default=letters.models.letter.new_reply_number, null=True, unique=True
                            ),
                        ),
                        ("leaves_at", models.DateTimeField(null=True, verbose_name="leaves")),
                    ],
                    options={
                        "verbose_name": "letter",
                        "verbose_name_plural": "letters",
                        "ordering": ["-created_at", "recipient__name"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("replaced_at__isnull", True), ("stopped_at__isnull", True)),
                                fields=("recipient", "text_digest"),
                                name="letter_once_a_recipient_and_text",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Dispatch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="due")),
                        ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="delivered")),
                        (
                            "evidence",
                            models.CharField(
                                blank=True,
                                help_text="Tracking number, name on the receipt, form number.",
                                max_length=500,
                                verbose_name="evidence",
                            ),
                        ),
                        (
                            "done_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="delivered by",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who does it",
                            ),
                        ),
                        (
                            "letter",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="dispatch",
                                to="letters.letter",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "delivery by staff",
                        "verbose_name_plural": "deliveries by staff",
                        "ordering": ["due_on"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("done_at__isnull", True),
                                    models.Q(("done_by__isnull", False), models.Q(("evidence", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="dispatch_done_has_evidence",
                            )
                        ],
                    },
                ),
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
                    options={
                        "db_table": "letters_release_recipients",
                        "unique_together": {("release", "recipient")},
                    },
                ),
                migrations.CreateModel(
                    name="FailedWay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "e-mail"),
                                    ("web_form", "web form"),
                                    ("post", "post"),
                                    ("fax", "fax"),
                                    ("hand_delivery", "delivery by hand"),
                                    ("meeting", "meeting"),
                                ],
                                max_length=14,
                                verbose_name="channel",
                            ),
                        ),
                        ("what_happened", models.CharField(max_length=500, verbose_name="what happened")),
                        ("evidence", models.CharField(blank=True, max_length=500)),
                        ("done_at", models.DateTimeField(null=True)),
                        ("noted_at", models.DateTimeField()),
                        (
                            "letter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="failed_ways",
                                to="letters.letter",
                            ),
                        ),
                        (
                            "noted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("content_type", models.CharField(max_length=40)),
                        ("content", privacy.fields.EncryptedBytesField()),
                        ("size", models.PositiveIntegerField()),
                        ("digest", models.CharField(max_length=64)),
                        ("added_at", models.DateTimeField()),
                        (
                            "added_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                        "constraints": [
                            models.UniqueConstraint(fields=("letter", "digest"), name="proof_once_a_letter")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FollowUp",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("after_days", models.PositiveSmallIntegerField(verbose_name="days of silence")),
                        ("due_on", models.DateField(verbose_name="due")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "to do"),
                                    ("done", "done"),
                                    ("answered", "ended by an answer"),
                                    ("passed", "the next one took its place"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="what was done")),
                        ("reminded_at", models.DateTimeField(blank=True, null=True, verbose_name="owner reminded")),
                        ("created_at", models.DateTimeField()),
                        ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done on")),
                        (
                            "done_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="done by",
                            ),
                        ),
                        (
                            "letter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="follow_ups",
                                to="letters.letter",
                                verbose_name="letter",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who does it",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "follow-up",
                        "verbose_name_plural": "follow-ups",
                        "ordering": ["due_on", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("letter", "after_days"), name="follow_up_once_a_letter_and_day"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "done"), _negated=True),
                                    models.Q(("note", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="follow_up_done_says_what",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InboundMail",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("digest", models.BinaryField(max_length=32, unique=True)),
                        ("event_digest", models.BinaryField(max_length=32, null=True, unique=True)),
                        ("provider", models.CharField(max_length=20, verbose_name="came by")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("answer", "written by a person"),
                                    ("automatic", "automatic answer"),
                                    ("receipt", "read receipt"),
                                    ("bounce", "returned mail"),
                                    ("own", "our own mail"),
                                ],
                                max_length=10,
                                verbose_name="what it is",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("new", "waits to be recorded"),
                                    ("parked", "parked"),
                                    ("recorded", "recorded as a reply"),
                                    ("settled", "noted with the letter"),
                                    ("aside", "set aside"),
                                ],
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "why",
                            models.CharField(
                                blank=True,
                                choices=[
                                    (
                                        "unmatched",
                                        "It bears no reply address of ours and answers no letter that we know.",
                                    ),
                                    ("own", "It came from our own address, or has gone round in a loop."),
                                    (
                                        "unknown_bounce",
                                        "It says that a mail came back, but names none that left from here.",
                                    ),
                                    (
                                        "too_large",
                                        "It was too large to be kept. Ask whoever sent it for a smaller one, or for paper.",
                                    ),
                                    (
                                        "unreadable",
                                        "Nothing could be made of it. The file as it came can be downloaded.",
                                    ),
                                ],
                                max_length=16,
                                verbose_name="why it is parked",
                            ),
                        ),
                        (
                            "matched_by",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("address", "by its reply address"),
                                    ("reference", "by the Message-ID it answers"),
                                    ("staff", "by staff"),
                                ],
                                max_length=10,
                                verbose_name="matched",
                            ),
                        ),
                        ("sender", privacy.fields.EncryptedField(blank=True, verbose_name="from")),
                        ("sender_fingerprint", models.BinaryField(default=b"", max_length=32)),
                        ("from_office", models.BooleanField(default=False)),
                        ("subject", privacy.fields.EncryptedField(blank=True, verbose_name="subject")),
                        ("text", privacy.fields.EncryptedField(blank=True, verbose_name="text")),
                        ("is_html_only", models.BooleanField(default=False)),
                        ("is_charset_guessed", models.BooleanField(default=False)),
                        ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                        ("received_at", models.DateTimeField(verbose_name="came in")),
                        ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                        ("forgotten_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "letter",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inbound",
                                to="letters.letter",
                                verbose_name="letter",
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="settled by",
                            ),
                        ),
                        (
                            "uploaded_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="uploaded by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mail that came in",
                        "verbose_name_plural": "mails that came in",
                        "ordering": ["-received_at", "-pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["new", "parked"])),
                                fields=["received_at"],
                                name="inbound_mail_to_do",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["new", "recorded"]), _negated=True),
                                    ("letter__isnull", False),
                                    _connector="OR",
                                ),
                                name="inbound_mail_has_a_letter",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reply",
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
                                choices=[
                                    ("acknowledgement", "acknowledgement of receipt"),
                                    ("automatic", "automatic answer"),
                                    ("answer", "answer"),
                                    ("refusal", "refusal"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        ("received_on", models.DateField(verbose_name="received")),
                        ("summaries", models.JSONField(default=dict, verbose_name="summary by language")),
                        (
                            "visibility",
                            models.CharField(
                                choices=[
                                    ("private", "private"),
                                    ("summary", "summary is public"),
                                    ("full", "whole text is public"),
                                ],
                                default="private",
                                max_length=8,
                                verbose_name="visibility",
                            ),
                        ),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "letter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replies",
                                to="letters.letter",
                                verbose_name="letter",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "public_language",
                            models.CharField(blank=True, max_length=8, verbose_name="language of the public text"),
                        ),
                        ("public_text", models.TextField(blank=True, verbose_name="public text")),
                        ("received_at", models.DateTimeField(blank=True, null=True, verbose_name="came in")),
                        ("text", privacy.fields.EncryptedField(blank=True, verbose_name="what was said")),
                        (
                            "mail",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reply",
                                to="letters.inboundmail",
                                verbose_name="mail",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reply",
                        "verbose_name_plural": "replies",
                        "ordering": ["received_on", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("visibility", "full"), _negated=True),
                                    models.Q(("public_text", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="reply_public_in_full_has_a_text",
                            )
                        ],
                        "permissions": [("read_private_reply", "Can read replies that are not public")],
                    },
                ),
                migrations.CreateModel(
                    name="InboundOriginal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("content", privacy.fields.EncryptedBytesField()),
                        ("received_at", models.DateTimeField()),
                        (
                            "mail",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="original",
                                to="letters.inboundmail",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mail as it came",
                        "verbose_name_plural": "mails as they came",
                    },
                ),
                migrations.CreateModel(
                    name="InboundFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", privacy.fields.EncryptedField()),
                        ("content_type", models.CharField(max_length=80)),
                        ("size", models.PositiveIntegerField()),
                        ("digest", models.CharField(max_length=64)),
                        ("content", privacy.fields.EncryptedBytesField()),
                        (
                            "mail",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="letters.inboundmail",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "attachment",
                        "verbose_name_plural": "attachments",
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="CodedReply",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("promise", "promise"),
                                    ("partial", "promise in part"),
                                    ("refusal", "refusal"),
                                    ("no_word", "no word about it"),
                                ],
                                max_length=8,
                                verbose_name="what it says",
                            ),
                        ),
                        (
                            "words",
                            models.JSONField(blank=True, default=dict, verbose_name="quotation or summary by language"),
                        ),
                        ("coded_at", models.DateTimeField(verbose_name="coded")),
                        (
                            "coded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "demand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="codes",
                                to="campaigns.demand",
                                verbose_name="demand",
                            ),
                        ),
                        (
                            "reply",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="codes",
                                to="letters.reply",
                                verbose_name="reply",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "answer to a demand",
                        "verbose_name_plural": "answers to demands",
                        "ordering": ["demand__position", "pk"],
                        "constraints": [
                            models.UniqueConstraint(fields=("reply", "demand"), name="reply_coded_once_a_demand")
                        ],
                    },
                ),
            ],
        ),
    ]
