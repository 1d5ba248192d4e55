"""What there is to ask: every address of the site and every step of the desk, as Django itself knows them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Address:
    """One pattern of the site: `key` is its name with namespaces, else its route."""

    key: str
    route: str
    view: Callable[..., Any]


def addresses() -> list[Address]:
    """Every address, each once; those in two languages as they are in the active one."""
    return list(_walk(get_resolver(), "", []))


def _walk(resolver: URLResolver, route: str, namespaces: list[str]) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            key = ":".join([*namespaces, pattern.name]) if pattern.name else here
            yield Address(key, here, pattern.callback)
        else:
            inner = [*namespaces, pattern.namespace] if pattern.namespace else namespaces
            yield from _walk(pattern, here, inner)


def desk_rows() -> dict[str, Any]:
    """{"letters.release": its ModelAdmin}."""
    return {model._meta.label_lower: model_admin for model, model_admin in admin.site._registry.items()}


def desk_steps() -> dict[str, list[str]]:
    """{"letters.release": ["approve", …]}: buttons of a row, of a list, and the menu of a list."""
    return {
        label: [
            *getattr(model_admin, "change_actions", ()),
            *getattr(model_admin, "changelist_actions", ()),
            # "release_selected" takes the step "release" with many rows at once
            *(
                (name if isinstance(name, str) else name.__name__).removesuffix("_selected")
                for name in model_admin.actions or ()
            ),
        ]
        for label, model_admin in desk_rows().items()
    }


def usual_pages(label: str) -> dict[str, str]:
    """The addresses that every kind of row has at the desk: {key: "list" | "add" | …}."""
    name = label.replace(".", "_")
    return {
        f"admin:{name}_changelist": "list",
        f"admin:{name}_add": "add",
        f"admin:{name}_change": "change",
        f"admin:{name}_history": "history",
        f"admin:{name}_delete": "delete",
        f"admin:{name}_actions": "step",
        f"admin/{label.replace('.', '/')}/<path:object_id>/": "bare",
    }


def models_of_the_site() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if not model._meta.proxy]
