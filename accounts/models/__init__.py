"""Who may come in, what was done, and the switches of the site."""

from accounts.models.audit import AuditEntry
from accounts.models.sign_in import SignInCode
from accounts.models.switch import Switch
from accounts.models.user import User, UserManager

__all__ = ["AuditEntry", "SignInCode", "Switch", "User", "UserManager"]
