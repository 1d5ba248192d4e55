from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from accounts.roles import write_roles


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import personal_data  # these need the models, which are there only now
        from accounts.audit import sign_ins, triggers

        # By then the permissions of every app exist. An app without models sends no signal.
        last = [config for config in apps.get_app_configs() if config.models_module][-1]
        post_migrate.connect(write_roles, sender=last, dispatch_uid="accounts.write_roles")
        post_migrate.connect(triggers.install_after_migrate, sender=self, dispatch_uid="accounts.audit.triggers")
        assert sign_ins  # its receivers are connected
        assert personal_data  # its clocks are registered
