"""One statement from its draft to the letters that carry it."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.stateful_admin import LanguageInline
from accounts.steps import WhyForm, step
from campaigns.models import Campaign
from letters.exceptions import LettersError
from letters.rendering import render_markdown
from statements import services
from statements.admin.people import PEOPLE_STEPS, PeopleAdmin
from statements.admin.publishing import PublishingAdmin
from statements.admin.submitting import SubmittingAdmin
from statements.admin.wording import WritingAdmin, has_proposals
from statements.admin_forms import CurrentTextsFormSet, InviteForm, StatementForm, TranslationForm
from statements.checking import language_name
from statements.exceptions import StatementsError
from statements.models import Statement, Translation, Version

State = Statement.State
WRITTEN = (State.DRAFT, State.COMMENTS)


class TranslationInline(LanguageInline):
    """The texts of the newest version, as if they hung on the statement itself; see CurrentTextsFormSet."""

    model = Translation
    form = TranslationForm
    formset = CurrentTextsFormSet
    parent_link = "version"

    def __init__(self, parent_model: Any, admin_site: Any):
        super().__init__(Version, admin_site)

    def rows_of(self, obj: Any) -> Any:
        version = obj.current_version if isinstance(obj, Statement) and obj.pk else None
        return version.translations.all() if version else ()


@admin.register(Statement)
class StatementAdmin(WritingAdmin, PeopleAdmin, SubmittingAdmin, PublishingAdmin):
    form = StatementForm
    refusals = (StatementsError, LettersError)
    change_actions = [
        "lock",
        "review",
        "open_comments",
        "proposals",
        "end_comments",
        "new_version",
        "change_text",
        "courtesy",
        "open",
        "invite",
        *PEOPLE_STEPS,
        "close",
        "publish",
        *PublishingAdmin.publishing_actions,
        "ask_for_release",
        "submit_to_body",
        "hide_names",
        "show_names",
    ]
    list_display = ["__str__", "kind", "state", "signed", "deadline", "author"]
    list_filter = ["state", "kind"]
    search_fields = ["slug", "reference", "versions__translations__title"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        statements = super().get_queryset(request).select_related("author")
        match = request.resolver_match
        if match and match.url_name == "statements_statement_changelist":
            statements = statements.annotate(
                asked=Count("invitations", distinct=True),
                signed_count=Count(
                    "cosignatures",
                    filter=Q(cosignatures__withdrawn_at=None, cosignatures__superseded_at=None)
                    & Q(cosignatures__confirmed_at__isnull=False),
                    distinct=True,
                ),
            )
        return statements.prefetch_related("versions__translations")

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Boxes to write in until the text is locked; after that it is read below."""
        return [TranslationInline] if _is_written(obj) and self.has_change_permission(request) else []

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        in_languages = "languages" if _is_written(obj) else "appears_in"
        main = ["campaign", "kind", "reference", "slug", ("dated_on", "place"), in_languages]
        sets = [
            (None, {"fields": main if obj is None else [*main, "author"]}),
            (
                gettext_lazy("Co-signing"),
                {"fields": ["deadline", "late_until", "time_zone", "bars_confidential", "topics"]},
            ),
        ]
        if obj is None or obj.state in WRITTEN or obj.is_elsewhere:
            elsewhere = {"fields": ["is_elsewhere", "elsewhere_url"], "classes": ["collapse"]}
            sets.append((gettext_lazy("Published elsewhere"), elsewhere))
        return sets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The reference is part of what is signed, and the address of what is linked."""
        if _is_written(obj):
            return ["author"]
        fixed = [
            "author",
            "campaign",
            "kind",
            "reference",
            "slug",
            "dated_on",
            "place",
            "languages",  # the form declares this field and keeps it, shown or not
            "appears_in",
            "is_elsewhere",
            "elsewhere_url",
        ]
        if obj.state in {State.LOCKED, State.OPEN}:
            return fixed
        return [*fixed, "deadline", "late_until", "time_zone", "bars_confidential", "topics"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        today = timezone.localdate()
        number = Statement.objects.filter(reference__startswith=f"S/{today.year}/").count() + 1
        return {
            "reference": f"S/{today.year}/{number}",
            "dated_on": today,
            **super().get_changeform_initial_data(request),
        }

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "campaign":
            kwargs["queryset"] = Campaign.objects.prefetch_related("texts")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.author = self.person(request)
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if isinstance(formset, CurrentTextsFormSet) and formset.instance.pk is None:  # the first version
            formset.instance.statement = form.instance
            formset.instance.save()
        formset.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            services.note_writer(form.instance.pk, by=self.person(request), languages=_changed_languages(formsets))

    @admin.display(description=gettext_lazy("signed"))
    def signed(self, statement: Any) -> str:
        if not statement.asked:
            return "–"
        return _("%(signed)d of %(asked)d") % {"signed": statement.signed_count, "asked": statement.asked}

    # --- What stands on the page ----------------------------------------------------------------------------
    @admin.display(description=gettext_lazy("languages it appears in"))
    def appears_in(self, statement: Statement) -> str:
        return ", ".join(language_name(code) for code in statement.languages)

    def public_url(self, statement: Statement) -> str:
        return reverse("statements:detail", args=[statement.slug]) if statement.is_public(timezone.now()) else ""

    def next_step(self, request: HttpRequest, statement: Statement) -> str:
        if statement.state == State.COMMENTS:
            return self.comments_sentence(statement)
        if statement.state == State.DRAFT:
            return _("When every language is ready, lock the text: organizations sign exactly these words.")
        if statement.state == State.LOCKED and statement.deadline is None:
            return _("The words are fixed. Set the deadline for co-signing below and save; then open it.")
        if statement.state == State.LOCKED:
            return _("The words are fixed. Open it for co-signing, or begin a new version while nobody has signed.")
        if statement.state == State.OPEN:
            return self._open_sentence(statement)
        if statement.state == State.CLOSED and statement.was_written_by(self.person(request).pk):
            return _("You wrote it, so somebody else publishes it.")
        if statement.state == State.CLOSED:
            return _("Nobody signs any more. Read it once again, then publish it, at once or under embargo.")
        if statement.state == State.EMBARGOED:
            return _("It becomes public by itself at the end of the embargo. Journalists get links of their own.")
        if statement.state in Statement.STANDING_STATES and not statement.is_elsewhere:
            return _("It is public. Letters carry it to the offices; a second person releases them.")
        return ""

    def _open_sentence(self, statement: Statement) -> str:
        if not statement.accepts_cosignatures(timezone.now()):
            return _("The deadline has passed and nobody can sign. Close co-signing, or set a later deadline.")
        deadline = statement.deadline
        if deadline is None:
            return _("Organizations can sign.")
        local = deadline.astimezone(ZoneInfo(statement.time_zone))
        when = f"{date_format(local, 'l')}, {date_format(local, 'DATETIME_FORMAT')}"
        return _("Organizations can sign until %(when)s (%(zone)s).") % {"when": when, "zone": statement.time_zone}

    def panels(self, request: HttpRequest, statement: Statement) -> dict[str, Any]:
        version = statement.current_version
        rows = sorted(version.translations.all(), key=lambda row: (row.status, row.language)) if version else []
        context: dict[str, Any] = {
            "texts": [
                {
                    "language": row.language,
                    "label": row.get_status_display(),
                    "title": row.title,
                    "summary": row.summary,
                    "html": render_markdown(row.whole, heading_offset=2, footnote_prefix=f"{row.language}-"),
                }
                for row in rows
            ],
            "texts_title": _("Version %d, as it will be read") % version.number if version else "",
            "version": version,
            "progress": self.progress(statement) if version and statement.state in WRITTEN else [],
            "preview_urls": self.preview_urls(statement) if version else [],
            "earlier": [row for row in statement.versions.all() if version and row.pk != version.pk],
            "releases": self.releases(request, statement),
            **self.publishing_panels(statement),
        }
        if request.user.has_perm("statements.view_invitation") or request.user.has_perm("statements.view_cosignature"):
            url = f"{reverse('admin:statements_invitation_changelist')}?statement={statement.pk}"
            context["ledger"] = self.ledger_of(statement) | {"url": url}
        if request.user.has_perm("statements.answer_question"):
            context["questions"] = self.questions_of(statement)
        return context

    # --- Steps ------------------------------------------------------------------------------------------------
    def offers(self, request: HttpRequest, statement: Statement, name: str) -> bool:
        if name in {"hide_names", "show_names"}:
            return statement.state not in {*WRITTEN, State.LOCKED} and statement.names_hidden == (name == "show_names")
        if statement.is_elsewhere:
            return False
        if name == "proposals":
            return has_proposals(statement)
        if name in PEOPLE_STEPS:
            return self.offers_people(statement, name)
        if name in self.publishing_actions:
            return self.offers_publishing(request, statement, name)
        return name != "publish" or not statement.was_written_by(self.person(request).pk)

    @step(
        gettext_lazy("Open for co-signing"), permission="statements.lock_statement", states=[State.LOCKED], tone="main"
    )
    def open(self, request: HttpRequest, statement: Statement) -> str:
        services.open_for_cosigning(statement.pk, by=self.person(request), now=timezone.now())
        return _("Open. Now invite organizations.")

    @step(
        gettext_lazy("Invite organizations"),
        permission="statements.invite_statement",
        states=[State.OPEN],
        has_page=True,
        tone="main",
    )
    def invite(self, request: HttpRequest, statement: Statement) -> Any:
        form = InviteForm(request.POST if request.method == "POST" else None, statement=statement)
        status = 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                try:
                    new = services.invite_organizations(
                        statement.pk, form.cleaned_data["organizations"], by=self.person(request), now=timezone.now()
                    )
                except StatementsError as exc:
                    form.add_error(None, str(exc))
                    status = 409
                else:
                    return ngettext("%d organization invited.", "%d organizations invited.", len(new)) % len(new)
        return self._invite_page(request, statement, form, status)

    def _invite_page(self, request: HttpRequest, statement: Statement, form: InviteForm, status: int) -> HttpResponse:
        template = "admin/statements/statement/invite.html"
        return self.step_page(request, statement, self.step("invite"), template, {"form": form}, status=status)

    @step(gettext_lazy("Close co-signing"), permission="statements.lock_statement", states=[State.OPEN], tone="stop")
    def close(self, request: HttpRequest, statement: Statement) -> str:
        services.close_cosigning(statement.pk, by=self.person(request), now=timezone.now())
        return _("Closed. Somebody other than the author now publishes it.")

    @step(gettext_lazy("Publish"), permission="statements.publish_statement", states=[State.CLOSED], tone="main")
    def publish(self, request: HttpRequest, statement: Statement) -> str:
        services.publish_statement(statement.pk, by=self.person(request), now=timezone.now())
        return _("Published. Its page is public now.")

    @step(
        gettext_lazy("Hide all names"),
        permission="statements.hide_names_statement",
        form=WhyForm,
        explains=gettext_lazy(
            "No organization under this text is shown to anybody outside any more, within seconds: not on its page, in "
            "its PDF, on the pages of the organizations or to other delegates. The count stays, and so do the "
            "receipts. You can show the names again later."
        ),
        tone="stop",
    )
    def hide_names(self, request: HttpRequest, statement: Statement, reason: str) -> str:
        services.hide_names(statement.pk, by=self.person(request), reason=reason, now=timezone.now())
        said = _("The names are hidden. Copies that others made before are out of our reach.")
        if waiting := services.letters_that_wait(statement):
            said += (
                " "
                + ngettext(
                    "%d release of letters with these names is not stopped: stop it if they must not leave.",
                    "%d releases of letters with these names are not stopped: stop them if they must not leave.",
                    waiting,
                )
                % waiting
            )
        return said

    @step(
        gettext_lazy("Show the names again"),
        permission="statements.hide_names_statement",
        form=WhyForm,
        explains=gettext_lazy("The organizations under this text are public again, within seconds."),
    )
    def show_names(self, request: HttpRequest, statement: Statement, reason: str) -> str:
        services.show_names(statement.pk, by=self.person(request), reason=reason, now=timezone.now())
        return _("The names are shown again.")


def _changed_languages(formsets: Any) -> list[str]:
    """The languages whose words were changed, or that were added."""
    rows = [row for formset in formsets for row in formset.forms if row.has_changed() and row.instance.pk]
    return [row.instance.language for row in rows if isinstance(row.instance, Translation)]


def _is_written(statement: Statement | None) -> bool:
    return statement is None or statement.state in WRITTEN
