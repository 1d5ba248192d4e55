"""The roles of staff as groups, and what each may do. Written to the database after every migration."""

from collections.abc import Iterable

from django.apps import AppConfig, apps
from django.db.models import Q

VIEW, ADD, CHANGE = "view", "add", "change"

# role: {"app.model": actions, "app": named permissions}. Nobody may delete: rows are closed, withdrawn, archived.
ROLES: dict[str, dict[str, list[str]]] = {
    "editor": {
        "campaigns.campaign": [VIEW, ADD, CHANGE],
        "campaigns.campaigntext": [VIEW, ADD, CHANGE],
        "campaigns.demand": [VIEW, ADD, CHANGE],
        "campaigns.demandtext": [VIEW, ADD, CHANGE],
        "campaigns.outcome": [VIEW, ADD, CHANGE, "publish"],
        "campaigns.newsdigest": [VIEW, "send"],
        "campaigns.source": [VIEW, ADD, CHANGE],
        "campaigns.incident": [VIEW, ADD, CHANGE],
        "campaigns.figure": [VIEW, ADD, CHANGE],
        "campaigns.place": [VIEW, ADD, CHANGE],
        "campaigns.position": [VIEW, ADD, CHANGE],
        "campaigns.instrument": [VIEW, ADD, CHANGE],
        "campaigns.organization": [VIEW],
        "campaigns.organizationname": [VIEW],
        "campaigns.delegate": [VIEW],
        "campaigns.topic": [VIEW, ADD, CHANGE],
        "petitions.petition": [VIEW, ADD, CHANGE, "publish"],
        "petitions.petitiontext": [VIEW, ADD, CHANGE],
        "petitions.partnerlink": [VIEW, ADD],
        "petitions.officialpetition": [VIEW, ADD, CHANGE],
        "petitions.update": [VIEW, ADD, CHANGE, "publish"],
        "petitions.updatetext": [VIEW, ADD, CHANGE],
        "petitions.milestone": [VIEW, ADD, CHANGE, "hear"],
        "statements.statement": [VIEW, ADD, CHANGE, "lock", "publish", "invite", "press"],
        "statements.version": [VIEW],
        "statements.translation": [VIEW, ADD, CHANGE],
        "statements.invitation": [VIEW],
        "statements.cosignature": [VIEW, "withdraw"],
        "statements.personalsignature": [VIEW],
        "statements.question": ["answer"],
        "letters.recipient": [VIEW],
        "letters.route": [VIEW],
        "letters.routeconflict": [VIEW],
        "letters.session": [VIEW],
        "letters.submission": [VIEW, "prepare"],
    },
    "sender": {
        "letters.recipient": [VIEW, ADD, CHANGE],
        "letters.formofaddress": [VIEW, ADD, CHANGE],
        "letters.holder": [VIEW, ADD, CHANGE],
        "letters.proof": [VIEW],
        "letters.lettertemplate": [VIEW, ADD, CHANGE],
        "letters.release": [VIEW, "request", "approve", "stop", "export"],
        "letters.letter": [VIEW],
        "letters.dispatch": [VIEW, CHANGE],
        "letters.reply": [VIEW, ADD, CHANGE, "read_private"],
        "letters.route": [VIEW, ADD, CHANGE],
        "letters.routeconflict": [VIEW, ADD, CHANGE],
        "letters.session": [VIEW, ADD, CHANGE],
        "letters.submission": [VIEW, "prepare"],
        "letters.inboundmail": [VIEW, ADD, CHANGE],
        "letters.followup": [VIEW, CHANGE],
        "letters.codedreply": [ADD],
        "petitions.handover": [VIEW, ADD, "take"],
        "outbox.email": [VIEW, "retry"],
        "outbox.suppression": [VIEW, ADD, "lift"],
        "outbox.pace": [VIEW, ADD, CHANGE],
        "outbox.domaincheck": [VIEW],
        "statements.statement": [VIEW],
        "statements.version": [VIEW],
    },
    "moderator": {
        "campaigns.organization": [VIEW, ADD, CHANGE],
        "campaigns.organizationname": [VIEW, ADD, CHANGE],
        "campaigns.delegate": [VIEW, ADD, CHANGE, "invite"],
        "campaigns.membershipapplication": [VIEW],
        "petitions.importbatch": [VIEW, ADD, CHANGE],
        "petitions.signature": [VIEW, "moderate"],
        "petitions.comment": [VIEW, "moderate"],
        "petitions.petition": [VIEW, "challenge", "hide_names"],
        "petitions.listentry": [VIEW, ADD, CHANGE],
        "petitions.limitrule": [VIEW, ADD, CHANGE],
        "petitions.invalidationbatch": [VIEW, ADD, "run"],
        "petitions.report": [VIEW, CHANGE],
        "privacy.providerrule": [VIEW, ADD, CHANGE],
        "statements.statement": ["hide_names"],
        "statements.invitation": [VIEW],
        "statements.cosignature": [VIEW, "confirm", "withdraw"],
        "statements.personalsignature": [VIEW],
        "accounts.switch": [VIEW],
    },
    "press": {
        "campaigns.campaign": [VIEW],
        "campaigns.organization": [VIEW],
        "petitions.petition": [VIEW, "hide_names"],
        "petitions.update": [VIEW],
        "petitions.updatetext": [VIEW],
        "petitions.milestone": [VIEW, "hear"],
        "statements.statement": [VIEW, "hide_names", "press"],
        "statements.cosignature": [VIEW],
        "letters.letter": [VIEW],
        "letters.reply": [VIEW],
        "accounts.switch": [VIEW],
    },
    "safeguarding": {
        "petitions.petition": [VIEW, "hide_names"],
        "petitions.signature": [VIEW, "reveal"],
        "petitions.report": [VIEW, CHANGE],
        "privacy.erasurerecord": [ADD],  # erase a person
        "statements.statement": ["hide_names"],
        "accounts.switch": [VIEW],
    },
    "auditor": {  # everything but people: no signatures, no delegates, no users
        "accounts.auditentry": [VIEW, "export"],
        "accounts.switch": [VIEW],
        "auth.group": [VIEW],
        "campaigns.campaign": [VIEW],
        "campaigns.campaigntext": [VIEW],
        "campaigns.demand": [VIEW],
        "campaigns.demandtext": [VIEW],
        "campaigns.outcome": [VIEW],
        "campaigns.newsdigest": [VIEW],
        "campaigns.source": [VIEW],
        "campaigns.incident": [VIEW],
        "campaigns.figure": [VIEW],
        "campaigns.place": [VIEW],
        "campaigns.position": [VIEW],
        "campaigns.instrument": [VIEW],
        "campaigns.organization": [VIEW],
        "campaigns.organizationname": [VIEW],
        "campaigns.topic": [VIEW],
        "petitions.petition": [VIEW],
        "petitions.petitiontext": [VIEW],
        "petitions.partnerlink": [VIEW],
        "petitions.importbatch": [VIEW],
        "petitions.officialpetition": [VIEW],
        "petitions.listentry": [VIEW],
        "petitions.limitrule": [VIEW],
        "privacy.providerrule": [VIEW],
        "petitions.invalidationbatch": [VIEW],
        "petitions.update": [VIEW],
        "petitions.updatetext": [VIEW],
        "petitions.milestone": [VIEW],
        "statements.statement": [VIEW],
        "statements.version": [VIEW],
        "statements.translation": [VIEW],
        "statements.invitation": [VIEW],
        "statements.cosignature": [VIEW],
        "letters.recipient": [VIEW],
        "letters.formofaddress": [VIEW],
        "letters.holder": [VIEW],
        "letters.proof": [VIEW],
        "letters.lettertemplate": [VIEW],
        "letters.release": [VIEW, "export"],
        "letters.letter": [VIEW],
        "letters.dispatch": [VIEW],
        "letters.route": [VIEW],
        "letters.routeconflict": [VIEW],
        "letters.session": [VIEW],
        "letters.submission": [VIEW],
        "letters.reply": [VIEW],
        "letters.followup": [VIEW],
        "outbox.email": [VIEW],
        "outbox.suppression": [VIEW],
        "outbox.pace": [VIEW],
        "outbox.domaincheck": [VIEW],
    },
    "administrator": {
        "accounts.user": [VIEW, ADD, CHANGE],
        "accounts.switch": [VIEW, CHANGE],
        "auth.group": [VIEW],
        "outbox.domaincheck": [VIEW],
        "accounts.auditentry": [VIEW, "export"],
        "petitions.petition": ["hide_names"],
        "privacy.providerrule": [VIEW, ADD, CHANGE],
        "statements.statement": ["hide_names"],
    },
}

ALONE = "administrator"  # whoever makes accounts does none of the campaign's work, and checks nobody's


def alone(names: Iterable[str]) -> str:
    """The role among these that goes with no other; "" when they go together."""
    names = set(names)
    return ALONE if ALONE in names and len(names) > 1 else ""


def codenames(model: str, actions: list[str]) -> list[str]:
    """The permission codenames of a model: `["view_petition", "publish_petition"]`."""
    return [f"{action}_{model.rpartition('.')[2]}" for action in actions]


def write_roles(sender: AppConfig, **kwargs: object) -> None:
    """Make every group and give it exactly the permissions declared above (receiver of post_migrate)."""
    group_model, permission_model = apps.get_model("auth.Group"), apps.get_model("auth.Permission")
    for role, grants in ROLES.items():
        group, _ = group_model.objects.get_or_create(name=role)
        wanted = Q(pk__in=[])
        for model, actions in grants.items():
            app_label, name = model.split(".")
            wanted |= Q(
                content_type__app_label=app_label, content_type__model=name, codename__in=codenames(model, actions)
            )
        group.permissions.set(permission_model.objects.filter(wanted))
