"""What the press officer works with: the press page, links for journalists, the list of signatories to copy."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.steps import step
from letters.rendering import plain_text
from statements import services
from statements.admin.releasing import PAGES, ReleasingAdmin
from statements.block import block_of
from statements.exceptions import StatementsError
from statements.models import CoSignature, Preview, Statement
from statements.press_forms import (
    ApprovalForm,
    ArrangeForm,
    CorrectionForm,
    ImageForm,
    PressTextForm,
    PreviewForm,
    QuoteForm,
)

State = Statement.State
PRESS = "statements.press_statement"
SIGNED = (State.OPEN, State.CLOSED, State.EMBARGOED, *Statement.PUBLIC_STATES)
FIELDS = ("title", "body", "notes", "contact")


class PressingAdmin(ReleasingAdmin):
    """Three pages at the statement, each with several small forms that say what they do in `do`."""

    pressing_actions = ["press", "previews", "signatories"]

    # --- The press page -----------------------------------------------------------------------------------------
    @step(gettext_lazy("Press page"), permission=PRESS, has_page=True)
    def press(self, request: HttpRequest, statement: Statement) -> HttpResponse:
        bound: dict[str, forms.Form] = {}
        status = 200
        if request.method == "POST":
            form, call = self._press_act(request, statement)
            done, status = self._tried(request, statement, "press", form, call)
            if done:
                return done
            if form is not None:
                bound[request.POST.get("do", "")] = form
        release = {row.language: row for row in statement.press_texts.all()}
        texts = []
        for code, name in settings.LANGUAGES:
            row = release.get(code)
            initial = {field: getattr(row, field) for field in FIELDS} if row else {}
            form = bound.get(f"text-{code}") or PressTextForm(initial=initial, prefix=code)
            texts.append({"code": code, "name": name, "form": form, "is_there": row is not None})
        context = {
            "texts": texts,
            "quotes": [
                {
                    "quote": row,
                    "form": None
                    if row.approved_at
                    else bound.get(f"approve-{row.pk}") or ApprovalForm(prefix=f"q{row.pk}"),
                }
                for row in statement.quotes.all()
            ],
            "quote_form": bound.get("quote") or QuoteForm(prefix="quote"),
            "images": statement.press_images.defer("data"),
            "image_form": bound.get("image") or ImageForm(prefix="image"),
            "public_page": reverse("statements:press", args=[statement.slug])
            if statement.is_public(timezone.now()) and release
            else "",
        }
        return self.step_page(request, statement, self.step("press"), PAGES + "press.html", context, status=status)

    def _press_act(
        self, request: HttpRequest, statement: Statement
    ) -> tuple[forms.Form | None, Callable[[dict[str, Any]], Any]]:
        """The form that was pressed, and what it does with its values."""
        who: dict[str, Any] = {"by": self.person(request), "now": timezone.now()}
        act, _dash, which = request.POST.get("do", "").partition("-")
        pk = int(which) if which.isdecimal() and len(which) < 19 else 0
        match act:
            case "text" if which in dict(settings.LANGUAGES):
                return PressTextForm(request.POST, prefix=which), lambda cleaned: services.write_press_text(
                    statement.pk, which, **cleaned, **who
                )
            case "quote":
                return QuoteForm(request.POST, prefix="quote"), lambda cleaned: services.add_quote(
                    statement.pk, **cleaned, **who
                )
            case "approve":
                return ApprovalForm(request.POST, prefix=f"q{pk}"), lambda cleaned: services.approve_quote(
                    statement.pk, pk, **cleaned, **who
                )
            case "unquote":
                return None, lambda cleaned: services.remove_quote(statement.pk, pk, **who)
            case "image":
                return ImageForm(request.POST, request.FILES, prefix="image"), lambda cleaned: services.add_image(
                    statement.pk, cleaned.pop("file").read(), **cleaned, **who
                )
            case "unimage":
                return None, lambda cleaned: services.remove_image(statement.pk, pk, **who)
        return None, _nothing_chosen

    # --- Links for journalists ----------------------------------------------------------------------------------
    @step(
        gettext_lazy("Preview links"),
        permission=PRESS,
        states=[State.EMBARGOED, *Statement.PUBLIC_STATES],
        has_page=True,
    )
    def previews(self, request: HttpRequest, statement: Statement) -> HttpResponse:
        bound: dict[str, forms.Form] = {}
        status = 200
        if request.method == "POST":
            who: dict[str, Any] = {"by": self.person(request), "now": timezone.now()}
            act, _dash, which = request.POST.get("do", "").partition("-")
            pk = int(which) if which.isdecimal() and len(which) < 19 else 0
            form: forms.Form | None = None
            call: Callable[[dict[str, Any]], Any] = _nothing_chosen
            if act == "give":
                form = bound["give"] = PreviewForm(request.POST, prefix="give")
                call = lambda cleaned: services.give_preview(statement.pk, **cleaned, **who)  # noqa: E731
            elif act == "revoke":
                call = lambda cleaned: services.revoke_preview(statement.pk, pk, **who)  # noqa: E731
            elif act == "correct":
                form = bound["correct"] = CorrectionForm(request.POST, prefix="correct")
                call = lambda cleaned: services.correct_press(statement.pk, **cleaned, **who)  # noqa: E731
            done, status = self._tried(request, statement, "previews", form, call)
            if done:
                return done
        now = timezone.now()
        previews = statement.previews.prefetch_related("views").select_related("created_by")
        context = {
            "previews": [_preview_line(row, now) for row in previews],
            "give_form": bound.get("give") or PreviewForm(prefix="give"),
            "correct_form": bound.get("correct") or CorrectionForm(prefix="correct"),
            "may_give": statement.state == State.EMBARGOED and not statement.is_lifted(now),
        }
        return self.step_page(
            request, statement, self.step("previews"), PAGES + "previews.html", context, status=status
        )

    # --- The list to copy ---------------------------------------------------------------------------------------
    @step(gettext_lazy("Signatories to copy"), permission=PRESS, states=SIGNED, has_page=True)
    def signatories(self, request: HttpRequest, statement: Statement) -> HttpResponse:
        version = statement.current_version
        rows: list[CoSignature] = []
        if version is not None:
            rows = list(statement.cosignatures.on(version).select_related("organization").defer("signer_name"))
        initial = {"order": statement.signature_order}
        form = ArrangeForm(initial=initial, rows=rows)
        status = 200
        if request.method == "POST":
            who: dict[str, Any] = {"by": self.person(request), "now": timezone.now()}
            if request.POST.get("do") == "resend":
                chosen = [
                    int(value) for value in request.POST.getlist("receipt") if value.isdecimal() and len(value) < 19
                ]
                count = services.send_receipts_again(statement.pk, chosen, **who)
                said = ngettext("%d receipt is on its way.", "%d receipts are on their way.", count) % count
                self.message_user(request, said)
                return redirect(request.path)
            form = ArrangeForm(request.POST, rows=rows)
            done, status = self._tried(
                request,
                statement,
                "signatories",
                form,
                lambda cleaned: services.arrange_signatories(
                    statement.pk, cleaned["order"], positions=form.positions, leads=form.leads, **who
                ),
            )
            if done:
                return done
        context = {"form": form, "lists": _lists(statement), "counts": _counts(statement), "rows": rows}
        if statement.embargo_until:
            context["clocks"] = self.clocks_of(statement)
        return self.step_page(
            request, statement, self.step("signatories"), PAGES + "signatories.html", context, status=status
        )

    def clocks_of(self, statement: Statement) -> list[tuple[str, str]]:
        """The end of the embargo where the coalition's newsrooms are."""
        return []

    # --- One way for all three ----------------------------------------------------------------------------------
    def _tried(
        self,
        request: HttpRequest,
        statement: Statement,
        name: str,
        form: forms.Form | None,
        call: Callable[[dict[str, Any]], Any],
    ) -> tuple[HttpResponse | None, int]:
        """Back to the page when it worked; else None and the status, with the sentence at the form."""
        if form is not None and not form.is_valid():
            return None, 422
        try:
            call(dict(form.cleaned_data) if form is not None else {})
        except StatementsError as exc:
            if form is None:
                return self.refuse(request, statement, str(exc)), 409
            form.add_error(None, str(exc))
            return None, 409
        self.message_user(request, _("Done."))
        return redirect(request.path), 200


