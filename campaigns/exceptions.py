"""Refusals of the campaigns room."""


class CampaignsError(Exception):
    """Something that may not be done, said so that the person can act on it."""


class DelegateRefused(CampaignsError):
    """This person may not act for this organization."""


class OrganizationRefused(CampaignsError):
    """The organization's state does not allow this step."""


class ApplicationRefused(CampaignsError):
    """This application cannot be taken or confirmed now."""


class TooManyApplications(ApplicationRefused):
    """This network has sent enough applications for today."""


class AuthorityRefused(CampaignsError):
    """This person cannot give or use a standing authority."""


class NoSuchPicture(CampaignsError):
    """This file is no picture that we keep."""
