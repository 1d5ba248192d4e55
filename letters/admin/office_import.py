"""Offices from a file at the desk: upload, what becomes of every row, import."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import uploads
from accounts.exceptions import FileRefused
from accounts.stateful_admin import StatefulAdmin
from accounts.tables import MAX_BYTES
from letters import services
from letters.exceptions import ImportRefused

WHAT = "letters.import"
ROWS_SHOWN = 500


class OfficeFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("CSV or JSON file"),
        help_text=gettext_lazy(
            "The first line names the columns. At most 5 MB and 2,000 offices. An office is known again by its “slug”; "
            "an empty cell changes nothing."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.json,text/csv,application/json"}),
        error_messages={"empty": gettext_lazy("The file is empty."), "required": gettext_lazy("Please choose a file.")},
        max_length=200,
    )

    def clean_file(self) -> bytes:
        """Its bytes: neither its name nor what the browser says of its type is believed."""
        upload: UploadedFile = self.cleaned_data["file"]
        if (upload.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 MB. Please divide it."))
        return upload.read()


class OfficeImport(StatefulAdmin):
    """The pages of the import, beside those of the register."""

    def get_urls(self) -> list[Any]:
        upload, look = (self.admin_site.admin_view(view) for view in (self.upload_view, self.look_view))
        return [
            path("import/", upload, name="letters_recipient_import"),
            path("import/<str:token>/", look, name="letters_recipient_look"),
            *super().get_urls(),
        ]

    def may_import(self, request: HttpRequest) -> bool:
        return request.user.has_perms(["letters.add_recipient", "letters.change_recipient"])

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "may_import": self.may_import(request)})

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """The upload. A file that can be read leads to the look at its rows."""
        if not self.may_import(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._import_page(request, "import_upload.html", {"form": OfficeFileForm()})
        form = OfficeFileForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                services.plan_offices(form.cleaned_data["file"], now=timezone.now())
            except ImportRefused as exc:
                form.add_error("file", str(exc))
            else:
                token = uploads.keep({}, form.cleaned_data["file"], what=WHAT, by=self.person(request))
                return redirect("admin:letters_recipient_look", token=token)
        return self._import_page(request, "import_upload.html", {"form": form}, status=422)

    def look_view(self, request: HttpRequest, token: str) -> HttpResponse:
        """Every row with what becomes of it; POST imports, or drops the file."""
        if not self.may_import(request):
            raise PermissionDenied
        now = timezone.now()
        try:
            _said, content = uploads.opened(token, what=WHAT, by=self.person(request), now=now)
            if request.method == "POST":
                return self._decide(request, token, content)
            plan = services.plan_offices(content, now=now)
        except (ImportRefused, FileRefused) as exc:
            self.message_user(request, str(exc), messages.ERROR)
            return redirect("admin:letters_recipient_import")
        context = {
            "plan": plan,
            "wrong": plan.of("error")[:ROWS_SHOWN],
            "new": plan.of("new")[:ROWS_SHOWN],
            "changed": plan.of("changed")[:ROWS_SHOWN],
            "rows_shown": ROWS_SHOWN,
        }
        return self._import_page(request, "import_look.html", context)

    def _decide(self, request: HttpRequest, token: str, content: bytes) -> HttpResponse:
        if "drop" in request.POST:
            uploads.forget(token)
            self.message_user(request, _("Nothing was imported, and the file is gone."), messages.SUCCESS)
            return redirect("admin:letters_recipient_changelist")
        digest = request.POST.get("digest") or "-"
        try:
            plan = services.import_offices(content, digest=digest, by=self.person(request), now=timezone.now())
        except ImportRefused as exc:
            self.message_user(request, str(exc), messages.ERROR)
            return redirect("admin:letters_recipient_look", token=token)
        uploads.forget(token)
        counts = {"new": plan.counts["new"], "changed": plan.counts["changed"], "wrong": plan.counts["error"]}
        sentence = _("Imported: %(new)d new offices, %(changed)d changed, %(wrong)d rows left out.") % counts
        self.message_user(request, sentence, messages.SUCCESS)
        return redirect("admin:letters_recipient_changelist")

    def _import_page(
        self, request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Import offices"),
            "media": self.media,
            **context,
        }
        return TemplateResponse(request, f"admin/letters/recipient/{template}", context, status=status)
