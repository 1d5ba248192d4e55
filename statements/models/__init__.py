"""What organizations say together, in numbered versions, and who put their name to which."""

from statements.models.cosignature import CoSignature, Invitation, ReportedSignatory
from statements.models.proposed_edit import ProposedEdit
from statements.models.statement import Statement, Translation, Version

__all__ = ["CoSignature", "Invitation", "ProposedEdit", "ReportedSignatory", "Statement", "Translation", "Version"]
