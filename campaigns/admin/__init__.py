"""Campaigns, evidence, organizations and delegates at the desk."""

from campaigns.admin.campaign import CampaignAdmin, DemandAdmin
from campaigns.admin.evidence import IncidentAdmin, InstrumentAdmin, SourceAdmin
from campaigns.admin.organization import DelegateAdmin, OrganizationAdmin, TopicAdmin
from campaigns.admin.outcomes import NewsDigestAdmin, OutcomeAdmin

__all__ = [
    "CampaignAdmin",
    "DelegateAdmin",
    "DemandAdmin",
    "IncidentAdmin",
    "InstrumentAdmin",
    "NewsDigestAdmin",
    "OrganizationAdmin",
    "OutcomeAdmin",
    "SourceAdmin",
    "TopicAdmin",
]
