"""The audit in words: what its lines say to people."""

from typing import Any

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry, Switch

ACTS = {
    "accounts.accept_invitation": _("Accepted the invitation"),
    "accounts.add_authenticator": _("Added an authenticator app"),
    "accounts.add_passkey": _("Added a passkey"),
    "accounts.end_sessions": _("Ended all sessions"),
    "accounts.export_audit": _("Exported the audit"),
    "accounts.invite_staff": _("Invited to the desk"),
    "accounts.make_recovery_codes": _("Made new recovery codes"),
    "accounts.refuse_passkey": _("A passkey was refused: its counter ran backwards"),
    "accounts.remove_authenticator": _("Removed the authenticator app"),
    "accounts.remove_passkey": _("Removed a passkey"),
    "accounts.rename_passkey": _("Renamed a passkey"),
    "accounts.reset_second_factor": _("Reset the second factor"),
    "accounts.revoke_invitation": _("Took the invitation back"),
    "accounts.send_invitation_again": _("Sent the invitation again"),
    "accounts.send_password_link": _("Sent a link to set a new password"),
    "accounts.set_password": _("Set a new password"),
    "accounts.sign_in": _("Signed in"),
    "accounts.sign_out": _("Signed out"),
    "accounts.turn_switch": _("Turned a switch"),
    "accounts.use_recovery_code": _("Used a recovery code"),
    "accounts.view_user": _("Looked at the person"),
    "campaigns.ask_for_delegate": _("Asked to let a colleague in"),
    "campaigns.confirm_application": _("Applied to join"),
    "campaigns.decide_delegate_request": _("Decided about a colleague"),
    "campaigns.end_delegation": _("Ended the mandate"),
    "campaigns.give_standing_authority": _("Gave standing authority"),
    "campaigns.leave_organization": _("Noted that the organization left"),
    "campaigns.publish_outcome": _("Published the outcome"),
    "campaigns.refuse_organization": _("Did not admit the organization"),
    "campaigns.remove_logo": _("Deleted the logo"),
    "campaigns.send_newsdigest": _("Sent the news"),
    "campaigns.set_logo": _("Kept a logo"),
    "campaigns.suspend_organization": _("Suspended the organization"),
    "campaigns.take_back_authority": _("Took standing authority back"),
    "campaigns.verify_organization": _("Verified the organization"),
    "campaigns.view_delegate": _("Looked at the delegate"),
    "campaigns.view_organization": _("Looked at the application"),
    "letters.add_proof": _("Kept a proof of delivery"),
    "letters.approve_release": _("Approved the release"),
    "letters.assign_mail": _("Assigned the mail to a letter"),
    "letters.carry_on": _("Carried on by another channel"),
    "letters.code_reply": _("Set the answer against the demands"),
    "letters.confirm_arrival": _("Noted that the letter arrived"),
    "letters.delete_office": _("Deleted the office"),
    "letters.download_file": _("Downloaded an attachment"),
    "letters.download_original": _("Downloaded the mail as it came"),
    "letters.export_ledger": _("Exported the ledger"),
    "letters.note_follow_up": _("Noted a follow-up"),
    "letters.note_submitted": _("Noted that it was handed in"),
    "letters.prepare_submission": _("Prepared the submission"),
    "letters.publish_reply": _("Published the reply"),
    "letters.record_dispatch": _("Recorded the delivery"),
    "letters.record_mail": _("Recorded the mail as a reply"),
    "letters.record_reply": _("Recorded a reply"),
    "letters.move_with_text": _("Moved with the moment at which the text becomes public"),
    "letters.request_release": _("Asked for the release"),
    "letters.send_test_copy": _("Sent a test copy to themselves"),
    "letters.stop_with_text": _("Stopped, because of what became of the text"),
    "letters.send_again": _("Sent the letter again"),
    "letters.send_back_release": _("Sent the release back"),
    "letters.set_aside": _("Set the letter aside"),
    "letters.set_aside_submission": _("Set the submission aside"),
    "letters.set_follow_up_days": _("Changed the days of follow-ups"),
    "letters.set_mail_aside": _("Set the mail aside"),
    "letters.stop_release": _("Stopped the release"),
    "letters.take_back_reply": _("Made the reply private again"),
    "letters.take_mail_up": _("Took the mail up again"),
    "letters.upload_mail": _("Uploaded a mail"),
    "letters.verify_office": _("Verified the office"),
    "letters.view_proof": _("Took a proof of delivery"),
    "letters.write_rule": _("Wrote a new version of the rule"),
    "outbox.confirm_arrival": _("Noted that the e-mail arrived"),
    "outbox.lift_suppression": _("Let mail go to the address again"),
    "outbox.note_corrected": _("Noted that the office is corrected"),
    "outbox.send_again": _("Sent the e-mail again"),
    "outbox.suppress_address": _("Suppressed the address"),
    "outbox.try_again": _("Tried the e-mail again"),
    "petitions.add_listentry": _("Entered a line of the lists"),
    "petitions.approve_comment": _("Let the comment onto the page"),
    "petitions.archive_petition": _("Archived the petition"),
    "petitions.ask_challenge": _("Asked for proof of work before signing"),
    "petitions.begin_duty_of_care": _("Put the petition under duty of care"),
    "petitions.cancel_invalidationbatch": _("Stopped the batch"),
    "petitions.close_petition": _("Closed the petition"),
    "petitions.decide_report": _("Settled the report"),
    "petitions.deliver_petition": _("Noted that the petition was delivered"),
    "petitions.end_duty_of_care": _("Ended the duty of care"),
    "petitions.end_listentry": _("Ended a line of the lists"),
    "petitions.export_signatures": _("Exported the signatures"),
    "petitions.extend_petition": _("Let the petition close later"),
    "petitions.finish_invalidationbatch": _("Finished the batch"),
    "petitions.freeze_handover": _("Froze the count for a handover"),
    "petitions.hide_names": _("Hid the names"),
    "petitions.import_signatures": _("Imported signatures from a file"),
    "petitions.make_partner_link": _("Made a link for the organization"),
    "petitions.note_progress": _("Noted how many signed there"),
    "petitions.preview_invalidationbatch": _("Prepared a batch of invalid signatures"),
    "petitions.publish_petition": _("Published the petition"),
    "petitions.publish_update": _("Published the update"),
    "petitions.reach_milestone": _("The milestone was reached"),
    "petitions.refuse_comment": _("Kept the comment off the page"),
    "petitions.release_signature": _("Released the signature"),
    "petitions.reopen_report": _("Let the report wait again"),
    "petitions.restore_signature": _("Brought the signature back"),
    "petitions.reveal_signature": _("Read the address of the signature"),
    "petitions.run_invalidationbatch": _("Let the batch run"),
    "petitions.send_back_petition": _("Sent the petition back"),
    "petitions.send_back_update": _("Sent the update back"),
    "petitions.settle_milestone": _("Settled the milestone"),
    "petitions.show_names": _("Showed the names again"),
    "petitions.stop_challenge": _("Stopped asking for proof of work"),
    "petitions.stop_update_mails": _("Stopped the mails of the update"),
    "petitions.strike_signature": _("Struck the signature out"),
    "petitions.submit_petition": _("Submitted the petition for review"),
    "petitions.submit_update": _("Submitted the update for review"),
    "petitions.take_handover": _("Took a file of the handover along"),
    "petitions.take_out_import": _("Took the signatures of the file out again"),
    "petitions.undo_invalidationbatch": _("Undid the batch"),
    "petitions.view_report": _("Read the report"),
    "petitions.view_signature": _("Read the signature"),
    "petitions.view_trend": _("Looked at the last hours, with mail domains"),
    "privacy.add_providerrule": _("Added a rule of a mail provider"),
    "privacy.change_providerrule": _("Changed a rule of a mail provider"),
    "privacy.erase_person": _("Erased a person"),
    "privacy.look_up_person": _("Looked up a person to erase"),
    "statements.accept_edit": _("Accepted a proposed edit"),
    "statements.add_image": _("Added a picture for the press"),
    "statements.add_quote": _("Wrote down a quote"),
    "statements.answer_question": _("Answered a question"),
    "statements.approve_quote": _("Noted who approved a quote"),
    "statements.archive_statement": _("Archived the statement"),
    "statements.arrange_signatories": _("Set the order of the signatories"),
    "statements.ask_for_time": _("Asked for more time"),
    "statements.ask_question": _("Asked a question"),
    "statements.close_cosigning": _("Closed co-signing"),
    "statements.confirm_cosignature": _("Confirmed the co-signature as a second person"),
    "statements.correct_press": _("Mailed a correction to the press"),
    "statements.cosign": _("Co-signed"),
    "statements.decline": _("Declined to co-sign"),
    "statements.decline_edit": _("Declined a proposed edit"),
    "statements.decline_personally": _("A person declined to sign"),
    "statements.end_comments": _("Ended the comment round"),
    "statements.forward_request": _("Forwarded the request to a colleague"),
    "statements.give_preview": _("Gave a journalist a link"),
    "statements.hide_names": _("Hid the names"),
    "statements.invite_delegate": _("Invited the delegate"),
    "statements.invite_organizations": _("Invited organizations"),
    "statements.invite_person": _("Asked a person to sign"),
    "statements.lift_embargo": _("The embargo ended"),
    "statements.lock_version": _("Locked the text"),
    "statements.mark_reviewed": _("Read a translation over"),
    "statements.new_version": _("Began a new version"),
    "statements.note_recipients_told": _("Noted that the offices were told"),
    "statements.open_comments": _("Opened the draft for comments"),
    "statements.open_for_cosigning": _("Opened the statement for co-signing"),
    "statements.open_invitation": _("Read the text for the first time"),
    "statements.propose": _("Asked for a second person"),
    "statements.propose_edit": _("Proposed an edit"),
    "statements.publish_erratum": _("Published a correction"),
    "statements.publish_statement": _("Published the statement"),
    "statements.refuse_cosignature": _("Struck the co-signature out"),
    "statements.refuse_proposal": _("Refused what was asked for"),
    "statements.remind_the_silent": _("Reminded the silent"),
    "statements.remove_image": _("Removed a picture"),
    "statements.remove_quote": _("Removed a quote"),
    "statements.revoke_preview": _("Revoked a journalist's link"),
    "statements.save_courtesy": _("Saved a courtesy translation"),
    "statements.say_unable": _("Cannot decide by the deadline"),
    "statements.send_receipts_again": _("Sent receipts again"),
    "statements.set_embargo": _("Published under embargo"),
    "statements.shorten_embargo": _("Ended the embargo early"),
    "statements.show_names": _("Showed the names again"),
    "statements.sign_by_authority": _("Signed by standing authority"),
    "statements.sign_personally": _("A person signed"),
    "statements.version_changed": _("Told or asked the signatories about a new version"),
    "statements.view_cosignature": _("Looked at who signed for the organization"),
    "statements.view_personalsignature": _("Looked at who signed in a personal capacity"),
    "statements.withdraw_cosignature": _("Withdrew the co-signature"),
    "statements.withdraw_personally": _("A person withdrew"),
    "statements.withdraw_statement": _("Withdrew the statement"),
    "statements.write_press_text": _("Wrote the press release"),
}


