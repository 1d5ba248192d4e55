"""One text that an organization was asked to sign, and the delegate who looks at it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from campaigns.models import Delegate, Organization
from statements.models import Invitation, Statement, Version
from statements.views.sign_in import delegate_required


@dataclass(frozen=True)
class Asked:
    """One text, the organization that was asked to sign it, and the delegation of the person who looks."""

    invitation: Invitation
    delegation: Delegate

    @property
    def statement(self) -> Statement:
        return self.invitation.statement

    @property
    def organization(self) -> Organization:
        return self.delegation.organization

    @property
    def version(self) -> Version:
        """The newest version, locked. Raises Http404 before there is one."""
        version = self.statement.signable_version
        if version is None:
            raise Http404
        return version

    def url(self, name: str, **query: str) -> str:
        """A page about this text on which the organization stays the same."""
        path = reverse(f"statements:{name}", args=[self.statement.slug])
        return f"{path}?{urlencode({'organization': self.organization.slug} | query)}"


def asked_delegate_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in delegates of an organization that was asked to sign this text; 404 for all others.

    `?organization=<slug>` says for whom they look. Where they may look for several and it is
    missing, they choose: nobody binds an organization by chance.
    """

    @wraps(view)
    @delegate_required
    def checked(request: HttpRequest, delegations: list[Delegate], slug: str) -> HttpResponse:
        asked = _asked(delegations, slug, request.GET.get("organization"))
        if not asked:
            raise Http404
        if len(asked) > 1:
            context = {
                "statement": asked[0].statement,
                "choices": [{"asked": row, "url": row.url("cosign")} for row in asked],
            }
            status = 409 if request.method == "POST" else 200
            return render(request, "statements/delegate/choose.html", context, status=status)
        return view(request, asked[0])

    return checked


def _asked(delegations: Iterable[Delegate], slug: str, organization: str | None) -> list[Asked]:
    """For whom of `delegations` this text waits or waited; only for `organization` where that is given."""
    chosen = {row.organization_id: row for row in delegations if organization in (None, row.organization.slug)}
    invitations = (
        Invitation.objects.select_related("statement", "statement__campaign", "organization")
        .prefetch_related("statement__versions__translations")
        .filter(organization__in=chosen, statement__slug=slug)
    )
    return [Asked(row, chosen[row.organization_id]) for row in invitations]
