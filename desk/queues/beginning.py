"""What this person may begin, from the start page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _


def ways_to_begin(user: Any) -> list[tuple[str, str]]:
    """(what, where) for whatever this person's roles let them begin."""
    ways = [
        ("statements.add_statement", _("Write a statement"), "statements_statement_add"),
        ("petitions.add_petition", _("Write a petition"), "petitions_petition_add"),
        ("petitions.add_update", _("Write an update"), "petitions_update_add"),
        ("petitions.add_milestone", _("Set a milestone"), "petitions_milestone_add"),
        ("letters.add_recipient", _("Add an office"), "letters_recipient_add"),
        ("letters.change_lettertemplate", _("Letter templates"), "letters_lettertemplate_changelist"),
        ("letters.add_reply", _("Record a reply to a letter"), "letters_letter_changelist"),
        ("campaigns.invite_delegate", _("Organizations and delegates"), "campaigns_organization_changelist"),
        ("petitions.view_signature", _("Signatures"), "petitions_signature_changelist"),
        ("statements.view_cosignature", _("Co-signatures"), "statements_cosignature_changelist"),
        ("campaigns.add_source", _("Add a source"), "campaigns_source_add"),
        ("privacy.add_erasurerecord", _("Erase a person"), "erase-person"),
        ("accounts.add_user", _("Add a member of staff"), "accounts_user_add"),
        ("accounts.view_switch", _("Pause signing or sending"), "accounts_switch_changelist"),
        ("accounts.view_auditentry", _("History of everything"), "accounts_auditentry_changelist"),
    ]
    return [(label, reverse(f"admin:{name}")) for permission, label, name in ways if user.has_perm(permission)]
