"""Who may come in, what was done, and the switches of the site."""

from accounts.models.audit import AuditEntry, AuditLink
from accounts.models.factors import FACTORS, KnownDevice, Passkey, RecoveryCode, TotpDevice
from accounts.models.sign_in import SignInCode
from accounts.models.staff_link import StaffLink
from accounts.models.switch import Switch
from accounts.models.user import User, UserManager

__all__ = [
    "FACTORS",
    "AuditEntry",
    "AuditLink",
    "KnownDevice",
    "Passkey",
    "RecoveryCode",
    "SignInCode",
    "StaffLink",
    "Switch",
    "TotpDevice",
    "User",
    "UserManager",
]
