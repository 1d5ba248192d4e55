"""Statements, the ledgers of who was asked and who signed, and inviting delegates, at the desk."""

from statements.admin.delegates import InvitingOrganizationAdmin
from statements.admin.ledgers import CoSignatureAdmin, InvitationAdmin
from statements.admin.persons import PersonalSignatureAdmin
from statements.admin.statement import StatementAdmin

__all__ = [
    "CoSignatureAdmin",
    "InvitationAdmin",
    "InvitingOrganizationAdmin",
    "PersonalSignatureAdmin",
    "StatementAdmin",
]
