"""Pages of staff about themselves, under /admin/ and in its namespace."""

from collections.abc import Callable
from typing import Any

from django.urls import path

from accounts.views import account, links, set_up, sign_in

# Open to whoever comes: each looks for itself who that is.
way_in = [
    path("second-factor/", sign_in.second_factor, name="second-factor"),
    path("second-factor/set-up/", set_up.set_up, name="set-up"),
    path("second-factor/set-up/authenticator/", set_up.authenticator, name="set-up-authenticator"),
    path("second-factor/set-up/passkey/", set_up.passkey, name="set-up-passkey"),
    path("second-factor/set-up/passkey/options/", set_up.passkey_options, name="set-up-passkey-options"),
    path("passkey/", sign_in.passkey, name="passkey"),
    path("passkey/options/", sign_in.passkey_options, name="passkey-options"),
    path("invitations/<str:token>/", links.invitation, name="invitation"),
    path("new-password/<str:token>/", links.new_password, name="new_password"),
]


def own_account(desk: Callable[..., Any]) -> list[Any]:
    """For staff who are signed in; `desk` lets nobody else pass."""
    return [
        path("account/", desk(account.account), name="account"),
        path("account/authenticator/remove/", desk(account.remove_authenticator), name="remove-authenticator"),
        path("account/passkeys/<int:passkey_id>/", desk(account.rename_passkey), name="rename-passkey"),
        path("account/passkeys/<int:passkey_id>/remove/", desk(account.remove_passkey), name="remove-passkey"),
        path("account/recovery-codes/", desk(account.new_recovery_codes), name="new-recovery-codes"),
        path("account/sign-out-everywhere/", desk(account.sign_out_everywhere), name="sign-out-everywhere"),
        path("second-factor/recovery-codes/", desk(set_up.recovery_codes), name="recovery-codes"),
    ]
