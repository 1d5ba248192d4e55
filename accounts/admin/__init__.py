"""Users, roles, the audit and the switches, at the desk."""

from accounts.admin.audit import AuditEntryAdmin
from accounts.admin.provider_rules import ProviderRuleAdmin
from accounts.admin.switches import SwitchAdmin
from accounts.admin.users import RoleAdmin, UserAdmin

__all__ = ["AuditEntryAdmin", "ProviderRuleAdmin", "RoleAdmin", "SwitchAdmin", "UserAdmin"]
