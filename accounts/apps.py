from importlib import import_module

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from accounts.roles import write_roles


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.audit import triggers  # these need the models, which are there only now

        for module in ("accounts.audit.sign_ins", "accounts.personal_data"):  # receivers, and retention clocks
            import_module(module)
        # By then the permissions of every app exist. An app without models sends no signal.
        last = [config for config in apps.get_app_configs() if config.models_module][-1]
        post_migrate.connect(write_roles, sender=last, dispatch_uid="accounts.write_roles")
        post_migrate.connect(triggers.install_after_migrate, sender=self, dispatch_uid="accounts.audit.triggers")
