"""Deliveries that staff make: the task, what is taken along, the proof, and the way on when a channel fails."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.steps import WhyForm, step
from letters import packs, previews, services
from letters.admin.carrying import CarriesOn, how_to_go_on
from letters.admin.to_do import ToDoFilter
from letters.carrying_forms import DispatchForm, ProofForm
from letters.exceptions import LettersError
from letters.models import Dispatch, Letter, Proof, Release
from letters.models.recipient import Channel
from letters.offices import missing_for
from letters.staleness import changes_since_approval


class DeliveryFilter(ToDoFilter):
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("overdue", _("overdue")), ("done", _("delivered")), ("stopped", _("stopped")), ("all", _("all"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        to_do = queryset.filter(done_at=None, letter__stopped_at=None)
        if self.value() == "overdue":
            return to_do.filter(due_on__lt=timezone.localdate())
        if self.value() == "done":
            return queryset.filter(done_at__isnull=False)
        if self.value() == "stopped":
            return queryset.filter(letter__stopped_at__isnull=False)
        return queryset if self.value() == "all" else to_do


class OwnerFilter(admin.SimpleListFilter):
    title = gettext_lazy("who does it")
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("me", _("I")), ("nobody", _("nobody yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "me":
            return queryset.filter(owner=request.user.pk)
        return queryset.filter(owner=None) if self.value() == "nobody" else queryset


@admin.register(Dispatch)
class DispatchAdmin(CarriesOn):
    """The to-do list of letters that people carry."""

    refusals = (LettersError,)
    change_actions = ["record_delivery", "add_proof", "carry_on", "set_aside"]
    list_display = ["office", "channel", "due", "owner", "pdf"]
    list_filter = [DeliveryFilter, "letter__channel", OwnerFilter]
    search_fields = ["letter__reference", "letter__recipient__name"]
    ordering = ["due_on", "pk"]
    fields = ["office", "channel", "address", "owner", "due_on", "done_at", "done_by", "evidence"]
    readonly_fields = ["office", "channel", "address", "done_at", "done_by", "evidence"]
    state_field = "progress"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dispatch]:
        dispatches = (
            super().get_queryset(request).select_related("letter__recipient", "letter__release", "owner", "done_by")
        )
        return dispatches.defer("letter__release__signatories", "letter__release__senders")

    def get_urls(self) -> list[Any]:
        def guarded(view: Any) -> Any:
            return self.admin_site.admin_view(require_safe(view))

        return [
            path("<int:dispatch_id>/form/", guarded(self.form_view), name="letters_dispatch_form"),
            path("<int:dispatch_id>/form.txt", guarded(self.text_view), name="letters_dispatch_text"),
            path("<int:dispatch_id>/print/<slug:name>.pdf", guarded(self.sheet_view), name="letters_dispatch_sheet"),
            path("<int:dispatch_id>/proofs/<int:proof_id>/", guarded(self.proof_view), name="letters_dispatch_proof"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        settled = obj is not None and (obj.done_at or obj.letter.stopped_at)
        return super().has_change_permission(request, obj) and not settled

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "owner":
            kwargs["queryset"] = User.objects.filter(is_staff=True, is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def letter_of(self, obj: Any) -> Letter:
        letter: Letter = obj.letter
        return letter

    # --- What is shown ----------------------------------------------------------------------------------------
    @admin.display(description=gettext_lazy("office"), ordering="letter__recipient__name")
    def office(self, dispatch: Dispatch) -> str:
        return str(dispatch.letter.recipient)

    @admin.display(description=gettext_lazy("channel"), ordering="letter__channel")
    def channel(self, dispatch: Dispatch) -> str:
        return dispatch.letter.get_channel_display()

    @admin.display(description=gettext_lazy("address on the envelope"))
    def address(self, dispatch: Dispatch) -> str:
        return "\n".join(packs.address_lines(dispatch.letter))

    @admin.display(description=gettext_lazy("due"), ordering="due_on")
    def due(self, dispatch: Dispatch) -> Any:
        waits = dispatch.done_at is None and dispatch.letter.stopped_at is None
        if waits and dispatch.due_on < timezone.localdate():
            days = (timezone.localdate() - dispatch.due_on).days
            return format_html('<span class="mark mark-bad">{}</span>', _("overdue by %d days") % days)
        return dispatch.due_on

    @admin.display(description=gettext_lazy("to print"))
    def pdf(self, dispatch: Dispatch) -> str:
        url = reverse("admin:letters_dispatch_sheet", args=[dispatch.pk, "letter"])
        return format_html('<a href="{}">{}</a>', url, _("PDF, ready to print"))

    def state_label(self, dispatch: Dispatch) -> str:
        if dispatch.letter.stopped_at:
            return _("Stopped")
        return _("Delivered") if dispatch.done_at else _("To do")

    def next_step(self, request: HttpRequest, dispatch: Dispatch) -> str:
        letter = dispatch.letter
        if dispatch.done_at:
            return _("Delivered. If it comes back after all, carry on by another channel.")
        if letter.stopped_at:
            return _("Stopped: ask for a new letter to this office.")
        if changes := changes_since_approval(letter, on=timezone.localdate()):
            return " ".join([*changes, how_to_go_on(letter.channel)])
        if wait := self._wait(request, letter):
            return wait
        if missing := missing_for(letter.recipient, letter.channel):
            return _("%(missing)s Enter it at the office first.") % {"missing": missing}
        if letter.channel == Channel.WEB_FORM:
            return _(
                "Open the pack, fill in the form of the office, then record the delivery with what the form answers."
            )
        return _("Print what stands below, deliver it, then record the delivery with its evidence.")

    def _wait(self, request: HttpRequest, letter: Letter) -> str:
        """Before which moment nobody delivers it, in a sentence; "" when it may leave."""
        if letter.planned_at is None or letter.planned_at <= timezone.now():
            return ""
        moment = previews.moment_in_words(letter.planned_at, self.person(request).time_zone)
        return _("The release may still be stopped. Do not deliver it before %s.") % moment

    def panels(self, request: HttpRequest, dispatch: Dispatch) -> dict[str, Any]:
        letter = dispatch.letter
        may_read = request.user.has_perm("letters.view_proof")
        is_ready = not missing_for(letter.recipient, letter.channel)
        return {
            "letter": letter,
            "is_form": letter.channel == Channel.WEB_FORM,
            "sheets": packs.sheets_for(letter) if is_ready else [],
            "fall_backs": [way.label for way in services.ways_left(letter)],
            "failed_ways": list(letter.failed_ways.select_related("noted_by")),
            "proofs": list(letter.proofs.defer("content").select_related("added_by")),
            "may_read_proofs": may_read,
        }

    def _dispatch(self, request: HttpRequest, dispatch_id: int) -> Dispatch:
        dispatch = self.get_object(request, str(dispatch_id))
        if dispatch is None:
            raise Http404
        if not self.has_view_permission(request, dispatch):
            raise PermissionDenied
        found: Dispatch = dispatch
        return found

    def form_view(self, request: HttpRequest, dispatch_id: int) -> HttpResponse:
        """The letter in pieces, ready to be copied into the form of the office."""
        dispatch = self._dispatch(request, dispatch_id)
        letter = dispatch.letter
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": dispatch,
            "title": _("Pack for the web form"),
            "back_url": self.object_url(dispatch),
            "media": self.media,
            "letter": letter,
            "pack": packs.form_fields(letter),
            "changes": [] if dispatch.done_at else changes_since_approval(letter, on=timezone.localdate()),
            "wait": self._wait(request, letter),
        }
        return TemplateResponse(request, "admin/letters/dispatch/pack.html", context)

    def text_view(self, request: HttpRequest, dispatch_id: int) -> HttpResponse:
        letter = self._dispatch(request, dispatch_id).letter
        name = f'attachment; filename="{letter.reference}.txt"'
        headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
        return HttpResponse(packs.pack_text(letter), content_type="text/plain; charset=utf-8", headers=headers)

    def sheet_view(self, request: HttpRequest, dispatch_id: int, name: str) -> HttpResponse:
        """One of the sheets to print; none before the office has what its channel needs."""
        dispatch = self._dispatch(request, dispatch_id)
        letter = dispatch.letter
        if name not in {sheet for sheet, _label in packs.sheets_for(letter)}:
            raise Http404
        if missing := missing_for(letter.recipient, letter.channel):
            return self.refuse(request, dispatch, _("%(missing)s Enter it at the office first.") % {"missing": missing})
        file_name = f'inline; filename="{letter.reference}-{name}.pdf"'
        headers = {"Content-Disposition": file_name, "X-Content-Type-Options": "nosniff"}
        return HttpResponse(packs.SHEETS[name](letter), content_type="application/pdf", headers=headers)

    def proof_view(self, request: HttpRequest, dispatch_id: int, proof_id: int) -> HttpResponse:
        """A proof as a download, with a line in the audit."""
        dispatch = self._dispatch(request, dispatch_id)
        if not request.user.has_perm("letters.view_proof"):
            raise PermissionDenied
        try:
            proof = services.hand_out_proof(dispatch.letter_id, proof_id, by=self.person(request), now=timezone.now())
        except Proof.DoesNotExist:
            raise Http404 from None
        return HttpResponse(
            proof.content,
            content_type=proof.content_type,
            headers={
                "Content-Disposition": f'attachment; filename="{dispatch.letter.reference}-{proof.file_name}"',
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "sandbox",
            },
        )

    # --- Steps ------------------------------------------------------------------------------------------------
    def offers(self, request: HttpRequest, obj: Any, name: str) -> bool:
        letter = obj.letter
        if name == "add_proof":
            return bool(obj.done_at)
        if name == "carry_on":
            return super().offers(request, obj, name)
        if obj.done_at or letter.stopped_at:
            return False
        if name == "set_aside":
            return bool(changes_since_approval(letter, on=timezone.localdate()))
        return letter.release.state == Release.State.APPROVED and letter.may_leave(timezone.now())

    @step(gettext_lazy("Record delivery"), permission="letters.change_dispatch", has_page=True, tone="main")
    def record_delivery(self, request: HttpRequest, dispatch: Dispatch) -> Any:
        form = DispatchForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
        if form.is_bound and form.is_valid():
            try:
                services.record_dispatch(
                    dispatch.pk,
                    evidence=form.cleaned_data["evidence"],
                    proof=form.cleaned_data["file"],
                    by=self.person(request),
                    now=timezone.now(),
                )
            except LettersError as exc:
                form.add_error("file" if form.cleaned_data["file"] else None, str(exc))
                return self._file_page(request, dispatch, "record_delivery", form, status=409)
            return _("The delivery is recorded.")
        return self._file_page(request, dispatch, "record_delivery", form, status=422 if form.is_bound else 200)

    @step(
        gettext_lazy("Add a proof"),
        permission="letters.change_dispatch",
        has_page=True,
        explains=gettext_lazy("What came later: the receipt of the post, a signed receipt, a photograph."),
        button=gettext_lazy("Keep the file"),
    )
    def add_proof(self, request: HttpRequest, dispatch: Dispatch) -> Any:
        form = ProofForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
        if form.is_bound and form.is_valid():
            content = form.cleaned_data["file"]
            try:
                services.add_proof(dispatch.letter_id, content=content, by=self.person(request), now=timezone.now())
            except LettersError as exc:
                form.add_error("file", str(exc))
                return self._file_page(request, dispatch, "add_proof", form, status=409)
            return _("The file is kept.")
        return self._file_page(request, dispatch, "add_proof", form, status=422 if form.is_bound else 200)

    @step(
        gettext_lazy("Set aside"),
        permission="letters.change_dispatch",
        form=WhyForm,
        tone="stop",
        explains=gettext_lazy("This letter is not delivered. The office can then be asked again, with a new letter."),
    )
    def set_aside(self, request: HttpRequest, dispatch: Dispatch, reason: str) -> str:
        services.set_aside(dispatch.letter_id, reason=reason, by=self.person(request), now=timezone.now())
        return _("Set aside: ask for a new letter to this office.")

    def carried_on(self, request: HttpRequest, letter: Letter) -> Any:
        """By mail there is no task any more, so the letter itself is shown."""
        if Dispatch.objects.filter(letter=letter).exists():
            return super().carried_on(request, letter)
        self.message_user(request, _("The letter goes on by the other channel."), messages.SUCCESS)
        return redirect("admin:letters_letter_change", letter.pk)

    def _file_page(
        self, request: HttpRequest, dispatch: Dispatch, name: str, form: Any, *, status: int
    ) -> HttpResponse:
        context = {"form": form, "has_files": True}
        return self.step_page(request, dispatch, self.step(name), "admin/step_form.html", context, status=status)
