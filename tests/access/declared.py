"""Who may open what, and who may act: every address and every step of the site, said once more in words.

`accounts.roles` and the views decide; this file says what they are meant to decide, and tests/access asks every
address as everybody. A new address or step fails the suite until it stands here, and in tests/access/addresses.py
with the row it is asked about. `python -m tests.access.write_docs` writes docs/access.md anew from it.
"""

from tests.access.words import (
    ASKED,
    AUTHOR,
    DELEGATES,
    ENDED,
    EVERYBODY,
    HALF_WAY,
    HOLDER,
    MOVES,
    NOBODY,
    NOT_SIGNED_IN,
    OPENS,
    PROMOTED,
    READER,
    REQUESTER,
    SIGN_IN,
    SIGNED_IN,
    SIGNER,
    STAFF,
    TOLD,
    UNENROLLED,
    Page,
    Rows,
    Step,
    staff,
)

ONLY_BY_LINK = frozenset({HOLDER})

# --- Pages for everybody --------------------------------------------------------------------------
PUBLIC_PAGES = {
    "healthz": Page("Whether the process lives", EVERYBODY),
    "readyz": Page("Whether the database answers", EVERYBODY),
    "robots-txt": Page("What robots are asked", EVERYBODY),
    "security-txt": Page("Where to report a weakness", EVERYBODY),
    "pages:home": Page("Home", EVERYBODY),
    "pages:campaigns": Page("Campaigns", EVERYBODY),
    "pages:campaign": Page("A public campaign", EVERYBODY),
    "pages:answers": Page("What the offices answered to a campaign", EVERYBODY),
    "pages:answers-json": Page("The same as JSON", EVERYBODY),
    "pages:answers-csv": Page("The same as CSV", EVERYBODY),
    "pages:organizations": Page("Organizations", EVERYBODY),
    "pages:organization": Page("A known or verified organization", EVERYBODY),
    "pages:recipients": Page("Offices", EVERYBODY),
    "pages:recipient": Page("An office in use, and what it was sent", EVERYBODY),
    "pages:calendar": Page("Sessions of bodies and the deadlines before them", EVERYBODY),
    "pages:deadlines-feed": Page("The same as a feed for calendars", EVERYBODY),
    "campaigns:join": Page("Ask to join, for an organization", EVERYBODY, EVERYBODY),
    "campaigns:applied": Page("Check your inbox", EVERYBODY),
    "campaigns:confirm-application": Page(
        "Confirm an application to join, by the link of the mail", ONLY_BY_LINK, ONLY_BY_LINK
    ),
    "campaigns:logo": Page("A logo that may be shown", EVERYBODY),
    "petitions:list": Page("Petitions", EVERYBODY),
    "petitions:detail": Page("A petition that was published", EVERYBODY),
    "petitions:update": Page("A published update of a petition", EVERYBODY),
    "petitions:sign": Page("Sign an open petition", EVERYBODY, EVERYBODY, get=MOVES),
    "petitions:check-inbox": Page("Check your inbox", EVERYBODY),
    "petitions:with": Page("A petition, by the link of an organization", EVERYBODY),
    "petitions:card": Page("The picture beside a link to a petition", EVERYBODY),
    "petitions:qr-svg": Page("The address of a petition as a QR code, drawn", EVERYBODY),
    "petitions:qr-png": Page("The address of a petition as a QR code, as a picture", EVERYBODY),
    "petitions:paper": Page("A sheet for signatures on paper", EVERYBODY),
    "petitions:report": Page("Report a petition", EVERYBODY, EVERYBODY),
    "petitions:confirm": Page("Confirm a signature, by the link of the mail", ONLY_BY_LINK, ONLY_BY_LINK),
    "petitions:check-inbox-again": Page("The mail was asked for again", EVERYBODY),
    "petitions:resend": Page("Ask for the confirmation mail again", EVERYBODY, EVERYBODY, get=MOVES),
    "petitions:not-me": Page("Somebody else typed my address, by the link of the mail", ONLY_BY_LINK, ONLY_BY_LINK),
    "petitions:manage": Page("Everything one signed, by the link of the mail", ONLY_BY_LINK),
    "petitions:manage-change": Page("Change what one signed", EVERYBODY, ONLY_BY_LINK, get=MOVES),
    "petitions:manage-withdraw": Page("Take a signature back", EVERYBODY, ONLY_BY_LINK, get=MOVES),
    "petitions:manage-data": Page("What is kept, as a file", ONLY_BY_LINK),
    "petitions:manage-erase": Page("Erase oneself", ONLY_BY_LINK, ONLY_BY_LINK),
    "petitions:unsubscribe": Page("No more updates, by the link of the mail", ONLY_BY_LINK, ONLY_BY_LINK),
    "statements:list": Page("Statements", EVERYBODY),
    "statements:detail": Page("A published statement", EVERYBODY),
    "statements:version": Page("What a version changed, word by word", EVERYBODY),
    "statements:pdf": Page("A published statement as PDF", EVERYBODY),
    "statements:docx": Page("A published statement as a Word file", EVERYBODY),
    "statements:archive": Page("Archived and withdrawn statements, and corrections", EVERYBODY),
    "statements:press": Page("The press page of a published statement", EVERYBODY),
    "statements:press-image": Page("A picture for the press", EVERYBODY),
    "statements-feed": Page("Published statements as a feed", EVERYBODY),
    "statements:preview": Page(
        "A text under embargo, by a journalist's link",
        ONLY_BY_LINK,
        leaves=frozenset({"statements_previewview"}),
    ),
    "statements:preview-pdf": Page("The same as PDF", ONLY_BY_LINK, leaves=frozenset({"statements_previewview"})),
    "statements:digest": Page("What a digest of a published text stands for", EVERYBODY),
    "statements:digest-text": Page("The canonical text of a digest", EVERYBODY),
    "statements:personal": Page("Sign for oneself, by the link of the mail", ONLY_BY_LINK, ONLY_BY_LINK),
    "statements:stop-news": Page("No more news, by the link of the mail", ONLY_BY_LINK, ONLY_BY_LINK),
    "statements:sign-in": Page("Ask for a sign-in code", EVERYBODY, EVERYBODY),
    "statements:sign-in-code": Page(
        "Enter the code, in the browser that asked for it", EVERYBODY, EVERYBODY, get=SIGN_IN, post=SIGN_IN
    ),
    "statements:sign-out": Page(
        "Sign out", NOBODY, SIGNED_IN, but={f"POST {person}": SIGN_IN for person in NOT_SIGNED_IN}
    ),
    "statements:passkey-options": Page("What a browser asks a delegate's passkey", NOBODY, EVERYBODY, post=OPENS),
    "statements:passkey": Page("Sign in with a passkey; a wrong one is asked again", NOBODY, EVERYBODY, post=SIGN_IN),
    "metrics": Page("Figures for a monitoring server, which shows its token", NOBODY),
    "mail-reports": Page("What a mail provider reports, which signs it", NOBODY),
    "mail-inbound": Page("A mail that a provider received for us, which signs it", NOBODY),
    # Only in the demonstration (DEBUG without EMAIL_URL), and only for this machine.
    "mailbox": Page("The mailbox of the demonstration", EVERYBODY),
    "mailbox-message": Page("A message in it", EVERYBODY),
    "mailbox-html": Page("Its HTML part", EVERYBODY),
    "mailbox-attachment": Page("An attachment", EVERYBODY),
}

