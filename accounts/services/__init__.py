"""The doors of the accounts room."""

from accounts.services.codes import (
    WITHHOLD_HEADER,
    redeem_sign_in_code,
    request_sign_in_code,
)
from accounts.services.devices import DEVICE_LIFETIME, devices_of, know_device
from accounts.services.folding import fold_users_anew
from accounts.services.invitations import (
    invite_staff,
    read_link,
    revoke_invitation,
    send_invitation_again,
    send_password_link,
    use_link,
)
from accounts.services.passkeys import (
    Party,
    add_passkey,
    authentication_options,
    new_challenge,
    registration_options,
    remove_passkey,
    rename_passkey,
    use_passkey,
)
from accounts.services.second_factor import (
    begin_totp,
    confirm_totp,
    has_recovery_codes,
    has_second_factor,
    keep_recovery_codes,
    make_recovery_codes,
    recovery_codes_left,
    remove_totp,
    reset_second_factor,
    totp_uri,
    use_recovery_code,
    verify_totp,
)
from accounts.services.sessions import end_sessions, sign_out_everywhere
from accounts.services.staff import change_password, follow_changes

__all__ = [
    "DEVICE_LIFETIME",
    "WITHHOLD_HEADER",
    "Party",
    "add_passkey",
    "authentication_options",
    "begin_totp",
    "change_password",
    "confirm_totp",
    "devices_of",
    "end_sessions",
    "fold_users_anew",
    "follow_changes",
    "has_recovery_codes",
    "has_second_factor",
    "invite_staff",
    "keep_recovery_codes",
    "know_device",
    "make_recovery_codes",
    "new_challenge",
    "read_link",
    "recovery_codes_left",
    "redeem_sign_in_code",
    "registration_options",
    "remove_passkey",
    "remove_totp",
    "rename_passkey",
    "request_sign_in_code",
    "reset_second_factor",
    "revoke_invitation",
    "send_invitation_again",
    "send_password_link",
    "sign_out_everywhere",
    "totp_uri",
    "use_link",
    "use_passkey",
    "use_recovery_code",
    "verify_totp",
]
