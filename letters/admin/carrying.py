"""The step by which a letter goes on by another channel; on its own page, and on that of its delivery."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.stateful_admin import StatefulAdmin
from accounts.steps import step
from letters import services
from letters.carrying_forms import CarryOnForm
from letters.exceptions import LettersError
from letters.models import Letter, Release
from letters.models.letter import Progress
from letters.models.recipient import Channel


def how_to_go_on(channel: str) -> str:
    """What staff do about a letter that is out of date."""
    if channel == Channel.EMAIL:
        return _("It will not be sent as it is. Let the others leave, then ask again for this office.")
    return _("Do not deliver it: set it aside, then ask for a new letter to this office.")


def may_carry_on(letter: Letter) -> bool:
    """Whether its channel can have failed, and there is another."""
    release = letter.release
    if release.state != Release.State.APPROVED or release.is_cooling_off(timezone.now()):
        return False
    if letter.stopped_at or letter.replaced_at:
        return False
    return bool(services.ways_left(letter))


class CarriesOn(StatefulAdmin):
    """A page with the step “carry on by another channel”."""

    def letter_of(self, obj: Any) -> Letter:
        letter: Letter = obj
        return letter

    def offers(self, request: HttpRequest, obj: Any, name: str) -> bool:
        if name == "carry_on":
            letter = self.letter_of(obj)
            failed = getattr(letter, "progress", Progress.TO_DISPATCH) in services.MAY_CHANGE
            return failed and may_carry_on(letter)
        return super().offers(request, obj, name)

    @step(
        gettext_lazy("Carry on by another channel"),
        permission="letters.change_dispatch",
        has_page=True,
        explains=gettext_lazy(
            "The words of the letter stay as they were approved, and so does all evidence. Only the way changes."
        ),
        button=gettext_lazy("Carry on"),
    )
    def carry_on(self, request: HttpRequest, obj: Any) -> Any:
        letter = self.letter_of(obj)
        form = CarryOnForm(request.POST if request.method == "POST" else None, ways=services.ways_left(letter))
        status = 422 if form.is_bound else 200
        if form.is_bound and form.is_valid():
            try:
                services.carry_on(letter.pk, **form.cleaned_data, by=self.person(request), now=timezone.now())
            except LettersError as exc:
                form.add_error(None, str(exc))
                status = 409
            else:
                return self.carried_on(request, letter)
        return self.step_page(
            request, obj, self.step("carry_on"), "admin/step_form.html", {"form": form}, status=status
        )

    def carried_on(self, request: HttpRequest, letter: Letter) -> Any:
        return _("The letter goes on by the other channel.")