def act_in_words(act: str) -> str:
    """ "Locked the text"; for an act without words of its own, "Change recipient"."""
    words = ACTS.get(act)
    return str(words) if words else capfirst(act.rpartition(".")[2].replace("_", " "))


def kind_in_words(object_type: str) -> str:
    """ "Petition" for "petitions.petition"; the bare name of what is no model any more."""
    try:
        return str(capfirst(apps.get_model(object_type)._meta.verbose_name))
    except (LookupError, ValueError):
        return object_type.rpartition(".")[2]


def details_in_words(details: dict[str, Any]) -> str:
    """The states it went between, the fields changed, the numbers of rows."""
    parts = []
    if (key := details.get("switch")) in Switch.Key.values:
        state = _("on") if details.get("on") else _("off")
        return f"{Switch.Key(key).label}: {state}"
    if "was" in details and "state" in details:
        parts.append(f"{details['was']} → {details['state']}")
    if fields := details.get("fields"):
        parts.append(", ".join(fields))
    for row in details.get("rows", []):
        parts.append(f"{row['row']} {row['language']}: {', '.join(row['fields'])}")
    known = {"was", "state", "fields", "rows"}
    parts += [f"{key}: {_short(value)}" for key, value in details.items() if key not in known]
    return "; ".join(parts)


def line(entry: AuditEntry) -> dict[str, Any]:
    """One line of the history for a template: at, by, act, details, reason."""
    return {
        "at": entry.at,
        "by": entry.by or _("the system"),
        "act": act_in_words(entry.act),
        "details": details_in_words(entry.details),
        "reason": entry.reason,
    }


def _short(value: Any) -> str:
    if isinstance(value, list):
        return str(len(value))
    text = str(value)
    return f"{text[:12]}…" if len(text) == 64 else text  # a digest
