"""The switches of the site at the desk, and hiding every name of a text at once."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts import audit_words, hidden_names, switches
from accounts.models import AuditEntry, Switch
from accounts.reasons import ReasonField
from accounts.row_filter import LARGEST_ID
from accounts.stateful_admin import ReadOnlyAdmin

SWITCH_EFFECTS = {
    Switch.Key.DEMONSTRATION: _(
        "Every page, mail and letter says that what it shows is invented. "
        "Loading the demonstration turns it on, removing it off."
    ),
    Switch.Key.PAUSE_SIGNING: _("No petition takes signatures; confirming earlier ones still works."),
    Switch.Key.PAUSE_SENDING: _(
        "No mail leaves, letters included. Everything waits and goes out when you turn it off."
    ),
    Switch.Key.READ_ONLY: _(
        "Everything can be read, and nothing is taken: no signature, no co-signature, no change at the desk. No mail "
        "leaves. You can still sign in here, turn this off, and hide names."
    ),
    Switch.Key.CHALLENGE: _(
        "Under every petition the browser first works for some seconds, or the person waits for half a minute: cheap "
        "for one signatory, dear for a machine that sends thousands."
    ),
}
TURNED_BY_STAFF = [Switch.Key.PAUSE_SIGNING, Switch.Key.PAUSE_SENDING, Switch.Key.READ_ONLY, Switch.Key.CHALLENGE]
HISTORY_SHOWN = 20


class TurnForm(forms.Form):
    reason = ReasonField(label=_("Why"), rows=1, required=False)


class NamesForm(forms.Form):
    """One text, by "petitions.petition:12", and why its names are hidden or shown again."""

    text = forms.ChoiceField(label=_("Text"), error_messages={"required": _("Please choose a text.")})
    reason = ReasonField(label=_("Why"), rows=1)

    def __init__(self, *args: Any, choices: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["text"]
        field.choices = [("", "–"), *choices]


@admin.register(Switch)
class SwitchAdmin(ReadOnlyAdmin):
    """One page with every switch, what it does, and a button with a reason; below, the names of texts."""

    def get_urls(self) -> list[Any]:
        turn, names = (
            self.admin_site.admin_view(require_POST(view)) for view in (self.turn_view, self.hide_or_show_view)
        )
        return [
            path("names/<str:act>/", names, name="accounts_switch_names"),
            path("<slug:key>/turn/", turn, name="accounts_switch_turn"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        return redirect("admin:accounts_switch_changelist")

    # --- Switches ---------------------------------------------------------------------------------------------
    def turn_view(self, request: HttpRequest, key: str) -> HttpResponse:
        if key not in Switch.Key.values:
            raise Http404
        switch = Switch.Key(key)
        if switch not in TURNED_BY_STAFF or not request.user.has_perm("accounts.change_switch"):
            self.message_user(request, _("You cannot turn this switch."), messages.ERROR)
            return redirect(
                "admin:index" if not self.has_view_permission(request) else "admin:accounts_switch_changelist"
            )
        form = TurnForm(request.POST, auto_id=f"{key}-%s")
        if not form.is_valid():
            return self._page(request, refused={key: form})
        on = request.POST.get("on") == "1"
        switches.turn(switch, on, by=self.person(request), now=timezone.now(), reason=form.cleaned_data["reason"])
        said = _("“%s” is on.") if on else _("“%s” is off.")
        self.message_user(request, said % switch.label, messages.SUCCESS)
        return redirect("admin:accounts_switch_changelist")

    # --- Names ------------------------------------------------------------------------------------------------
    def hide_or_show_view(self, request: HttpRequest, act: str) -> HttpResponse:
        if act not in {"hide", "show"}:
            raise Http404
        kinds = self._kinds(request)
        if not kinds or not self.has_view_permission(request):
            raise PermissionDenied
        form = NamesForm(request.POST, auto_id=f"{act}-%s", choices=_texts(kinds, hidden=act == "show"))
        if not form.is_valid():
            return self._page(request, refused={act: form})
        model, _colon, number = form.cleaned_data["text"].partition(":")
        kind = hidden_names.get(model)
        if kind is None or int(number) > LARGEST_ID:
            raise Http404
        hidden_names.set_hidden(
            kind,
            int(number),
            act == "hide",
            by=self.person(request),
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
        said = (
            _("The names are hidden. Copies that others made before are out of our reach.")
            if act == "hide"
            else _("The names are shown again.")
        )
        self.message_user(request, said, messages.SUCCESS)
        return redirect("admin:accounts_switch_changelist")

    def _kinds(self, request: HttpRequest) -> list[hidden_names.Kind]:
        """The kinds of text whose names this person may hide."""
        return [kind for kind in hidden_names.kinds() if request.user.has_perm(kind.permission)]

    # --- The page ---------------------------------------------------------------------------------------------
    def _page(self, request: HttpRequest, *, refused: dict[str, forms.Form] | None = None) -> HttpResponse:
        """The whole page; `refused` is the form with what is wrong in it, by key of the switch or "hide" or "show"."""
        refused = refused or {}
        rows = {row.key: row for row in Switch.objects.all()}
        may_turn = request.user.has_perm("accounts.change_switch")
        kinds = self._kinds(request)
        names_forms = {}
        for act in ("hide", "show") if kinds else ():
            choices = _texts(kinds, hidden=act == "show")
            if choices or act in refused:
                names_forms[act] = refused.get(act) or NamesForm(auto_id=f"{act}-%s", choices=choices)
        acts = [kind.act(hidden=hidden) for kind in kinds for hidden in (True, False)]
        history = AuditEntry.objects.filter(act__in=["accounts.turn_switch", *acts]).select_related("by")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Switches"),
            "switches": [
                {
                    "key": key.value,
                    "label": key.label,
                    "effect": SWITCH_EFFECTS[key],
                    "is_on": key in rows and rows[key].is_on,
                    "changed_at": rows[key].changed_at if key in rows else None,
                    "form": (refused.get(key) or TurnForm(auto_id=f"{key.value}-%s"))
                    if may_turn and key in TURNED_BY_STAFF
                    else None,
                }
                for key in Switch.Key
            ],
            "names_forms": names_forms,
            "history": [audit_words.line(entry) for entry in history[:HISTORY_SHOWN]],
        }
        status = 422 if refused else 200
        return TemplateResponse(request, "admin/accounts/switch/change_list.html", context, status=status)


def _texts(kinds: list[hidden_names.Kind], *, hidden: bool) -> list[tuple[str, list[tuple[str, str]]]]:
    """Texts to choose from, by room: ("Petitions", [("petitions.petition:12", title), …])."""
    groups = [(kind.label, [(f"{kind.name}:{pk}", title) for pk, title in kind.titles(hidden)]) for kind in kinds]
    return [(str(label), options) for label, options in groups if options]
