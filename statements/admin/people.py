"""What happens between an invitation and its answer, at the desk: questions, people, standing authority."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.stateful_admin import StatefulAdmin
from accounts.steps import step
from campaigns.models import StandingAuthority
from privacy.text import AddressField, OneLineField, PlainTextField
from statements import services
from statements.models import Question, Statement


class QuestionField(forms.ModelChoiceField):
    """Each question with who asks."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.invitation.organization}: {obj.text}"


class AnswerForm(forms.Form):
    """One question that waits, and the answer to it."""

    question = QuestionField(
        Question.objects.none(),
        label=gettext_lazy("Question"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Choose the question that you answer."),
            "invalid_choice": gettext_lazy("A colleague has answered this question already."),
        },
    )
    answer = PlainTextField(
        label=gettext_lazy("Answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("The organization reads it on its page of the text, and by mail."),
        error_messages={"required": gettext_lazy("Please write the answer.")},
    )

    def __init__(self, *args: Any, statement: Statement, **kwargs: Any):
        super().__init__(*args, **kwargs)
        waiting = Question.objects.filter(invitation__statement=statement, answered_at=None)
        field = self.fields["question"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = waiting.select_related("invitation__organization")


class PersonForm(forms.Form):
    """A person who is asked to sign for themselves."""

    name = OneLineField(label=gettext_lazy("Name"), max_length=150)
    affiliation = OneLineField(
        label=gettext_lazy("Affiliation, for identification only"), max_length=200, required=False
    )
    address = AddressField(label=gettext_lazy("E-mail"))
    language = forms.ChoiceField(label=gettext_lazy("Language of our mails"), choices=settings.LANGUAGES)


class AuthoritiesForm(forms.Form):
    """For which organizations the secretariat signs now."""

    authorities = forms.ModelMultipleChoiceField(
        StandingAuthority.objects.none(),
        label=gettext_lazy("Organizations"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one organization."),
            "invalid_choice": gettext_lazy("One of them has answered meanwhile, or taken its authority back."),
        },
    )

    def __init__(self, *args: Any, rows: list[StandingAuthority], **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["authorities"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = StandingAuthority.objects.filter(pk__in=[row.pk for row in rows])


class PeopleAdmin(StatefulAdmin):
    """The part of the statement's page that is about who is asked, and what they say."""

    def ledger_of(self, statement: Statement) -> dict[str, Any]:
        """Who was asked and what came of it, with those who wait for a second person, and people beside."""
        rows = list(statement.invitations.select_related("organization").prefetch_related("reminders"))
        standing = statement.cosignatures.standing().select_related("version").defer("signer_name")
        signed = {row.organization_id: row for row in standing}
        persons = statement.personal_signatures.all()
        return {
            "asked": len(rows),
            "signed": sum(row.confirmed_at is not None for row in signed.values()),
            "rows": [
                {
                    "invitation": row,
                    "cosignature": signed.get(row.organization_id),
                    "reminded": len(row.reminders.all()),
                }
                for row in rows
            ],
            "unconfirmed": sum(row.confirmed_at is None for row in signed.values()),
            "confidential": sum(row.is_confidential for row in signed.values()),
            "late": sum(row.is_late for row in signed.values()),
            "persons_asked": persons.count(),
            "persons_signed": persons.counted().count(),
        }

    def questions_of(self, statement: Statement) -> list[Question]:
        """Those that wait, the oldest first."""
        waiting = Question.objects.filter(invitation__statement=statement, answered_at=None)
        return list(waiting.select_related("invitation__organization", "asked_by"))

    @step(
        gettext_lazy("Answer a question"),
        permission="statements.answer_question",
        states=Statement.LATE_STATES,
        has_page=True,
        explains=gettext_lazy("While a question waits, its organization gets no reminder."),
        button=gettext_lazy("Answer"),
        tone="main",
    )
    def answer_question(self, request: HttpRequest, statement: Statement) -> Any:
        form = AnswerForm(request.POST if request.method == "POST" else None, statement=statement)
        if request.method == "POST" and form.is_valid():
            question = form.cleaned_data["question"]
            services.answer_question(
                question.pk, answer=form.cleaned_data["answer"], by=self.person(request), now=timezone.now()
            )
            return _("Answered.")
        return self._form_page(request, statement, "answer_question", form)

    @step(
        gettext_lazy("Ask a person to sign"),
        permission="statements.invite_statement",
        states=Statement.LATE_STATES,
        form=PersonForm,
        explains=gettext_lazy(
            "Somebody who signs for themselves. They get a mail with a link of their own; their name stands in a list "
            "apart from the organizations, with the affiliation only to say who they are."
        ),
        button=gettext_lazy("Ask"),
    )
    def invite_person(
        self, request: HttpRequest, statement: Statement, name: str, affiliation: str, address: str, language: str
    ) -> str:
        services.invite_person(
            statement.pk,
            address=address,
            name=name,
            affiliation=affiliation,
            language=language,
            by=self.person(request),
            now=timezone.now(),
        )
        return _("The person is asked by mail.")

    @step(
        gettext_lazy("Sign by standing authority"),
        permission="statements.lock_statement",
        states=Statement.LATE_STATES,
        has_page=True,
        explains=gettext_lazy(
            "These organizations authorized the secretariat for every topic of this text and have not answered. "
            "Their delegates get the receipt now, and the final copy when it is published."
        ),
        button=gettext_lazy("Sign for them"),
    )
    def sign_by_authority(self, request: HttpRequest, statement: Statement) -> Any:
        now, version = timezone.now(), statement.signable_version
        rows = services.authorities_for(statement, now=now)
        form = AuthoritiesForm(request.POST if request.method == "POST" else None, rows=rows)
        if request.method == "POST" and form.is_valid() and version:
            chosen = [row.organization for row in form.cleaned_data["authorities"].select_related("organization")]
            for organization in chosen:
                services.sign_by_authority(
                    statement.pk, organization, digest=version.digest, by=self.person(request), now=now
                )
            return ngettext("Signed for %d organization.", "Signed for %d organizations.", len(chosen)) % len(chosen)
        return self._form_page(request, statement, "sign_by_authority", form)

    def _form_page(self, request: HttpRequest, statement: Statement, name: str, form: forms.Form) -> Any:
        status = 422 if form.is_bound else 200
        return self.step_page(
            request, statement, self.step(name), "admin/step_form.html", {"form": form}, status=status
        )

    def offers_people(self, statement: Statement, name: str) -> bool:
        """Whether one of the steps above makes sense now."""
        now = timezone.now()
        if name == "answer_question":
            return Question.objects.filter(invitation__statement=statement, answered_at=None).exists()
        if name == "invite_person":
            return statement.accepts_cosignatures(now)
        return bool(services.authorities_for(statement, now=now))


PEOPLE_STEPS = ("answer_question", "invite_person", "sign_by_authority")
