from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class DeskConfig(AppConfig):
    name = "desk"


class DeskAdminConfig(AdminConfig):
    default_site = "desk.site.DeskSite"