# --- The delegate's area, about a text that the delegate's organization was asked to sign ------------------------
OF_THE_ORGANIZATION = frozenset({SIGNER, READER})
DELEGATE_PAGES = {
    "statements:delegate-home": Page("What waits, for one's own organization", DELEGATES),
    "statements:cosign": Page(
        "Read the text, and co-sign it",
        OF_THE_ORGANIZATION,
        frozenset({SIGNER}),
        leaves=frozenset({"statements_invitation", "accounts_auditentry"}),
    ),
    "statements:comments": Page("Comment on a draft while its round is open", DELEGATES, DELEGATES),
    "statements:decline": Page("Decline", OF_THE_ORGANIZATION, frozenset({SIGNER}), get=MOVES),
    "statements:question": Page("Ask the drafters a question", OF_THE_ORGANIZATION, OF_THE_ORGANIZATION),
    "statements:time": Page("Ask for more time", OF_THE_ORGANIZATION, OF_THE_ORGANIZATION),
    "statements:forward": Page("Forward the request to a colleague", OF_THE_ORGANIZATION, OF_THE_ORGANIZATION),
    "statements:unable": Page("Cannot decide by the deadline", OF_THE_ORGANIZATION, frozenset({SIGNER})),
    "statements:withdraw": Page("Withdraw the co-signature", OF_THE_ORGANIZATION, frozenset({SIGNER})),
    "statements:confirm": Page(
        "Confirm what a colleague signed for the first time", OF_THE_ORGANIZATION, OF_THE_ORGANIZATION
    ),
    "statements:colleagues": Page("Who acts for one's own organization", DELEGATES),
    "statements:ask-for-colleague": Page("Name a colleague or successor", NOBODY, OF_THE_ORGANIZATION),
    "statements:give-authority": Page("Give standing authority", NOBODY, frozenset({SIGNER})),
    "statements:take-back-authority": Page(
        "Take standing authority back", NOBODY, frozenset({SIGNER}), but={f"POST {READER}": TOLD}
    ),
    "statements:profile": Page("One's own name, language and clock", DELEGATES, DELEGATES),
    "statements:delegate-pdf": Page("The text as PDF, for a board", OF_THE_ORGANIZATION),
    "statements:cosigned": Page("What one's organization signed", OF_THE_ORGANIZATION),
    "pages:delegate-petitions": Page("The links of one's own organization to petitions", DELEGATES),
    "statements:passkeys": Page("One's own passkeys", DELEGATES),
    "statements:add-passkey-options": Page("What a browser makes a passkey of", NOBODY, DELEGATES, post=OPENS),
    "statements:add-passkey": Page("Add a passkey; a wrong one is refused", NOBODY, DELEGATES, post=TOLD),
    "statements:rename-passkey": Page("Rename a passkey; another's is refused", NOBODY, DELEGATES, post=TOLD),
    "statements:remove-passkey": Page("Remove a passkey; another's is refused", NOBODY, DELEGATES, post=TOLD),
    "statements:receipt": Page("The receipt of one's own organization as PDF", OF_THE_ORGANIZATION),
}

