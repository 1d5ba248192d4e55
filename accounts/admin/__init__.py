"""Users, roles, the audit and the switches, at the desk."""

from accounts.admin.audit import AuditEntryAdmin
from accounts.admin.switches import SwitchAdmin
from accounts.admin.users import RoleAdmin, UserAdmin

__all__ = ["AuditEntryAdmin", "RoleAdmin", "SwitchAdmin", "UserAdmin"]
