"""The comment round as a delegate sees it: the draft paragraph by paragraph, and what one's organization proposed."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from campaigns.languages import in_language
from campaigns.models import Delegate
from letters.rendering import render_markdown
from statements import anchoring, difference, services
from statements.composing import DEMANDS
from statements.exceptions import StatementsError
from statements.forms import ProposedEditForm
from statements.models import ProposedEdit, Statement, Translation
from statements.views.sign_in import delegate_required

_NOTE = re.compile(r" {0,3}\[\^[^\]\s]+\]:")


@require_http_methods(["GET", "HEAD", "POST"])
@delegate_required
def comments(request: HttpRequest, delegations: list[Delegate], slug: str) -> HttpResponse:
    """Read the draft and propose edits; afterwards, what came of them."""
    statements = Statement.objects.prefetch_related("versions__translations")
    statement = statements.filter(slug=slug).first()
    organizations = {row.organization.slug: row for row in delegations}
    if statement is None:
        raise Http404
    edits = ProposedEdit.objects.filter(version__statement=statement, organization__slug__in=organizations)
    if statement.state != Statement.State.COMMENTS and not edits.exists():
        raise Http404
    text = _text(statement, request.GET.get("text")) if statement.state == Statement.State.COMMENTS else None
    form, refused_at, status = None, None, 200
    if request.method == "POST":
        form = ProposedEditForm(request.POST, delegations=delegations)
        status = 422
        if text is None:
            raise Http404
        if form.is_valid():
            refused_at = (form.cleaned_data["part"], form.cleaned_data["number"])
            try:
                _propose(statement, text, organizations[form.cleaned_data["organization"]], form)
            except StatementsError as exc:
                form.add_error(None, str(exc))
                status = 409
            else:
                page = reverse("statements:comments", args=[slug])
                anchor = f"{refused_at[0]}-{refused_at[1]}"
                return redirect(f"{page}?{urlencode({'text': text.language, 'proposed': '1'})}#{anchor}")
        else:
            refused_at = (request.POST.get("part"), _number(request.POST.get("number")))
    shown = [_shown(edit) for edit in edits.select_related("organization").order_by("language", "number", "pk")]
    context: dict[str, Any] = {
        "statement": statement,
        "text": text,
        "texts": statement.current_version.translations.all() if statement.current_version else [],
        "is_open": statement.accepts_comments(timezone.now()),
        "form": form,
        "edits": shown,
        "just_proposed": "proposed" in request.GET,
    }
    if text is not None:
        context["paragraphs"] = _paragraphs(text, shown, delegations, form, refused_at)
    if form is not None and not (
        context["is_open"] and any(row["is_refused"] for row in context.get("paragraphs", []))
    ):
        context["kept_words"] = form["wording"].value()
    return render(request, "statements/delegate/comments.html", context, status=status)


def _propose(statement: Statement, text: Translation, delegate: Delegate, form: ProposedEditForm) -> None:
    said = form.cleaned_data
    here = [place for place in anchoring.places(text) if (place.part, place.number) == (said["part"], said["number"])]
    shown = next((place.words for place in here if anchoring.mark(place.words) == said["mark"]), "")
    services.propose_edit(
        statement.pk,
        delegate=delegate,
        language=text.language,
        part=said["part"],
        number=said["number"],
        original=shown,
        wording=said["wording"],
        comment=said["comment"],
        now=timezone.now(),
    )


def _paragraphs(
    text: Translation, edits: list[dict[str, Any]], delegations: list[Delegate], refused: Any, refused_at: Any
) -> list[dict[str, Any]]:
    """Each paragraph with a form of its own, and what one's organization proposed for it already."""
    rows = []
    for place in anchoring.places(text):
        if DEMANDS.fullmatch(place.words):
            continue  # the demands are shown one by one
        initial = {"part": place.part, "number": place.number, "mark": anchoring.mark(place.words)}
        is_refused = refused is not None and refused_at == (place.part, place.number)
        form = ProposedEditForm(
            initial=initial | {"wording": place.words},
            delegations=delegations,
            auto_id=f"{place.part}-{place.number}-%s",
        )
        if is_refused:
            form = refused.for_paragraph(initial, auto_id=f"{place.part}-{place.number}-%s")
        rows.append(
            {
                "place": place,
                "html": "" if place.part == "title" or _NOTE.match(place.words) else render_markdown(place.words),
                "form": form,
                "is_refused": is_refused,
                "edits": [row for row in edits if _belongs(row["edit"], text, place)],
            }
        )
    return rows


def _belongs(edit: ProposedEdit, text: Translation, place: anchoring.Place) -> bool:
    if (edit.version_id, edit.language, edit.part) != (text.version_id, text.language, place.part):
        return False
    return edit.state == ProposedEdit.State.OPEN and anchoring.find(text, edit.part, edit.number, edit.original) in (
        place,
        anchoring.loosely(place),
    )


def _shown(edit: ProposedEdit) -> dict[str, Any]:
    return {"edit": edit, "pieces": difference.words(edit.original, edit.wording)}


def _text(statement: Statement, language: str | None) -> Translation:
    """The draft in the language asked for, else in the page's."""
    version = statement.current_version
    rows = [row for row in version.translations.all() if row.progress != "missing"] if version else []
    text = next((row for row in rows if row.language == language), None) or in_language(rows)
    if text is None:
        raise Http404
    return text


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 6 else 0
