"""Campaigns, evidence, organizations and delegates at the desk."""

from campaigns.admin.campaign import CampaignAdmin, DemandAdmin
from campaigns.admin.evidence import IncidentAdmin, InstrumentAdmin, SourceAdmin
from campaigns.admin.organization import DelegateAdmin, OrganizationAdmin, TopicAdmin

__all__ = [
    "CampaignAdmin",
    "DelegateAdmin",
    "DemandAdmin",
    "IncidentAdmin",
    "InstrumentAdmin",
    "OrganizationAdmin",
    "SourceAdmin",
    "TopicAdmin",
]