# Who may add a second factor: staff who have just signed in, and who must before they come in.
SETTING_UP = STAFF | {UNENROLLED}
# A delegate who is signed in is led to an account page that sends them on to sign in.
ALREADY_IN = {f"{method} {person}": MOVES for method in ("GET", "POST") for person in (*DELEGATES, ENDED, PROMOTED)}
# A wrong password is answered with the form.
ASKED_AGAIN = {f"POST {person}": ASKED for person in EVERYBODY}

# --- The desk: pages of no particular row -------------------------------------------------------------------------
DESK_PAGES = {
    "admin:index": Page("What waits, as far as the role reads it", STAFF, STAFF, post=OPENS),
    "admin:login": Page("Sign in at the desk", STAFF, STAFF, get=MOVES, post=ASKED, strangers=OPENS, but=ASKED_AGAIN),
    "admin:logout": Page("Sign out", NOBODY, STAFF, strangers=MOVES),
    "admin:password_change": Page("Change one's own password", STAFF, STAFF),
    "admin:password_change_done": Page(
        "The password was changed: leads to one's account", STAFF, STAFF, get=MOVES, post=MOVES
    ),
    "admin:account": Page("One's own account", STAFF, STAFF),
    "admin:remove-authenticator": Page("Remove the app; the only factor stays", NOBODY, STAFF, post=TOLD),
    "admin:rename-passkey": Page("Rename a passkey; another's is refused", NOBODY, STAFF, post=TOLD),
    "admin:remove-passkey": Page("Remove a passkey; another's is refused", NOBODY, STAFF, post=TOLD),
    "admin:new-recovery-codes": Page("New recovery codes", NOBODY, STAFF),
    "admin:sign-out-everywhere": Page("End every other session of one's own", NOBODY, STAFF),
    "admin:recovery-codes": Page("Recovery codes until they are written down", STAFF, STAFF, get=MOVES, post=MOVES),
    "admin:erase-person": Page("Erase a person", staff("safeguarding"), staff("safeguarding")),
    "admin:jsi18n": Page("Words for the scripts of the desk", STAFF),
    "admin:view_on_site": Page("Django's way from an object to its public page: unused", NOBODY),
    "admin/(?P<url>.*)$": Page("Anything else below /admin/", NOBODY),
}

