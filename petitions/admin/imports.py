"""Signatures from files at the desk: upload, look line by line, import; and take a file out again."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.stateful_admin import ReadOnlyAdmin
from accounts.steps import WhyForm, step
from accounts.tables import MAX_BYTES
from campaigns.models import Organization
from petitions import services
from petitions.exceptions import ImportRefused, PetitionsError
from petitions.models import ImportBatch, Kind, Petition
from petitions.services import import_files
from petitions.services.import_files import Asked
from petitions.services.importing import TAKES_IMPORTS
from privacy.text import OneLineField

LINES_SHOWN = 1_000


class UploadForm(forms.Form):
    """A file, and where it comes from."""

    petition = forms.ModelChoiceField(Petition.objects.none(), label=gettext_lazy("Petition"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[(k.value, k.label) for k in (Kind.PAPER, Kind.PARTNER)]
    )
    organization = forms.ModelChoiceField(
        Organization.objects.none(), label=gettext_lazy("Collected by"), required=False
    )
    provenance = OneLineField(
        label=gettext_lazy("Where they come from"),
        max_length=500,
        help_text=gettext_lazy("Who collected them, when, and where the sheets are kept. Name groups, not persons."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the sheets"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("In which people read what they agree to."),
    )
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "The first line names the columns: name, country, place, date, consent. At most 5 MB and 20,000 lines. "
            "A column “email” is read only to know people again, and is not kept."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
        error_messages={"empty": gettext_lazy("The file is empty."), "required": gettext_lazy("Please choose a file.")},
        max_length=200,
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        petition, organization = self.fields["petition"], self.fields["organization"]
        assert isinstance(petition, forms.ModelChoiceField)
        assert isinstance(organization, forms.ModelChoiceField)
        petition.queryset = Petition.objects.filter(state__in=TAKES_IMPORTS).prefetch_related("texts")
        organization.queryset = Organization.objects.members()

    def clean_file(self) -> bytes:
        """Its bytes: neither its name nor what the browser says of its type is believed."""
        upload: UploadedFile = self.cleaned_data["file"]
        if (upload.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 MB. Please divide it."))
        return upload.read()


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin):
    """Imports; the signatures in them are counted as a kind of their own."""

    refusals = (PetitionsError,)
    change_actions = ["take_out"]
    list_display = ["__str__", "petition", "kind", "organization", "added", "left_out", "by", "at", "removed_at"]
    list_filter = ["kind"]
    list_select_related = ["petition", "organization", "by"]
    ordering = ["-pk"]
    fields = ["petition", "kind", "organization", "provenance", "added", "left_out", "by", "at", "removed_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportBatch]:
        return super().get_queryset(request).select_related("petition").prefetch_related("petition__texts")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("petitions.add_importbatch"))

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.look_view)
        return [path("look/<str:token>/", view, name="petitions_importbatch_look"), *super().get_urls()]

    def offers(self, request: HttpRequest, obj: ImportBatch, name: str) -> bool:
        return obj.removed_at is None

    def next_step(self, request: HttpRequest, obj: ImportBatch) -> str:
        if obj.removed_at:
            return _("Taken out again: none of these signatures counts, and no name of them is kept.")
        return ngettext("%d signature of this file counts.", "%d signatures of this file count.", obj.added) % obj.added

    @step(
        gettext_lazy("Take out again"),
        permission="petitions.change_importbatch",
        form=WhyForm,
        explains=gettext_lazy(
            "Every signature of this file is struck out and the count goes down; what says who signed is forgotten. "
            "A corrected file can then be imported."
        ),
        tone="stop",
    )
    def take_out(self, request: HttpRequest, obj: ImportBatch, reason: str) -> str:
        services.take_out_import(obj.pk, by=self.person(request), reason=reason, now=timezone.now())
        return _("Taken out. The count follows within seconds.")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The upload. A file that can be read leads to the look at its lines."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        initial = {"language": get_language(), "petition": request.GET.get("petition")}
        if request.method != "POST":
            return self._page(request, "import_upload.html", {"form": UploadForm(initial=initial)})
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            said = form.cleaned_data
            asked = Asked(
                said["petition"].pk,
                said["kind"],
                said["organization"] and said["organization"].pk,
                said["provenance"],
                said["language"],
            )
            try:
                services.plan_import(said["petition"], said["file"], now=timezone.now())
            except ImportRefused as exc:
                form.add_error("file", str(exc))
            else:
                token = import_files.keep(asked, said["file"], by=self.person(request))
                return redirect("admin:petitions_importbatch_look", token=token)
        return self._page(request, "import_upload.html", {"form": form}, status=422)

    def look_view(self, request: HttpRequest, token: str) -> HttpResponse:
        """Every line with what becomes of it; POST imports, or drops the file."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        person, now = self.person(request), timezone.now()
        try:
            asked, content = import_files.opened(token, by=person, now=now)
            if request.method == "POST":
                return self._decide(request, token, asked, content)
            petition = Petition.objects.prefetch_related("texts").get(pk=asked.petition)
            plan = services.plan_import(petition, content, now=now)
        except ImportRefused as exc:
            self.message_user(request, str(exc), messages.ERROR)
            return redirect("admin:petitions_importbatch_add")
        context = {
            "petition": petition,
            "kind": Kind(asked.kind).label,
            "provenance": asked.provenance,
            "plan": plan,
            "accepted": plan.accepted[:LINES_SHOWN],
            "left_out": plan.left_out[:LINES_SHOWN],
            "lines_shown": LINES_SHOWN,
        }
        return self._page(request, "import_look.html", context)

    def _decide(self, request: HttpRequest, token: str, asked: Asked, content: bytes) -> HttpResponse:
        if "drop" in request.POST:
            import_files.forget(token)
            self.message_user(request, _("Nothing was imported, and the file is gone."), messages.SUCCESS)
            return redirect("admin:petitions_importbatch_changelist")
        batch = services.import_signatures(asked, content, by=self.person(request), now=timezone.now())
        import_files.forget(token)
        return self.done(
            request,
            batch,
            ngettext("%d signature was imported.", "%d signatures were imported.", batch.added) % batch.added,
        )

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Import signatures"),
            "media": self.media,
            **context,
        }
        return TemplateResponse(request, f"admin/petitions/importbatch/{template}", context, status=status)
