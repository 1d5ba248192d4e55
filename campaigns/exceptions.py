"""Refusals of the campaigns room."""


class CampaignsError(Exception):
    """Something that may not be done, said so that the person can act on it."""


class DelegateRefused(CampaignsError):
    """This person may not act for this organization."""


class OrganizationRefused(CampaignsError):
    """The organization's state does not allow this step."""
