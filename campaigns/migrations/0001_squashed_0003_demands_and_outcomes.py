"""The tables of campaigns as 0001_initial to 0003_demands_and_outcomes leave them, for a new database."""

import django.db.models.deletion
import django_countries.fields
from django.conf import settings
from django.db import migrations, models

import privacy.fields
import privacy.tables
import privacy.tokens


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("campaigns", "0001_initial"),
        ("campaigns", "0002_membership_logos_and_names_by_period"),
        ("campaigns", "0003_demands_and_outcomes"),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        privacy.tables.CreateTables(
            operations=[
                migrations.CreateModel(
                    name="Campaign",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(unique=True, verbose_name="address of the page")),
                        ("is_public", models.BooleanField(default=False, verbose_name="public")),
                        (
                            "contact_name",
                            models.CharField(
                                blank=True, help_text="Signs the letters.", max_length=150, verbose_name="contact"
                            ),
                        ),
                        (
                            "contact_address",
                            models.EmailField(
                                blank=True,
                                help_text="Public; answers come here.",
                                max_length=254,
                                verbose_name="contact address",
                            ),
                        ),
                        (
                            "postal_lines",
                            models.JSONField(blank=True, default=list, verbose_name="postal address of the coalition"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        "verbose_name": "campaign",
                        "verbose_name_plural": "campaigns",
                        "ordering": ["-created_at"],
                    },
                ),
                migrations.CreateModel(
                    name="Organization",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(unique=True, verbose_name="address of the page")),
                        (
                            "name",
                            models.CharField(
                                help_text="As it is written in English.", max_length=250, verbose_name="name"
                            ),
                        ),
                        ("short_name", models.CharField(blank=True, max_length=60, verbose_name="short name")),
                        (
                            "country",
                            django_countries.fields.CountryField(blank=True, max_length=2, verbose_name="country"),
                        ),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("ngo", "non-governmental organization"),
                                    ("coalition", "coalition"),
                                    ("media", "media"),
                                    ("research", "research institute"),
                                    ("lawyers", "lawyers' association"),
                                    ("women", "women's organization"),
                                    ("youth", "youth organization"),
                                    ("faith", "faith-based organization"),
                                ],
                                default="ngo",
                                max_length=12,
                                verbose_name="type",
                            ),
                        ),
                        ("website", models.URLField(blank=True, verbose_name="website")),
                        (
                            "ecosoc_status",
                            models.CharField(
                                choices=[
                                    ("general", "general consultative status"),
                                    ("special", "special consultative status"),
                                    ("roster", "on the roster"),
                                    ("none_found", "none found"),
                                    ("unknown", "not known"),
                                ],
                                default="unknown",
                                max_length=12,
                                verbose_name="ECOSOC status",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("known", "known, not a member"),
                                    ("applied", "applied"),
                                    ("verified", "verified member"),
                                    ("suspended", "suspended"),
                                    ("left", "left"),
                                    ("refused", "not admitted"),
                                ],
                                default="applied",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "is_fictional",
                            models.BooleanField(default=False, verbose_name="fictional, for the demonstration"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "is_hidden",
                            models.BooleanField(
                                default=False,
                                help_text="Its name appears nowhere in public, and it signs confidentially: counted, not named.",
                                verbose_name="hidden member",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="members",
                                to="campaigns.organization",
                                verbose_name="parent federation",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "organization",
                        "verbose_name_plural": "organizations",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Source",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(max_length=80, unique=True)),
                        ("title", models.CharField(max_length=400, verbose_name="title")),
                        ("publisher", models.CharField(blank=True, max_length=250, verbose_name="publisher")),
                        (
                            "published",
                            models.CharField(
                                blank=True, help_text="A day, a month or a year.", max_length=60, verbose_name="date"
                            ),
                        ),
                        ("url", models.URLField(blank=True, max_length=600, verbose_name="link")),
                        ("is_public", models.BooleanField(default=True, verbose_name="may be printed as a source")),
                        ("note", models.TextField(blank=True, verbose_name="note")),
                    ],
                    options={
                        "verbose_name": "source",
                        "verbose_name_plural": "sources",
                        "ordering": ["publisher", "published"],
                    },
                ),
                migrations.CreateModel(
                    name="Instrument",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "translations",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="By language code, for example {“ko”: “…”}.",
                                verbose_name="in other languages",
                            ),
                        ),
                        ("slug", models.SlugField(max_length=80, unique=True)),
                        ("name", models.CharField(max_length=250, verbose_name="name")),
                        ("short_name", models.CharField(blank=True, max_length=120, verbose_name="short name")),
                        ("kind", models.CharField(max_length=12, verbose_name="kind")),
                        ("adopted_on", models.DateField(blank=True, null=True, verbose_name="adopted")),
                        ("parties", models.JSONField(default=dict, verbose_name="position of each State")),
                        ("articles", models.JSONField(default=list, verbose_name="articles on non-refoulement")),
                        ("sources", models.ManyToManyField(blank=True, to="campaigns.source", verbose_name="sources")),
                    ],
                    options={
                        "verbose_name": "instrument",
                        "verbose_name_plural": "instruments",
                        "ordering": ["adopted_on"],
                    },
                ),
                migrations.CreateModel(
                    name="Demand",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.SlugField(max_length=60)),
                        ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("unknown", "no answer known"),
                                    ("refused", "refused"),
                                    ("partly", "partly met"),
                                    ("met", "met"),
                                ],
                                default="unknown",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="demands",
                                to="campaigns.campaign",
                            ),
                        ),
                        (
                            "legal_basis",
                            models.ManyToManyField(blank=True, to="campaigns.instrument", verbose_name="legal basis"),
                        ),
                    ],
                    options={
                        "verbose_name": "demand",
                        "verbose_name_plural": "demands",
                        "ordering": ["position", "pk"],
                        "constraints": [models.UniqueConstraint(fields=("campaign", "key"), name="demand_key_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Incident",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "translations",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="By language code, for example {“ko”: “…”}.",
                                verbose_name="in other languages",
                            ),
                        ),
                        ("slug", models.SlugField(max_length=80, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("repatriation", "reported return"),
                                    ("custody_estimate", "estimate of people in custody"),
                                    ("population_estimate", "estimate of people living in hiding"),
                                    ("cumulative_estimate", "estimate over several years"),
                                ],
                                max_length=20,
                                verbose_name="kind",
                            ),
                        ),
                        ("title", models.CharField(max_length=200, verbose_name="title")),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="to")),
                        (
                            "precision",
                            models.CharField(
                                choices=[("day", "day"), ("month", "month"), ("range", "period")],
                                max_length=6,
                                verbose_name="precision of the date",
                            ),
                        ),
                        ("is_core", models.BooleanField(default=False, verbose_name="central to the campaign")),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="incidents",
                                to="campaigns.campaign",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "incident",
                        "verbose_name_plural": "incidents",
                        "ordering": ["starts_on"],
                    },
                ),
                migrations.CreateModel(
                    name="Delegate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("may_sign", models.BooleanField(default=True, verbose_name="may sign for the organization")),
                        (
                            "title",
                            models.CharField(
                                blank=True,
                                help_text="Executive Director, for example.",
                                max_length=150,
                                verbose_name="title",
                            ),
                        ),
                        (
                            "mandate",
                            models.CharField(
                                help_text="Who authorized this person, and when: “Board decision of 3 May 2026”.",
                                max_length=300,
                                verbose_name="mandate",
                            ),
                        ),
                        ("valid_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
                        ("invited_at", models.DateTimeField(editable=False, null=True, verbose_name="invited")),
                        (
                            "invited_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="delegations",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="user",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="delegates",
                                to="campaigns.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "vouched_at",
                            models.DateTimeField(
                                blank=True, editable=False, null=True, verbose_name="confirmed by a second person"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "delegate",
                        "verbose_name_plural": "delegates",
                        "permissions": [("invite_delegate", "Can invite delegates")],
                        "constraints": [models.UniqueConstraint(fields=("user", "organization"), name="delegate_once")],
                    },
                ),
                migrations.CreateModel(
                    name="OrganizationName",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=8, verbose_name="language")),
                        ("name", models.CharField(max_length=250, verbose_name="name")),
                        ("about", models.TextField(blank=True, verbose_name="about")),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="names",
                                to="campaigns.organization",
                            ),
                        ),
                        ("valid_from", models.DateField(blank=True, null=True, verbose_name="used from")),
                        (
                            "valid_until",
                            models.DateField(
                                blank=True, help_text="Empty: it is used today.", null=True, verbose_name="used until"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "name in one language",
                        "verbose_name_plural": "names by language",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_until__isnull", True)),
                                fields=("organization", "language"),
                                name="organization_one_name_a_language",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_from__isnull", True),
                                    ("valid_until__isnull", True),
                                    ("valid_until__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="organization_name_ends_after_it_begins",
                            ),
                        ],
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Place",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "translations",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="By language code, for example {“ko”: “…”}.",
                                verbose_name="in other languages",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("country", django_countries.fields.CountryField(max_length=2, verbose_name="country")),
                        ("latitude", models.FloatField(verbose_name="latitude, WGS 84")),
                        ("longitude", models.FloatField(verbose_name="longitude, WGS 84")),
                        ("facing", models.CharField(blank=True, max_length=120, verbose_name="facing")),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="places",
                                to="campaigns.incident",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "place",
                        "verbose_name_plural": "places",
                    },
                ),
                migrations.CreateModel(
                    name="Position",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "translations",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="By language code, for example {“ko”: “…”}.",
                                verbose_name="in other languages",
                            ),
                        ),
                        ("actor", models.CharField(max_length=200, verbose_name="who")),
                        ("dated", models.CharField(blank=True, max_length=60, verbose_name="when")),
                        ("text", models.TextField(verbose_name="what it says")),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="positions",
                                to="campaigns.incident",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="campaigns.source"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "official position",
                        "verbose_name_plural": "official positions",
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Figure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "translations",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="By language code, for example {“ko”: “…”}.",
                                verbose_name="in other languages",
                            ),
                        ),
                        ("minimum", models.PositiveIntegerField(blank=True, null=True, verbose_name="at least")),
                        ("maximum", models.PositiveIntegerField(blank=True, null=True, verbose_name="at most")),
                        ("qualifier", models.CharField(blank=True, max_length=60, verbose_name="qualifier")),
                        ("origin", models.CharField(max_length=250, verbose_name="who says so")),
                        ("paraphrase", models.TextField(verbose_name="in our words")),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="figures",
                                to="campaigns.incident",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="figures",
                                to="campaigns.source",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "figure",
                        "verbose_name_plural": "figures",
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="CampaignText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=8, verbose_name="language")),
                        ("title", models.CharField(max_length=200, verbose_name="title")),
                        (
                            "summary",
                            models.TextField(help_text="Two sentences for lists and previews.", verbose_name="summary"),
                        ),
                        (
                            "coalition",
                            models.CharField(blank=True, max_length=200, verbose_name="name of the coalition"),
                        ),
                        ("story", models.TextField(help_text="Markdown, with footnotes.", verbose_name="story")),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="texts",
                                to="campaigns.campaign",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "text in one language",
                        "verbose_name_plural": "texts by language",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("campaign", "language"), name="campaign_one_text_a_language"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DemandText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("language", models.CharField(max_length=8, verbose_name="language")),
                        ("addressee", models.CharField(max_length=200, verbose_name="addressee")),
                        ("text", models.TextField(verbose_name="what is asked")),
                        (
                            "demand",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="campaigns.demand"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "demand in one language",
                        "verbose_name_plural": "demand by language",
                        "constraints": [
                            models.UniqueConstraint(fields=("demand", "language"), name="demand_one_text_a_language")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DelegateRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", privacy.fields.EncryptedField(max_length=150, verbose_name="name")),
                        ("address", privacy.fields.EncryptedField(max_length=254, verbose_name="e-mail")),
                        ("address_fingerprint", models.BinaryField(max_length=32)),
                        ("title", models.CharField(blank=True, max_length=150, verbose_name="title")),
                        ("mandate", models.CharField(max_length=300, verbose_name="mandate")),
                        ("may_sign", models.BooleanField(default=True, verbose_name="may sign for the organization")),
                        (
                            "language",
                            models.CharField(default="en", max_length=8, verbose_name="language of our mails"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting for a decision"),
                                    ("accepted", "accepted"),
                                    ("refused", "refused"),
                                ],
                                default="waiting",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="asked")),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="delegate_requests",
                                to="campaigns.organization",
                            ),
                        ),
                        (
                            "replaces",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="campaigns.delegate",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "request about delegates",
                        "verbose_name_plural": "requests about delegates",
                        "ordering": ["created_at"],
                    },
                ),
                migrations.CreateModel(
                    name="MembershipApplication",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("nonce", models.BinaryField(default=privacy.tokens.new_nonce, max_length=16)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("unconfirmed", "address not confirmed"),
                                    ("confirmed", "waiting for a decision"),
                                    ("accepted", "accepted"),
                                    ("refused", "not admitted"),
                                ],
                                default="unconfirmed",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        ("name", models.CharField(max_length=250, verbose_name="name")),
                        (
                            "country",
                            django_countries.fields.CountryField(blank=True, max_length=2, verbose_name="country"),
                        ),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("ngo", "non-governmental organization"),
                                    ("coalition", "coalition"),
                                    ("media", "media"),
                                    ("research", "research institute"),
                                    ("lawyers", "lawyers' association"),
                                    ("women", "women's organization"),
                                    ("youth", "youth organization"),
                                    ("faith", "faith-based organization"),
                                ],
                                default="ngo",
                                max_length=12,
                                verbose_name="type",
                            ),
                        ),
                        ("website", models.URLField(blank=True, verbose_name="website")),
                        ("about", models.TextField(blank=True, verbose_name="what it does")),
                        (
                            "wants_hidden",
                            models.BooleanField(default=False, verbose_name="wants to be a hidden member"),
                        ),
                        ("contact_name", privacy.fields.EncryptedField(max_length=150, verbose_name="contact")),
                        ("contact_title", models.CharField(blank=True, max_length=150, verbose_name="title")),
                        ("address", privacy.fields.EncryptedField(max_length=254, verbose_name="e-mail")),
                        ("address_fingerprint", models.BinaryField(max_length=32)),
                        (
                            "language",
                            models.CharField(default="en", max_length=8, verbose_name="language of our mails"),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="written")),
                        ("confirmed_at", models.DateTimeField(null=True, verbose_name="confirmed")),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                        (
                            "organization",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="application",
                                to="campaigns.organization",
                                verbose_name="organization",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "application to join",
                        "verbose_name_plural": "applications to join",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("organization__isnull", True), ("state", "unconfirmed")),
                                    models.Q(
                                        models.Q(("state", "unconfirmed"), _negated=True),
                                        ("confirmed_at__isnull", False),
                                        ("organization__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="application_confirmed_has_an_organization",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrganizationLogo",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("content", models.BinaryField()),
                        ("width", models.PositiveSmallIntegerField()),
                        ("height", models.PositiveSmallIntegerField()),
                        ("is_shown", models.BooleanField(default=False, verbose_name="may be shown")),
                        ("consent", models.CharField(blank=True, max_length=300, verbose_name="who agreed, and when")),
                        ("uploaded_at", models.DateTimeField(verbose_name="uploaded")),
                        (
                            "organization",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="logo",
                                to="campaigns.organization",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "logo",
                        "verbose_name_plural": "logos",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_shown", False), models.Q(("consent", ""), _negated=True), _connector="OR"
                                ),
                                name="logo_shown_by_consent",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Topic",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "translations",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text="By language code, for example {“ko”: “…”}.",
                                verbose_name="in other languages",
                            ),
                        ),
                        ("slug", models.SlugField(max_length=80, unique=True, verbose_name="address of the page")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                    ],
                    options={
                        "verbose_name": "topic",
                        "verbose_name_plural": "topics",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="StandingAuthority",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "mandate",
                            models.CharField(
                                help_text="Who decided this, and when: “Board decision of 3 May 2026”.",
                                max_length=300,
                                verbose_name="mandate",
                            ),
                        ),
                        ("granted_at", models.DateTimeField(verbose_name="given")),
                        ("valid_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
                        ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back")),
                        (
                            "granted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="standing_authorities",
                                to="campaigns.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "topics",
                            models.ManyToManyField(related_name="+", to="campaigns.topic", verbose_name="topics"),
                        ),
                    ],
                    options={
                        "verbose_name": "standing authority",
                        "verbose_name_plural": "standing authorities",
                        "ordering": ["-granted_at"],
                    },
                ),
                migrations.CreateModel(
                    name="NewsDigest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="first news")),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="sent out")),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="digests",
                                to="campaigns.campaign",
                                verbose_name="campaign",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "news by mail",
                        "verbose_name_plural": "news by mail",
                        "ordering": ["-opened_at"],
                        "permissions": [("send_newsdigest", "Can send the gathered news before the day is over")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("closed_at", None)), fields=("campaign",), name="digest_one_gathers"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="News",
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
                                    ("publication", "publication"),
                                    ("reply", "public answer"),
                                    ("outcome", "outcome"),
                                    ("handover", "handover"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("key", models.CharField(max_length=60, unique=True)),
                        ("about", models.CharField(blank=True, max_length=60)),
                        ("words", models.JSONField(default=dict, verbose_name="words")),
                        ("path", models.CharField(max_length=200, verbose_name="page")),
                        ("happened_at", models.DateTimeField(verbose_name="when")),
                        (
                            "digest",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="news",
                                to="campaigns.newsdigest",
                                verbose_name="news by mail",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "news",
                        "verbose_name_plural": "news",
                        "ordering": ["happened_at", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Outcome",
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
                                    ("resolution", "resolution"),
                                    ("bill", "bill"),
                                    ("vote", "vote"),
                                    ("access", "access"),
                                    ("other", "other act"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("happened_on", models.DateField(verbose_name="day")),
                        ("words", models.JSONField(default=dict, verbose_name="what happened")),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "draft"), ("published", "published")],
                                default="draft",
                                editable=False,
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("published_at", models.DateTimeField(editable=False, null=True, verbose_name="published")),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="outcomes",
                                to="campaigns.campaign",
                                verbose_name="campaign",
                            ),
                        ),
                        (
                            "demands",
                            models.ManyToManyField(
                                related_name="outcomes", to="campaigns.demand", verbose_name="demands"
                            ),
                        ),
                        (
                            "published_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="campaigns.source",
                                verbose_name="source",
                            ),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "outcome",
                        "verbose_name_plural": "outcomes",
                        "ordering": ["-happened_on", "-pk"],
                        "permissions": [("publish_outcome", "Can publish an outcome that another wrote")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "draft"),
                                    models.Q(
                                        ("published_at__isnull", False),
                                        ("published_by__isnull", False),
                                        models.Q(("published_by", models.F("written_by")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="outcome_published_by_another",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
