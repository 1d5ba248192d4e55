"""What everybody may read of a statement."""

from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaigns.languages import in_language
from letters.ledger import public_letters
from privacy.public import public_page
from statements import difference
from statements.canonical import canonical_text, courtesy_text
from statements.cards import statement_cards
from statements.models import CoSignature, Statement, Translation, Version
from statements.rendering import statement_pdf


@public_page
@require_safe
def statement_list(request: HttpRequest) -> HttpResponse:
    return render(
        request, "statements/statement_list.html", {"statements": statement_cards(Statement.objects.public())}
    )


@public_page
@require_safe
def statement_detail(request: HttpRequest, slug: str) -> HttpResponse:
    statement = _public_statement(slug)
    version = statement.current_version
    if version is None:
        raise Http404
    language = get_language() or "en"
    cosignatures, reported = statement.cosignatures.on(version), statement.reported_signatories.all()
    shown = [] if statement.is_elsewhere else list(cosignatures.shown().select_related("organization"))
    context = {
        "statement": statement,
        "version": version,
        "text": version.text,
        # not "languages": that is the page in its other languages, which the head and the header list
        "translations": sorted(version.translations.all(), key=lambda row: (row.status, row.language)),
        "signed_count": (reported if statement.is_elsewhere else cosignatures).count(),
        "signatories": [{"cosignature": row, "name": row.name_in(language)} for row in shown],
        "reported": list(reported.shown().select_related("organization", "source")) if statement.is_elsewhere else [],
        "letters": public_letters().filter(text_digest=version.digest).order_by(F("office")) if version.digest else [],
    }
    return render(request, "statements/statement_detail.html", context)


@public_page
@require_safe
def statement_pdf_file(request: HttpRequest, slug: str) -> HttpResponse:
    statement = _public_statement(slug)
    version = statement.current_version
    if version is None or not version.digest:
        raise Http404
    pdf = statement_pdf(statement, version, get_language() or "en")
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{statement.slug}.pdf"'},
    )


@public_page
@require_safe
def version_detail(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What a version changed, word by word, against the one that was open for co-signing before it."""
    statement = _public_statement(slug)
    versions = {row.number: row for row in statement.versions.all() if row.digest}
    version, before = versions.get(number), versions.get(number - 1)
    if version is None or before is None or not version.change:
        raise Http404
    context = {
        "statement": statement,
        "version": version,
        "before": before,
        "text": version.text,
        "differences": difference.versions(before, version),
        "is_current": version.pk == max(versions.values(), key=lambda row: row.number).pk,
    }
    return render(request, "statements/version_detail.html", context)


@public_page
@require_safe
def digest_detail(request: HttpRequest, digest: str) -> HttpResponse:
    """What a digest stands for, and whether it is the current text."""
    version, courtesy = _behind(digest)
    current = max((row for row in version.statement.versions.all() if row.digest), key=lambda row: row.number)
    context = {
        "digest": digest,
        "version": version,
        "statement": version.statement,
        "text": courtesy or in_language(version.translations.all()),
        "courtesy": courtesy,
        "is_current": current.pk == version.pk,
        "current": current,
        "signed": CoSignature.objects.on(version).filter(statement=version.statement).count(),
    }
    return render(request, "statements/digest_detail.html", context)


@public_page
@require_safe
def digest_text(request: HttpRequest, digest: str) -> HttpResponse:
    """The canonical text as a file whose `sha256sum` is the digest."""
    version, courtesy = _behind(digest)
    reference, texts = version.statement.reference, version.translations.all()
    text = (
        courtesy_text(reference, version.number, courtesy)
        if courtesy
        else canonical_text(reference, version.number, texts, version.form)
    )
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _public_statement(slug: str) -> Statement:
    statements = Statement.objects.public().select_related("campaign")
    return get_object_or_404(statements.prefetch_related("versions__translations", "campaign__texts"), slug=slug)


def _behind(digest: str) -> tuple[Version, Translation | None]:
    """The public version with this digest, and the courtesy translation where the digest is of one. Raises Http404."""
    public = Version.objects.filter(statement__state__in=Statement.PUBLIC_STATES).exclude(digest="")
    is_its = Q(digest=digest) | Q(translations__digest=digest, translations__status=Translation.Status.COURTESY)
    versions = public.select_related("statement").prefetch_related("translations", "statement__versions__translations")
    version = versions.filter(is_its).distinct().first()
    if version is None:
        raise Http404
    return version, next((row for row in version.translations.all() if row.digest == digest), None)