# --- The way into the desk: each page looks for itself who comes ----------------------------------------------------
WAY_IN_PAGES = {
    "admin:invitation": Page("Accept an invitation, by the link of the mail", ONLY_BY_LINK, ONLY_BY_LINK),
    "admin:new_password": Page("Set a new password, by the link of the mail", ONLY_BY_LINK, ONLY_BY_LINK),
    "admin:passkey-options": Page("What a browser asks a passkey of staff", NOBODY, EVERYBODY, post=OPENS),
    "admin:passkey": Page("Sign in with a passkey; a wrong one is asked again", NOBODY, EVERYBODY, post=SIGN_IN),
    "admin:second-factor": Page(
        "The second factor, after the password", frozenset({HALF_WAY}), frozenset({HALF_WAY}), strangers=SIGN_IN,
        but={f"{method} {UNENROLLED}": MOVES for method in ("GET", "POST")},
    ),
    "admin:set-up": Page("Which second factor to set up", SETTING_UP, strangers=SIGN_IN, but=ALREADY_IN),
    "admin:set-up-authenticator": Page(
        "Set up an app", SETTING_UP, SETTING_UP, strangers=SIGN_IN, but=ALREADY_IN,
        leaves=frozenset({"accounts_totpdevice"}),
    ),
    "admin:set-up-passkey-options": Page("What a browser makes a passkey of", NOBODY, SETTING_UP, post=OPENS),
    "admin:set-up-passkey": Page(
        "Set up a passkey; a wrong one is refused", NOBODY, SETTING_UP, post=TOLD, strangers=SIGN_IN, but=ALREADY_IN
    ),
}  # fmt: skip

IMPORTERS = staff("moderator")

