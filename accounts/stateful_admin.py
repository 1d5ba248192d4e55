"""What every page of the desk has in common: state only services change, steps as buttons, history, no deletion."""

import logging
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminURLFieldWidget, RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_object_actions import DjangoObjectActions

from accounts import audit, audit_words
from accounts.admin_fields import DateInput, MomentInput, language_choices, time_zone_choices
from accounts.exceptions import AccountsError
from accounts.steps import ConfirmForm, Step

logger = logging.getLogger(__name__)

HISTORY_SHOWN = 50
# What Django's own filters of the side add to the name of a field.
FILTER_SUFFIXES = ["exact", "isnull", "gte", "gt", "lt", "lte", "in", "id__exact", "pk__exact"]


class StatefulAdmin(DjangoObjectActions, admin.ModelAdmin):
    """A page for one model. Subclasses name steps in `change_actions`, and errors of other rooms in `refusals`."""

    refusals: tuple[type[Exception], ...] = ()
    actions = None
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    change_form_template = None
    change_list_template = None
    state_field = "state"
    Media = None  # one stylesheet for the whole desk, in base_site.html, instead of the library's
    formfield_overrides = {
        models.DateField: {"widget": DateInput},
        models.DateTimeField: {"form_class": forms.DateTimeField, "widget": MomentInput},
        models.URLField: {"widget": AdminURLFieldWidget, "assume_scheme": "https"},
    }

    @property
    def _sentences(self) -> tuple[type[Exception], ...]:
        """The errors that say something fit for the person."""
        return (AccountsError, *self.refusals)

    # --- What a subclass may say about one object ---------------------------------------------------------------
    def next_step(self, request: HttpRequest, obj: Any) -> str:
        """One or two sentences under the state: what comes next, and who does it."""
        return ""

    def offers(self, request: HttpRequest, obj: Any, name: str) -> bool:
        """Whether the step makes sense for this person and object, beyond permission and state."""
        return True

    def public_url(self, obj: Any) -> str:
        """Where everybody can read it, or ""."""
        return ""

    def panels(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What the model's own template shows besides the form."""
        return {}

    def is_restricted(self, request: HttpRequest, obj: Any) -> bool:
        """Whether the page shows somebody's data that few may see: reading it then leaves an audit line."""
        return False

    # --- Steps --------------------------------------------------------------------------------------------------
    def get_change_actions(self, request: HttpRequest, object_id: str, form_url: str) -> list[str]:
        return []  # the buttons depend on the object: see render_change_form

    def step(self, name: str) -> Step:
        step: Step = getattr(self, name).step
        return step

    def is_offered(self, request: HttpRequest, obj: Any, name: str) -> bool:
        """Whether the button is shown."""
        step = self.step(name)
        in_state = step.states is None or getattr(obj, self.state_field) in step.states
        return in_state and request.user.has_perm(step.permission) and self.offers(request, obj, name)

    def _get_action_urls(self) -> list[Any]:
        info = f"{self.opts.app_label}_{self.opts.model_name}"
        self.tools_view_name = f"admin:{info}_actions"
        view = self.admin_site.admin_view(self.step_view)
        return [path("<path:object_id>/actions/<slug:name>/", view, name=f"{info}_actions")]

    def step_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponseBase:
        """Take one step with one object, or show its form; whatever stands in the way becomes a sentence."""
        if name not in self.change_actions:
            raise Http404
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        method, step = getattr(self, name), self.step(name)
        if request.method not in method.methods:
            response = self.step_page(request, obj, step, "admin/step_by_button.html", {}, status=405)
            response.headers["Allow"] = ", ".join(method.methods)
            return response
        if not request.user.has_perm(step.permission):
            logger.warning("the step %s of %s refused to user %s", name, self.opts.label_lower, request.user.pk)
            return self.refuse(request, obj, _("Your role does not include “%s”. Please ask a colleague.") % step.label)
        if request.method != "POST" and not self.is_offered(request, obj, name):
            return self.refuse(request, obj, _("“%s” is not possible in this state.") % step.label)
        if step.form:
            return self._form_step(request, obj, name)
        try:
            result = method(request, obj)
        except self._sentences as exc:
            return self.refuse(request, obj, str(exc))
        return result if isinstance(result, HttpResponseBase) else self.done(request, obj, result)

    def _form_step(self, request: HttpRequest, obj: Any, name: str) -> HttpResponse:
        method, step = getattr(self, name), self.step(name)
        form_class = step.form or ConfirmForm
        form = form_class(
            request.POST if request.method == "POST" else None, initial=self.step_initial(request, obj, name)
        )
        self.step_form(request, obj, name, form)
        status = 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                try:
                    result = method(request, obj, **form.cleaned_data)
                    return result if isinstance(result, HttpResponse) else self.done(request, obj, result)
                except self._sentences as exc:
                    form.add_error(None, str(exc))
                    status = 409
        return self.step_page(request, obj, step, "admin/step_form.html", {"form": form}, status=status)

    def step_form(self, request: HttpRequest, obj: Any, name: str, form: Any) -> None:
        """Narrow the form of a step to this object, such as what there is to choose from."""

    def step_initial(self, request: HttpRequest, obj: Any, name: str) -> dict[str, Any]:
        """What the form of a step begins with."""
        return {}

    def step_page(
        self, request: HttpRequest, obj: Any, step: Step, template: str, context: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        """A page of the desk about one step with one object."""
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": obj,
            "step": step,
            "title": step.label,
            "back_url": self.object_url(obj),
            "media": self.media,
            **context,
        }
        return TemplateResponse(request, template, context, status=status)

    def object_url(self, obj: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])

    def refuse(self, request: HttpRequest, obj: Any, sentence: str) -> HttpResponse:
        self.message_user(request, sentence, messages.ERROR)
        return redirect(self.object_url(obj))

    def done(self, request: HttpRequest, obj: Any, sentence: str | None) -> HttpResponse:
        if sentence:
            self.message_user(request, sentence, messages.SUCCESS)
        return redirect(self.object_url(obj))

    # --- The page of an object ----------------------------------------------------------------------------------
    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}  # saving stays on the page
        inlines = context["inline_admin_formsets"]
        if not (
            context["adminform"].form.fields
            or any(row.has_change_permission or row.has_add_permission for row in inlines)
        ):
            context["show_save"] = False  # there is nothing to write in
        if obj is not None and change:
            names = [name for name in self.change_actions if self.is_offered(request, obj, name)]
            context |= {
                "objectactions": [
                    {**self._get_tool_dict(name), "methods": getattr(self, name).methods} for name in names
                ],
                "state_label": self.state_label(obj),
                "state": getattr(obj, self.state_field, ""),
                "next_step": self.next_step(request, obj),
                "public_url": self.public_url(obj),
                "history": [audit_words.line(entry) for entry in self.history_of(obj)[:HISTORY_SHOWN]],
                **self.panels(request, obj),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def state_label(self, obj: Any) -> str:
        display = getattr(obj, f"get_{self.state_field}_display", None)
        return capfirst(display()) if display else ""

    def history_of(self, obj: Any) -> models.QuerySet[Any]:
        return audit.history(obj)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id)) if request.method == "GET" else None
        if obj is not None and self.has_view_or_change_permission(request, obj) and self.is_restricted(request, obj):
            act = f"{self.opts.app_label}.view_{self.opts.model_name}"
            audit.record(act, obj, by=self.person(request), now=timezone.now())
        return super().change_view(request, object_id, form_url, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The history stands on the page itself."""
        info = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(info, args=[object_id]) + "#history")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row; locked while a form is being saved, so that no step can be taken in between."""
        if request.method != "POST" or not transaction.get_connection().in_atomic_block:
            return super().get_object(request, object_id, from_field)
        field: Any = self.opts.pk if from_field is None else self.opts.get_field(from_field)
        try:
            value = field.to_python(object_id)
            return self.get_queryset(request).select_for_update(of=("self",)).get(**{field.name: value})
        except (self.model.DoesNotExist, forms.ValidationError, ValueError):
            return None

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        shown = request.POST.get("_state")
        if request.method != "POST" or object_id is None or shown is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            obj = self.get_object(request, unquote(object_id))
            if obj is not None and getattr(obj, self.state_field, "") != shown:
                return self._moved_on(request, obj)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _moved_on(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Somebody took a step while this person was writing: say so, and give the words back."""
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        words = [value for key, value in request.POST.items() if key != "csrfmiddlewaretoken" and len(value) > 30]
        step = Step(_("Not saved"), "")
        context = {"words": words, "state_label": self.state_label(obj)}
        return self.step_page(request, obj, step, "admin/moved_on.html", context, status=409)

    # --- Saving -------------------------------------------------------------------------------------------------
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save what the form holds and nothing else: states belong to the services."""
        if not change:
            obj.save()
            return
        held = [field.name for field in self.opts.concrete_fields if field.name in form.cleaned_data]
        if held:
            obj.save(update_fields=[*held, *self.saved_with(obj)])

    def saved_with(self, obj: Any) -> Iterable[str]:
        """Fields that follow from those of the form."""
        return ()

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """What was changed, by the names of fields only: the audit holds no words and no personal data."""
        details: dict[str, Any] = {"fields": form.changed_data} if form.changed_data else {}
        rows = []
        for formset in formsets or []:
            for row in formset.forms:
                if row.has_changed() and row.instance.pk:
                    language = getattr(row.instance, "language", "")
                    rows.append(
                        {"row": row.instance._meta.model_name, "language": language, "fields": row.changed_data}
                    )
        return details | ({"rows": rows} if rows else {})

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """An audit line instead of Django's log, which would keep names in clear."""
        audit.record(
            f"{self.opts.app_label}.add_{self.opts.model_name}", obj, by=self.person(request), now=timezone.now()
        )

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        if message:
            act = f"{self.opts.app_label}.change_{self.opts.model_name}"
            audit.record(act, obj, by=self.person(request), now=timezone.now(), **message)

    def person(self, request: HttpRequest) -> Any:
        """Who acts, as the services take it."""
        return request.user

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self.done(request, obj, _("Saved."))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self.done(request, obj, _("Saved."))

    # --- Lists --------------------------------------------------------------------------------------------------
    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what stands in `list_filter`: any other would let a list be asked what a password begins with."""
        for item in self.list_filter:
            if isinstance(item, str | tuple):
                name = item if isinstance(item, str) else item[0]
                if lookup == name or lookup in [f"{name}__{suffix}" for suffix in FILTER_SUFFIXES]:
                    return True
            elif lookup == getattr(item, "parameter_name", None):
                return True
        return False

    # --- Permissions and fields ---------------------------------------------------------------------------------
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # rows are closed, withdrawn, archived

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        raise PermissionDenied  # without looking for the row

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return _desk_field(db_field) or _plain(super().formfield_for_dbfield(db_field, request, **kwargs))

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, LanguageInline):
            kwargs["initial"] = [{"language": code} for code in inline.missing_languages(obj)]
        return kwargs


class ReadOnlyAdmin(StatefulAdmin):
    """Rows that staff read and never type into; steps may still be offered."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RowInline(admin.StackedInline):
    """Rows under an object: added and corrected, never deleted."""

    extra = 0
    can_delete = False
    formfield_overrides = StatefulAdmin.formfield_overrides

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return _desk_field(db_field) or _plain(super().formfield_for_dbfield(db_field, request, **kwargs))


class LanguageInline(RowInline):
    """One row a language; an empty one waits for each language of the site that is missing."""

    parent_link = ""  # the foreign key to the object
    verbose_name = gettext_lazy("text")
    verbose_name_plural = gettext_lazy("texts")

    def rows_of(self, obj: Any) -> Iterable[Any]:
        """The rows that are there already."""
        related = self.model._meta.get_field(self.parent_link).remote_field.get_accessor_name()
        return getattr(obj, related).all() if obj.pk else ()

    def missing_languages(self, obj: Any) -> list[str]:
        have = {row.language for row in self.rows_of(obj)}
        return [code for code, _name in settings.LANGUAGES if code not in have]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return len(self.missing_languages(obj if obj is not None else self.parent_model()))


def _plain(field: Any) -> Any:
    """A choice without the admin's pencil, plus and eye, which open windows of their own."""
    if isinstance(field.widget if field else None, RelatedFieldWidgetWrapper):
        field.widget = field.widget.widget
    return field


def _desk_field(db_field: Any) -> forms.Field | None:
    """Lists to choose from for languages and time zones, which the database keeps as text."""
    choices: Any = {"language": language_choices, "time_zone": time_zone_choices}.get(db_field.name)
    if choices is None:
        return None
    return forms.ChoiceField(
        label=capfirst(db_field.verbose_name),
        choices=choices,
        initial=db_field.get_default() if db_field.has_default() else None,
        help_text=db_field.help_text,
    )