def _nothing_chosen(cleaned: dict[str, Any]) -> None:
    raise StatementsError(_("Please choose what to do."))


def _preview_line(preview: Preview, now: Any) -> dict[str, Any]:
    views = list(preview.views.all())
    return {
        "preview": preview,
        "works": preview.works(now),
        "views": len(views),
        "last_view": views[0].at if views else None,
    }


def _lists(statement: Statement) -> list[dict[str, Any]]:
    """The block in each language of the text, as plain text."""
    version = statement.current_version
    if version is None:
        return []
    rows = sorted(version.translations.all(), key=lambda row: (row.status, row.language))
    found = []
    for row in rows:
        block = block_of(statement, version, row.language)
        with translation.override(row.language):
            heading = ngettext("%d organization", "%d organizations", block.count) % block.count
        text = f"{heading}\n\n{block.as_text()}" if block.count else ""
        found.append({"language": row.language, "text": text, "lines": min(24, text.count("\n") + 2)})
    return found


def _counts(statement: Statement) -> list[dict[str, Any]]:
    """How long the text is in each language: words between blanks, characters with and without blanks."""
    version = statement.current_version
    found = []
    for row in sorted(version.translations.all(), key=lambda row: (row.status, row.language)) if version else []:
        text = plain_text(row.body)
        found.append(
            {
                "language": row.language,
                "words": len(text.split()),
                "characters": len(text.replace("\n", "")),
                "without_blanks": len("".join(text.split())),
            }
        )
    return found
