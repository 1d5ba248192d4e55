"""Comments at the desk: what waits, one after the other."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.stateful_admin import ReadOnlyAdmin
from accounts.steps import step
from petitions import services
from petitions.admin.signature import PetitionFilter
from petitions.exceptions import PetitionsError
from petitions.models import Comment
from petitions.services.commenting import Ground

State = Comment.CommentState


class GroundForm(forms.Form):
    """Why a comment is kept off the page, from a list: the history then reads the same for everybody."""

    ground = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=Ground,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Please choose why."),
            "invalid_choice": gettext_lazy("Please choose why."),
        },
    )


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    """Shown is what the page would show: the words, and the public name or none."""

    refusals = (PetitionsError,)
    state_field = "comment_state"
    change_actions = ["approve", "refuse"]
    list_display = ["words", "shown_as", "petition", "comment_state", "confirmed_at"]
    list_filter = ["comment_state", PetitionFilter]
    list_select_related = ["petition"]
    ordering = ["confirmed_at"]
    fields = ["petition", "said", "shown_as", "language", "confirmed_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        chosen = super().get_queryset(request) & services.comments()
        return chosen.select_related("petition").prefetch_related("petition__texts").defer("address", "nonce")

    @admin.display(description=gettext_lazy("comment"))
    def words(self, comment: Comment) -> str:
        return comment.comment if len(comment.comment) <= 80 else f"{comment.comment[:79]}…"

    @admin.display(description=gettext_lazy("comment"))
    def said(self, comment: Comment) -> str:
        return comment.comment

    @admin.display(description=gettext_lazy("shown with"))
    def shown_as(self, comment: Comment) -> str:
        return comment.public_name or _("a supporter")

    def next_step(self, request: HttpRequest, comment: Comment) -> str:
        if comment.comment_state == State.WAITING:
            return _("Could it put anybody at risk, or hurt somebody? Nobody else reads it before you decide.")
        return ""

    def offers(self, request: HttpRequest, comment: Comment, name: str) -> bool:
        return comment.comment_state != (State.APPROVED if name == "approve" else State.REFUSED)

    @step(gettext_lazy("Show it on the page"), permission="petitions.moderate_comment", tone="main")
    def approve(self, request: HttpRequest, comment: Comment) -> HttpResponse:
        services.approve_comment(comment.pk, by=self.person(request), now=timezone.now())
        return self._go_on(request, comment, _("Shown on the page."))

    @step(
        gettext_lazy("Keep it off the page"),
        permission="petitions.moderate_comment",
        form=GroundForm,
        explains=gettext_lazy("The signature counts as before, and its owner is not told."),
    )
    def refuse(self, request: HttpRequest, comment: Comment, ground: str) -> str:
        services.refuse_comment(comment.pk, ground=ground, by=self.person(request), now=timezone.now())
        return _("Kept off the page.")

    def done(self, request: HttpRequest, obj: Any, sentence: str | None) -> HttpResponse:
        return self._go_on(request, obj, sentence or "")

    def _go_on(self, request: HttpRequest, comment: Comment, sentence: str) -> HttpResponse:
        """To the next one that waits, else back to this one."""
        self.message_user(request, sentence)
        waiting = self.get_queryset(request).filter(comment_state=State.WAITING).order_by("confirmed_at")
        return redirect(self.object_url(waiting.first() or comment))
