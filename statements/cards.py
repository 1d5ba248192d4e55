"""Public statements as lines of a list: one query, whatever their number and languages."""

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from campaigns.languages import in_language
from statements.models import CoSignature, ReportedSignatory, Statement, Translation, Version


def statement_cards(statements: QuerySet[Statement]) -> list[Translation]:
    """The text of each statement's newest version in the page's language, newest statement first.

    Each knows its `version.statement` and `signatory_count`: who co-signed here, or was reported to have signed
    elsewhere. The body is not loaded.
    """
    newest = Version.objects.filter(statement=OuterRef("version__statement")).order_by("-number").values("pk")[:1]
    # What stands under a statement stands under its newest locked version, see services.reconsent.
    cosigned = _count(CoSignature.objects.counted().filter(statement=OuterRef("version__statement")), "statement")
    reported = _count(ReportedSignatory.objects.filter(statement=OuterRef("version__statement")), "statement")
    rows = (
        Translation.objects.filter(version__statement__in=statements, version=Subquery(newest))
        .select_related("version__statement")
        .defer("body")
        .annotate(signatory_count=cosigned + reported)
        .order_by("-version__statement__dated_on", "-version__statement_id")
    )
    by_statement: dict[int, list[Translation]] = {}
    for row in rows:
        by_statement.setdefault(row.version.statement_id, []).append(row)
    return [text for texts in by_statement.values() if (text := in_language(texts))]


def _count(rows: QuerySet, group: str) -> Coalesce:
    counted = rows.order_by().values(group).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
