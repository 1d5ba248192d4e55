"""The one door to the audit: what staff and delegates did, written once and sealed in a chain."""

from accounts.audit.recording import history, record, record_about

__all__ = ["history", "record", "record_about"]
