"""Where a delegate signs, and what the form says."""

from django.urls import reverse

AUTHORITY = "Decision of the board of 3 May 2026"


def page(statement, organization=None):
    path = reverse("statements:cosign", args=[statement.slug])
    return f"{path}?organization={organization.slug}" if organization else path


def answers(statement, **changed):
    return {
        "signer_name": "Kim Ha-neul",
        "signer_title": "Director",
        "authority": AUTHORITY,
        "confirms": "on",
        "digest": statement.versions.latest("number").digest,
    } | changed
