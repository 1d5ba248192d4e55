"""The part of the statement's page about its words: check and lock, comments, reading over, preview, two at once."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.admin.utils import unquote
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.stateful_admin import StatefulAdmin
from accounts.steps import Step, step
from campaigns.languages import in_language
from statements import anchoring, difference, merging, services
from statements.admin_forms import (
    ChangeForm,
    CommentsForm,
    CourtesyForm,
    DecisionForm,
    LockForm,
    ReviewForm,
    TranslationForm,
)
from statements.checking import check_version, language_name
from statements.composing import put_notes
from statements.exceptions import LockRefused, StatementsError
from statements.models import ProposedEdit, Statement

State = Statement.State
WRITTEN = (State.DRAFT, State.COMMENTS)
PAGES = "admin/statements/statement/"


class WritingAdmin(StatefulAdmin):
    # --- Locking ----------------------------------------------------------------------------------------------
    @step(
        gettext_lazy("Check and lock"),
        permission="statements.lock_statement",
        states=[State.DRAFT],
        has_page=True,
        tone="main",
    )
    def lock(self, request: HttpRequest, statement: Statement) -> Any:
        """What the check finds, each with its place; then the lock, with a reason where it warns."""
        form = LockForm(request.POST if request.method == "POST" else None)
        refusal, status = "", 200
        if request.method == "POST" and form.is_valid():
            try:
                locked = services.lock_version(
                    statement.pk, by=self.person(request), now=timezone.now(), reason=form.cleaned_data["reason"]
                )
            except LockRefused as exc:
                refusal, status = str(exc), 409
            else:
                return _("Locked. Its digest begins with %s.") % locked.digest[:12]
        version = statement.current_version
        findings = check_version(version) if version else []
        context = {
            "form": form,
            "refusal": refusal,
            "blocking": [finding for finding in findings if finding.is_blocking],
            "warnings": [finding for finding in findings if not finding.is_blocking],
            "version": version,
        }
        return self._wording_page(
            request, statement, "lock", "lock.html", context, status=422 if form.errors else status
        )

    @step(gettext_lazy("New version"), permission="statements.lock_statement", states=[State.LOCKED])
    def new_version(self, request: HttpRequest, statement: Statement) -> str:
        version = services.new_version(statement.pk, by=self.person(request), now=timezone.now())
        return _("Version %d begins as a copy of the one before. Write below.") % version.number

    @step(
        gettext_lazy("Change the text"),
        permission="statements.lock_statement",
        states=[State.OPEN],
        form=ChangeForm,
        explains=gettext_lazy(
            "Organizations were asked to sign this version. A new one begins as its copy, and nobody can sign until it "
            "is locked and opened again. Then those who signed are told of an editorial change, and asked again after "
            "a material one: until they sign anew they are not listed under it."
        ),
        button=gettext_lazy("Begin the new version"),
        tone="stop",
    )
    def change_text(self, request: HttpRequest, statement: Statement, change: str, reason: str) -> str:
        version = services.new_version(
            statement.pk, by=self.person(request), now=timezone.now(), change=change, reason=reason
        )
        return _("Version %d begins as a copy of the one before. Write below.") % version.number

    # --- Languages --------------------------------------------------------------------------------------------
    def progress(self, statement: Statement) -> list[dict[str, Any]]:
        """How far each language is: missing, draft or reviewed, by whom and when."""
        version = statement.current_version
        rows = {row.language: row for row in version.translations.select_related("reviewed_by")} if version else {}
        found = []
        for code in dict.fromkeys([*statement.languages, *rows]):
            row = rows.get(code)
            state = row.progress if row else "missing"
            found.append({"language": code, "name": language_name(code), "state": state, "row": row})
        return found

    @step(
        gettext_lazy("Mark as read over"),
        permission="statements.change_statement",
        states=WRITTEN,
        form=ReviewForm,
        explains=gettext_lazy(
            "You have read this language word by word, beside the authoritative text. Whoever wrote it last cannot do "
            "this; when somebody changes the text, it has to be read over again."
        ),
    )
    def review(self, request: HttpRequest, statement: Statement, language: str) -> str:
        services.mark_reviewed(statement.pk, language, by=self.person(request), now=timezone.now())
        return _("Noted: %s is read over.") % language_name(language)

    @step(
        gettext_lazy("Courtesy translation"),
        permission="statements.change_statement",
        states=[state for state in State if state not in WRITTEN],
        form=CourtesyForm,
        explains=gettext_lazy(
            "It helps to read the text, has a digest of its own, and asks nobody again. One that is there already in "
            "the language is replaced."
        ),
        button=gettext_lazy("Save"),
    )
    def courtesy(
        self, request: HttpRequest, statement: Statement, language: str, title: str, body: str, demands: list[str]
    ) -> str:
        services.save_courtesy(
            statement.pk,
            language,
            title=title,
            body=body,
            demands=demands,
            by=self.person(request),
            now=timezone.now(),
        )
        return _("Saved: %s, as a courtesy translation.") % language_name(language)

    # --- Comments ---------------------------------------------------------------------------------------------
    @step(
        gettext_lazy("Open for comments"),
        permission="statements.change_statement",
        states=[State.DRAFT],
        form=CommentsForm,
        explains=gettext_lazy(
            "The delegates of all member organizations get a mail, read the draft, and propose other wordings for its "
            "paragraphs until the moment you set. You decide about each proposal."
        ),
    )
    def open_comments(self, request: HttpRequest, statement: Statement, until: Any) -> str:
        moment = until.replace(tzinfo=ZoneInfo(statement.time_zone))
        services.open_comments(statement.pk, until=moment, by=self.person(request), now=timezone.now())
        return _("Open for comments. The delegates are written to.")

    def comments_sentence(self, statement: Statement) -> str:
        until = statement.comments_until
        if until is None or until <= timezone.now():
            return _(
                "The comment round is over. Decide about what is left, then end it: everybody hears what came of it."
            )
        when = date_format(until.astimezone(ZoneInfo(statement.time_zone)), "l, j F Y, H:i")
        return _("Delegates can comment until %(when)s (%(zone)s).") % {"when": when, "zone": statement.time_zone}

    @step(
        gettext_lazy("Proposals"), permission="statements.change_statement", states=WRITTEN, has_page=True, tone="main"
    )
    def proposals(self, request: HttpRequest, statement: Statement) -> Any:
        """All proposals by paragraph. One press accepts or declines one of them."""
        refusal, refused, status = "", None, 200
        if request.method == "POST":
            form = DecisionForm(request.POST)
            edit = self._edit(request, statement)
            status, refused = 422, (edit.pk, form)
            if form.is_valid():
                try:
                    return self._decide(request, statement, edit, form)
                except StatementsError as exc:
                    refusal, status = str(exc), 409
        context = {
            "groups": _by_paragraph(statement, refused),
            "refusal": refusal,
            "state_is_comments": statement.state == State.COMMENTS,
        }
        return self._wording_page(request, statement, "proposals", "proposals.html", context, status=status)

    def _edit(self, request: HttpRequest, statement: Statement) -> ProposedEdit:
        number = request.POST.get("edit", "")
        edits = ProposedEdit.objects.filter(version__statement=statement)
        edit = edits.filter(pk=number).first() if number.isascii() and number.isdigit() and len(number) < 19 else None
        if edit is None:
            raise Http404
        return edit

    def _decide(self, request: HttpRequest, statement: Statement, edit: ProposedEdit, form: DecisionForm) -> Any:
        said, now = form.cleaned_data, timezone.now()
        if "decline" in request.POST:
            services.decline_edit(edit.pk, reason=said["reason"], by=self.person(request), now=now)
            sentence = _("Declined.")
        else:
            by = self.person(request)
            services.accept_edit(edit.pk, wording=said["wording"], reason=said["reason"], by=by, now=now)
            sentence = _("Accepted: the draft has the new wording.")
        left = ProposedEdit.objects.open().filter(version__statement=statement).exists()
        self.message_user(request, sentence)
        there = reverse("admin:statements_statement_actions", args=[statement.pk, "proposals"])
        return HttpResponse(status=302, headers={"Location": there if left else self.object_url(statement)})

    @step(
        gettext_lazy("End the comment round"),
        permission="statements.change_statement",
        states=[State.COMMENTS],
        tone="stop",
    )
    def end_comments(self, request: HttpRequest, statement: Statement) -> str:
        services.end_comments(statement.pk, by=self.person(request), now=timezone.now())
        return _("Ended. Everybody who proposed something hears what came of it.")

    # --- Preview ----------------------------------------------------------------------------------------------
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_safe(self.preview_view))
        return [path("<int:statement_id>/preview/", view, name="statements_statement_preview"), *super().get_urls()]

    def preview_urls(self, statement: Statement) -> list[tuple[str, str]]:
        """(language, where it is shown)"""
        version = statement.current_version
        there = reverse("admin:statements_statement_preview", args=[statement.pk])
        rows = version.translations.all() if version else ()
        return [(language_name(row.language), f"{there}?language={row.language}") for row in rows]

    def preview_view(self, request: HttpRequest, statement_id: int) -> HttpResponse:
        """The newest version as the public page will show it, in one of its languages."""
        statement = self.get_object(request, str(statement_id))
        version = statement.current_version if statement else None
        if statement is None or version is None or not self.has_view_permission(request, statement):
            raise Http404
        rows = list(version.translations.all())
        wanted = request.GET.get("language", "")
        text = next((row for row in rows if row.language == wanted), None) or in_language(rows)
        if text is None:
            raise Http404
        if not version.digest:
            put_notes([text])
        site = text.language if translation.check_for_language(text.language) else get_language()
        with translation.override(site):
            context = {
                "statement": statement,
                "version": version,
                "text": text,
                "translations": sorted(rows, key=lambda row: (row.status, row.language)),
                "signed_count": 0,
                "signatories": [],
                "reported": [],
                "letters": [],
                "is_preview": True,
            }
            return render(request, "statements/preview.html", context)

    # --- Two editors at once ----------------------------------------------------------------------------------
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A form that was opened before somebody else saved is merged field by field, or shown with both wordings."""
        shown = request.POST.get("_revision")
        if request.method != "POST" or object_id is None or shown is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            statement = self.get_object(request, unquote(object_id))
            moved_on = statement is None or statement.state != request.POST.get("_state", statement.state)
            if not moved_on and revision_of(statement) != shown and self.has_change_permission(request, statement):
                posted: Any = request
                merged, both = merging.merge(request.POST, self._stored_forms(request, statement))
                if merged is None:
                    return self._moved_on(request, statement)
                merged["_revision"] = revision_of(statement)
                if both:
                    return self._both_wordings(request, statement, merged, both)
                posted.POST = merged
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _stored_forms(self, request: HttpRequest, statement: Statement) -> list[Any] | None:
        """Unbound forms of what is stored, under the names that this post has for them; None when a row is gone."""
        found: list[Any] = [self.get_form(request, statement, change=True)(instance=statement)]
        rows = {str(row.pk): row for version in statement.versions.all() for row in version.translations.all()}
        current = statement.current_version
        for key in request.POST:
            value = request.POST.get(key)
            if key.startswith("translations-") and key.endswith("-id") and value:
                row = rows.get(value)
                if row is None or current is None or row.version_id != current.pk:
                    return None
                found.append(TranslationForm(instance=row, prefix=key.removesuffix("-id")))
        return found

    def _both_wordings(
        self, request: HttpRequest, statement: Statement, merged: Any, both: list[merging.Both]
    ) -> HttpResponse:
        shown = {row.name for row in both} | {"csrfmiddlewaretoken"}
        context = {
            "both": [{"row": row, "pieces": difference.words(row.stored, row.yours)} for row in both],
            "kept": [(name, value) for name, values in merged.lists() if name not in shown for value in values],
            "action": self.object_url(statement),
        }
        return self.step_page(
            request, statement, Step(_("Two at once"), ""), PAGES + "both_wordings.html", context, status=409
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        statement = kwargs.get("obj")
        if statement is not None and statement.state in WRITTEN:
            forms = [context["adminform"].form]
            forms += [form for inline in context["inline_admin_formsets"] for form in inline.formset.forms]
            context |= {"revision": revision_of(statement), "base": merging.marks(forms)}
        return super().render_change_form(request, context, *args, **kwargs)

    def _wording_page(
        self,
        request: HttpRequest,
        statement: Statement,
        name: str,
        template: str,
        context: dict[str, Any],
        *,
        status: int,
    ) -> HttpResponse:
        return self.step_page(request, statement, self.step(name), PAGES + template, context, status=status)


def has_proposals(statement: Statement) -> bool:
    return ProposedEdit.objects.filter(version__statement=statement).exists()


def revision_of(statement: Statement) -> str:
    """Which state of the words a form was made from: the number of the version, and how often it was changed."""
    version = statement.current_version
    return f"{version.number}.{version.revision}" if version else "0"


def _by_paragraph(statement: Statement, refused: tuple[int, DecisionForm] | None) -> list[dict[str, Any]]:
    """The proposals for each paragraph, what waits first, with the paragraph as it stands now."""
    version = statement.current_version
    texts = {row.language: row for row in version.translations.all()} if version else {}
    edits = ProposedEdit.objects.filter(version__statement=statement).select_related(
        "organization", "decided_by", "version"
    )
    groups: dict[tuple[str, str, str], dict[str, Any]] = {}
    for edit in edits.order_by("language", "part", "number", "pk"):
        text = texts.get(edit.language) if version and edit.version_id == version.pk else None
        place = anchoring.find(text, edit.part, edit.number, edit.original) if text else None
        form = DecisionForm(initial={"wording": edit.wording}, auto_id=f"edit{edit.pk}-%s", label_suffix="")
        if refused and refused[0] == edit.pk:
            form = refused[1]
            form.auto_id = f"edit{edit.pk}-%s"
        group = groups.setdefault(
            (edit.language, edit.part, edit.original),
            {"language": edit.language, "name": language_name(edit.language), "part": edit.get_part_display(),
             "number": edit.number, "original": edit.original, "place": place, "rows": []},
        )  # fmt: skip
        group["rows"].append({"edit": edit, "form": form, "pieces": difference.words(edit.original, edit.wording)})
    found = list(groups.values())
    for group in found:
        group["waits"] = any(row["edit"].state == ProposedEdit.State.OPEN for row in group["rows"])
    return sorted(found, key=lambda group: not group["waits"])