# --- The desk: every kind of row ----------------------------------------------------------------------------------
DESK_ROWS = {
    "statements.statement": Rows(
        "Statements",
        read=["editor", "sender", "press", "auditor"],
        add=["editor"],
        change=["editor"],
        steps={
            "lock": Step("Check and lock the text", ["editor"]),
            "review": Step("Mark a language as read over", ["editor"]),
            "open_comments": Step("Open the draft for comments", ["editor"]),
            "proposals": Step("Decide about proposed edits", ["editor"]),
            "end_comments": Step("End the comment round", ["editor"]),
            "new_version": Step("Begin a new version", ["editor"]),
            "change_text": Step("Change a text that is open for co-signing", ["editor"]),
            "courtesy": Step("Save a courtesy translation", ["editor"]),
            "open": Step("Open for co-signing", ["editor"]),
            "invite": Step("Invite organizations", ["editor"]),
            "answer_question": Step("Answer a question", ["editor"]),
            "invite_person": Step("Ask a person to sign", ["editor"]),
            "sign_by_authority": Step("Sign by standing authority", ["editor"]),
            "close": Step("Close co-signing", ["editor"]),
            "publish": Step("Publish", ["editor"], but=AUTHOR),
            "set_embargo": Step("Publish under embargo", ["editor"], but=AUTHOR),
            "agree": Step("Agree to what somebody else asked for", ["editor"], but=AUTHOR),
            "refuse_proposal": Step("Refuse what somebody else asked for", ["editor"], but=AUTHOR),
            "ask_to_lift": Step("Ask to end the embargo", ["editor"]),
            "ask_to_correct": Step("Ask to publish a correction", ["editor"]),
            "ask_to_withdraw": Step("Ask to withdraw the statement", ["editor"]),
            "ask_to_archive": Step("Ask to archive the statement", ["editor"]),
            "press": Step("Write the press page", ["editor", "press"]),
            "previews": Step("Give journalists links", ["editor", "press"]),
            "signatories": Step("Copy and arrange the signatories", ["editor", "press"]),
            "ask_for_release": Step("Ask for release to recipients", ["sender"]),
            "submit_to_body": Step("Check for a route, and prepare the submission", ["editor", "sender"]),
            "hide_names": Step("Hide all names", ["press"]),
            "show_names": Step("Show the names again", ["press"]),
        },
        pages={
            "admin:statements_statement_preview_copy": Page("A copy before anybody asked", staff("sender")),
            "admin:statements_statement_preview": Page(
                "The newest version as the public will see it", staff("editor", "sender", "press", "auditor")
            ),
        },
    ),
    "statements.invitation": Rows("Invitations to co-sign", read=["editor", "moderator", "auditor"]),
    "statements.cosignature": Rows(
        "Co-signatures",
        read=["editor", "moderator", "press", "auditor"],
        leaves_a_line=True,
        steps={
            "confirm": Step("Confirm what a first-time delegate signed", ["moderator"]),
            "strike_out": Step("Strike out what nobody decided", ["moderator"]),
            "withdraw": Step("Withdraw for the organization", ["editor", "moderator"]),
            "recipients_told": Step("Note that the offices were told", ["editor", "moderator"]),
        },
    ),
    "statements.personalsignature": Rows(
        "Signatures in a personal capacity", read=["editor", "moderator"], leaves_a_line=True
    ),
    "petitions.petition": Rows(
        "Petitions",
        read=["editor", "moderator", "press", "safeguarding", "auditor"],
        add=["editor"],
        change=["editor"],
        steps={
            "submit": Step("Submit for review", ["editor"]),
            "publish": Step("Publish", ["editor"], but=AUTHOR),
            "send_back": Step("Send back", ["editor"]),
            "close": Step("Close", ["editor"]),
            "ask_challenge": Step("Ask for a proof of work before signing", ["moderator"]),
            "stop_challenge": Step("Stop asking for it", ["moderator"]),
            "hide_names": Step("Hide all names", ["moderator", "press", "safeguarding"]),
            "show_names": Step("Show the names again", ["moderator", "press", "safeguarding"]),
            "begin_duty_of_care": Step("Begin duty of care", ["moderator", "press", "safeguarding"]),
            "end_duty_of_care": Step("End duty of care", ["moderator", "press", "safeguarding"]),
            "extend": Step("Let it close later", ["editor"]),
            "deliver": Step("Note as delivered", ["editor"]),
            "archive": Step("Archive", ["editor"]),
        },
    ),
    "petitions.update": Rows(
        "News of petitions",
        read=["editor", "press", "auditor"],
        add=["editor"],
        change=["editor"],
        steps={
            "submit": Step("Submit for review", ["editor"]),
            "publish": Step("Publish, and mail to those who asked", ["editor"], but=AUTHOR),
            "send_back": Step("Send back", ["editor"]),
            "stop_mails": Step("Stop the mails", ["editor"]),
        },
    ),
    "petitions.handover": Rows(
        "Petitions as they are handed over",
        read=["sender"],
        add=["sender"],
        steps={"ask_for_release": Step("Ask for the letters", ["sender"])},
        pages={
            "admin:petitions_handover_file": Page(
                "A file of it, names included", staff("sender"), leaves=frozenset({"accounts_auditentry"})
            )
        },
    ),
    "petitions.milestone": Rows(
        "Milestones",
        read=["editor", "press", "auditor"],
        add=["editor"],
        change=["editor"],
        steps={"settle": Step("Settle", ["editor"])},
    ),
    "petitions.comment": Rows(
        "Comments of supporters",
        read=["moderator"],
        steps={
            "approve": Step("Show on the page", ["moderator"]),
            "refuse": Step("Keep off the page", ["moderator"]),
        },
    ),
    "petitions.partnerlink": Rows("Links of organizations to petitions", read=["editor", "auditor"], add=["editor"]),
    "petitions.officialpetition": Rows(
        "Official petitions to parliaments",
        read=["editor", "auditor"],
        add=["editor"],
        change=["editor"],
        steps={"note_progress": Step("Note how many signed there", ["editor"])},
    ),
    "petitions.importbatch": Rows(
        "Signatures from files",
        read=["moderator", "auditor"],
        steps={"take_out": Step("Take the signatures of a file out again", ["moderator"])},
        pages={
            # Without a file the form is asked again.
            "admin:petitions_importbatch_add": Page("Upload a file", IMPORTERS, IMPORTERS, post=ASKED),
            # A token of nobody's leads back to the upload.
            "admin:petitions_importbatch_look": Page(
                "Look at an uploaded file, and import it", IMPORTERS, IMPORTERS, get=TOLD, post=TOLD
            ),
        },
    ),
    "petitions.signature": Rows(
        "Signatures of supporters",
        read=["moderator", "safeguarding"],
        leaves_a_line=True,
        steps={
            "release": Step("Release a held one", ["moderator"]),
            "strike": Step("Strike out", ["moderator"]),
            "restore": Step("Bring back what was struck out", ["moderator"]),
            "reveal": Step("Read the address", ["safeguarding"]),
        },
        pages={
            "admin:petitions_signature_changelist": Page(
                "The list; moderators release and strike out many at once",
                staff("moderator", "safeguarding"),
                staff("moderator", "safeguarding"),
                post=OPENS,
                but={"POST moderator": MOVES, "POST superuser": MOVES},
            ),
            "admin:petitions_signature_trend": Page(
                "The last hours of a petition", staff("moderator"), leaves=frozenset({"accounts_auditentry"})
            ),
        },
    ),
    "petitions.listentry": Rows(
        "Allow and block lists",
        read=["moderator", "auditor"],
        add=["moderator"],
        steps={"end": Step("End a line now", ["moderator"])},
    ),
    "petitions.limitrule": Rows("Limits", read=["moderator", "auditor"], add=["moderator"], change=["moderator"]),
    "petitions.invalidationbatch": Rows(
        "Batches of invalid signatures",
        read=["moderator", "auditor"],
        add=["moderator"],
        steps={
            "run": Step("Strike them out", ["moderator"]),
            "cancel": Step("Stop in the middle", ["moderator"]),
            "undo": Step("Bring them back", ["moderator"]),
        },
    ),
    "petitions.report": Rows(
        "Reports of visitors",
        read=["moderator", "safeguarding"],
        leaves_a_line=True,
        steps={
            "decide": Step("Settle", ["moderator", "safeguarding"]),
            "reopen": Step("Let it wait again", ["moderator", "safeguarding"]),
        },
    ),
    "letters.release": Rows(
        "Releases of letters",
        read=["sender", "auditor"],
        steps={
            "approve": Step("Approve", ["sender"], but=REQUESTER),
            "send_back": Step("Send back", ["sender"], but=REQUESTER),
            "stop": Step("Stop", ["sender"]),
            "set_follow_ups": Step("Change the days of follow-ups", ["sender"]),
            "export_ledger": Step("Export the ledger of its letters", ["sender", "auditor"]),
            "test_copy": Step("Send a test copy to oneself", ["sender"]),
        },
        pages={
            "admin:letters_release_copy": Page("A copy of a release as PDF", staff("sender", "auditor")),
            "admin:letters_release_dry_run": Page("The dry run of a release", staff("sender", "auditor")),
        },
    ),
    "letters.letter": Rows(
        "Letters",
        read=["sender", "press", "auditor"],
        steps={
            "record_reply": Step("Record a reply", ["sender"]),
            "confirm_arrival": Step("Settle an uncertain letter: it arrived", ["sender"]),
            "send_again": Step("Settle an uncertain letter: send again", ["sender"]),
            "carry_on": Step("Carry on by another channel", ["sender"]),
            "set_aside": Step("Set one letter aside before it leaves", ["sender"]),
        },
        pages={"admin:letters_letter_pdf": Page("A letter as PDF", staff("sender", "press", "auditor"))},
    ),
    "letters.dispatch": Rows(
        "Deliveries by staff",
        read=["sender", "auditor"],
        change=["sender"],
        steps={
            "record_delivery": Step("Record the delivery", ["sender"]),
            "add_proof": Step("Add a proof", ["sender"]),
            "carry_on": Step("Carry on by another channel", ["sender"]),
            "set_aside": Step("Set aside what is out of date", ["sender"]),
        },
        pages={
            "admin:letters_dispatch_form": Page("A letter as a pack for a web form", staff("sender", "auditor")),
            "admin:letters_dispatch_text": Page("The same as a text file", staff("sender", "auditor")),
            "admin:letters_dispatch_sheet": Page("A sheet to print", staff("sender", "auditor")),
            "admin:letters_dispatch_proof": Page(
                "A proof of delivery", staff("sender", "auditor"), leaves=frozenset({"accounts_auditentry"})
            ),
        },
    ),
    "letters.reply": Rows(
        "Replies; private ones only for senders",
        read=["sender", "press", "auditor"],
        change=["sender"],
        steps={
            "publish": Step("Publish, after a preview", ["sender"]),
            "code": Step("Set against the demands", ["sender"]),
            "take_back": Step("Make private again", ["sender"]),
        },
    ),
    "letters.inboundmail": Rows(
        "Mails that came in",
        read=["sender"],
        steps={
            "record": Step("Record as a reply", ["sender"]),
            "assign": Step("Assign to a letter", ["sender"]),
            "set_aside": Step("Set aside", ["sender"]),
            "take_up": Step("Take up again", ["sender"]),
        },
        pages={
            # Without a file the form is asked again.
            "admin:letters_inboundmail_add": Page("Upload a mail", staff("sender"), staff("sender"), post=ASKED),
            "admin:letters_inboundmail_file": Page(
                "Download an attachment", staff("sender"), leaves=frozenset({"accounts_auditentry"})
            ),
            "admin:letters_inboundmail_original": Page(
                "Download a mail as it came", staff("sender"), leaves=frozenset({"accounts_auditentry"})
            ),
        },
    ),
    "letters.followup": Rows(
        "Letters that nobody answers, as tasks",
        read=["sender", "auditor"],
        change=["sender"],
        steps={"note_done": Step("Note what was done", ["sender"])},
    ),
    "letters.recipient": Rows(
        "Offices",
        read=["sender", "editor", "auditor"],
        add=["sender"],
        change=["sender"],
        steps={"verify": Step("Verified", ["sender"]), "delete": Step("Delete what was a mistake", ["sender"])},
        pages={
            # Without a file the form is asked again; a token of nobody's leads back to it.
            "admin:letters_recipient_import": Page("Import offices", staff("sender"), staff("sender"), post=ASKED),
            "admin:letters_recipient_look": Page(
                "Look at an uploaded file of offices, and import it",
                staff("sender"),
                staff("sender"),
                get=TOLD,
                post=TOLD,
            ),
        },
    ),
    "letters.route": Rows(
        "Routes to bodies, with their rules",
        read=["sender", "editor", "auditor"],
        add=["sender"],
        change=["sender"],
        steps={
            "check_text": Step("Check any text; nothing is kept", ["sender", "editor", "auditor"], only_looks=True),
            "write_rule": Step("Write a new version of the rule", ["sender"]),
        },
    ),
    "letters.routeconflict": Rows(
        "Routes that exclude each other", read=["sender", "editor", "auditor"], add=["sender"], change=["sender"]
    ),
    "letters.session": Rows(
        "Sessions of bodies", read=["sender", "editor", "auditor"], add=["sender"], change=["sender"]
    ),
    "letters.submission": Rows(
        "Submissions to bodies",
        read=["sender", "editor", "auditor"],
        steps={
            "note_submitted": Step("Note that it was handed in", ["sender", "editor"]),
            "set_aside": Step("Set aside", ["sender", "editor"]),
        },
        pages={
            "admin:letters_submission_file": Page("The pack as a file", staff("sender", "editor", "auditor")),
        },
    ),
    "letters.lettertemplate": Rows("Letter templates", read=["sender", "auditor"], add=["sender"], change=["sender"]),
    "campaigns.campaign": Rows("Campaigns", read=["editor", "press", "auditor"], add=["editor"], change=["editor"]),
    "campaigns.demand": Rows("Demands", read=["editor", "auditor"], add=["editor"], change=["editor"]),
    "campaigns.outcome": Rows(
        "Outcomes of demands",
        read=["editor", "auditor"],
        add=["editor"],
        change=["editor"],
        steps={"publish": Step("Publish", ["editor"], but=AUTHOR)},
    ),
    "campaigns.newsdigest": Rows(
        "News by mail", read=["editor", "auditor"], steps={"send_now": Step("Send now", ["editor"])}
    ),
    "campaigns.source": Rows("Sources", read=["editor", "auditor"], add=["editor"], change=["editor"]),
    "campaigns.incident": Rows("Incidents", read=["editor", "auditor"], add=["editor"], change=["editor"]),
    "campaigns.instrument": Rows("Instruments", read=["editor", "auditor"], add=["editor"], change=["editor"]),
    "campaigns.topic": Rows("Topics", read=["editor", "auditor"], add=["editor"], change=["editor"]),
    "campaigns.organization": Rows(
        "Organizations",
        read=["moderator", "editor", "press", "auditor"],
        add=["moderator"],
        change=["moderator"],
        steps={
            "verify": Step("Verify", ["moderator"]),
            "invite_delegate": Step("Invite a delegate", ["moderator"]),
            "suspend": Step("Suspend", ["moderator"]),
            "refuse_application": Step("Do not admit", ["moderator"]),
            "leave": Step("Note that it left", ["moderator"]),
            "set_logo": Step("Keep a logo", ["moderator"]),
            "remove_logo": Step("Delete the logo", ["moderator"]),
            "accept_request": Step("Let a colleague in whom a delegate named", ["moderator"]),
            "refuse_request": Step("Refuse a colleague whom a delegate named", ["moderator"]),
        },
    ),
    "campaigns.delegate": Rows(
        "Delegates",
        read=["moderator", "editor"],
        change=["moderator"],
        leaves_a_line=True,
        steps={"end": Step("End the mandate", ["moderator"])},
    ),
    "outbox.email": Rows(
        "Outgoing mail, without addresses",
        read=["sender", "auditor"],
        steps={
            "try_again": Step("Try a failed e-mail again", ["sender"]),
            "confirm_arrival": Step("Settle an uncertain e-mail: it arrived", ["sender"]),
            "send_again": Step("Settle an uncertain e-mail: send again", ["sender"]),
        },
    ),
    "outbox.suppression": Rows(
        "Addresses that get no mail, without saying which",
        read=["sender", "auditor"],
        add=["sender"],
        steps={
            "note_corrected": Step("The office has another address", ["sender"]),
            "lift": Step("Send to it again", ["sender"]),
        },
    ),
    "outbox.pace": Rows("Paces of sending", read=["sender", "auditor"], add=["sender"], change=["sender"]),
    "outbox.domaincheck": Rows(
        "What the DNS says about the domain of our mail",
        read=["sender", "auditor", "administrator"],
        pages={
            "admin:outbox_domaincheck_change": Page(
                "One check: leads to the list", STAFF, STAFF, get=MOVES, post=MOVES
            ),
            "admin:outbox_domaincheck_again": Page(
                "Ask again", NOBODY, staff("sender", "auditor", "administrator"), post=MOVES
            ),
        },
    ),
    "accounts.user": Rows(
        "People",
        read=["administrator"],
        add=["administrator"],
        change=["administrator"],
        leaves_a_line=True,
        steps={
            "send_invitation_again": Step("Send the invitation again", ["administrator"]),
            "revoke_invitation": Step("Take the invitation back", ["administrator"]),
            "send_password_link": Step("Send a link to set a new password", ["administrator"]),
            "reset_second_factor": Step("Reset the second factor", ["administrator"]),
            "end_sessions": Step("End all sessions", ["administrator"]),
        },
    ),
    "privacy.providerrule": Rows(
        "Rules of mail providers",
        read=["administrator", "moderator", "auditor"],
        add=["administrator", "moderator"],
        change=["administrator", "moderator"],
    ),
    "accounts.auditentry": Rows(
        "History of everything",
        read=["auditor", "administrator"],
        pages={
            "admin:accounts_auditentry_export": Page(
                "The history as a file", staff("auditor", "administrator"), staff("auditor", "administrator")
            )
        },
    ),
    "accounts.switch": Rows(
        "Switches",
        read=["administrator", "auditor", "moderator", "press", "safeguarding"],
        pages={
            "admin:accounts_switch_change": Page("One switch: leads to the list", STAFF, STAFF, get=MOVES, post=MOVES),
            "admin:accounts_switch_turn": Page("Turn a switch", NOBODY, staff("administrator"), others=TOLD),
            "admin:accounts_switch_names": Page(
                "Hide all names of a text, or show them again",
                NOBODY,
                staff("administrator", "moderator", "press", "safeguarding"),
            ),
        },
    ),
    "auth.group": Rows("Roles", read=["administrator", "auditor"]),
}

# The choices by search: (kind of row or row on its page, field). Whoever reads what is found may search.
AUTOCOMPLETED = {
    ("campaigns.figure", "source"),
    ("campaigns.position", "source"),
    ("campaigns.instrument", "sources"),
    ("letters.recipient", "parent"),
    ("campaigns.outcome", "source"),
}
