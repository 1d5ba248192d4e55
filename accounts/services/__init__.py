"""The doors of the accounts room."""

from accounts.services.codes import (
    WITHHOLD_HEADER,
    forget_sign_in_codes,
    redeem_sign_in_code,
    request_sign_in_code,
)
from accounts.services.staff import set_password

__all__ = [
    "WITHHOLD_HEADER",
    "forget_sign_in_codes",
    "redeem_sign_in_code",
    "request_sign_in_code",
    "set_password",
]
