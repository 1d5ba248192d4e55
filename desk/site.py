"""The desk: Django's admin in the look of the house, its start page saying what waits."""

from django.contrib.admin import AdminSite


class DeskSite(AdminSite):
    pass
