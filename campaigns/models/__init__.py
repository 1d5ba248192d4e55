"""Why and who: campaigns and demands, organizations and delegates, and the evidence."""

from campaigns.models.campaign import Campaign, CampaignText, Demand, DemandText
from campaigns.models.evidence import Figure, Incident, Instrument, Place, Position, Source
from campaigns.models.membership import (
    DelegateRequest,
    MembershipApplication,
    OrganizationLogo,
    StandingAuthority,
    Topic,
)
from campaigns.models.news import News, NewsDigest
from campaigns.models.organization import Delegate, Organization, OrganizationName
from campaigns.models.outcomes import Outcome

__all__ = [
    "Campaign",
    "CampaignText",
    "Delegate",
    "DelegateRequest",
    "Demand",
    "DemandText",
    "Figure",
    "Incident",
    "Instrument",
    "MembershipApplication",
    "News",
    "NewsDigest",
    "Organization",
    "OrganizationLogo",
    "OrganizationName",
    "Outcome",
    "Place",
    "Position",
    "Source",
    "StandingAuthority",
    "Topic",
]
