from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from accounts.roles import write_roles


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        last = list(apps.get_app_configs())[-1]  # by then the permissions of every app exist
        post_migrate.connect(write_roles, sender=last, dispatch_uid="accounts.write_roles")
