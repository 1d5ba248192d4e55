"""A random life of statements: nobody stands under words they did not sign, and nobody is mailed after answering."""

from datetime import timedelta
from random import Random

import pytest

from outbox.models import Email
from statements import services
from statements.exceptions import StatementsError
from statements.models import CoSignature, Invitation, Statement
from tests.factories import NOW, make_delegate, make_organization, make_user
from tests.statements.consents import WORDS, ask, change, newcomer

# Each step commits: ten thousand in one transaction are savepoints that PostgreSQL looks through for every row.
pytestmark = pytest.mark.django_db(transaction=True)

LIFE = 75  # steps with one statement
ASKING = ("invitation:", "reminder:", "again:")


class Life:
    """One statement, four organizations, and what the test itself knows of the words each agreed to."""

    def __init__(self, chance, delegates, staff):
        self.chance, self.delegates, self.staff, self.now = chance, delegates, staff, NOW
        self.statement = ask(*[pair[0] for pair in delegates], late_until=NOW + timedelta(days=14))
        self.allowed = {self.digest()}  # since the last change in substance
        self.agreed = {}  # organization: digest
        self.mailed = 0

    def digest(self):
        self.statement = Statement.objects.get(pk=self.statement.pk)
        return self.statement.signable_version.digest

    def step(self):
        acts = [self.sign] * 5 + [self.decline, self.unable, self.withdraw, self.confirm, self.confirm, self.refuse]
        acts += [self.question, self.answer, self.time, self.remind, self.remind, self.wait, self.edit, self.close]
        self.mailed = Email.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        try:
            self.chance.choice(acts)(self.chance.choice(self.chance.choice(self.delegates)))
        except StatementsError:
            return  # refused with a sentence; what must hold is looked at all the same

    def sign(self, delegate):
        digest = self.chance.choice([self.digest(), self.digest(), "0" * 64])
        confidential = self.chance.random() < 0.2
        services.cosign(
            self.statement.pk, delegate=delegate, digest=digest, is_confidential=confidential, now=self.now, **WORDS
        )
        self.agreed.setdefault(delegate.organization_id, digest)

    def decline(self, delegate):
        services.decline(self.statement.pk, delegate=delegate, now=self.now)

    def unable(self, delegate):
        services.say_unable(self.statement.pk, delegate=delegate, now=self.now)

    def withdraw(self, delegate):
        services.withdraw(self.statement.pk, delegate=delegate, now=self.now)
        self.agreed.pop(delegate.organization_id, None)

    def standing(self, delegate):
        rows = CoSignature.objects.standing()
        return rows.filter(statement=self.statement, organization=delegate.organization_id).first()

    def confirm(self, delegate):
        if row := self.standing(delegate):
            services.confirm_cosignature(row.pk, by=self.chance.choice([delegate.user, self.staff]), now=self.now)

    def refuse(self, delegate):
        if row := self.standing(delegate):
            services.refuse_cosignature(row.pk, by=self.staff, reason="Nobody knows of it.", now=self.now)
            self.agreed.pop(delegate.organization_id, None)

    def question(self, delegate):
        services.ask_question(self.statement.pk, delegate=delegate, text="Which river?", now=self.now)

    def answer(self, delegate):
        lines = Invitation.objects.filter(statement=self.statement, questions__answered_at=None)
        for line in lines.filter(questions__isnull=False)[:1]:
            question = line.questions.filter(answered_at=None).first()
            services.answer_question(question.pk, answer="The Tumen.", by=self.staff, now=self.now)

    def time(self, delegate):
        until = (self.now + timedelta(days=1)).date()
        services.ask_for_time(self.statement.pk, delegate=delegate, until=until, now=self.now)

    def remind(self, delegate):
        services.remind_the_silent(now=self.now)

    def wait(self, delegate):
        self.now += timedelta(hours=self.chance.randrange(1, 14))

    def edit(self, delegate):
        if self.statement.state != "open" or self.now >= self.statement.deadline or self.chance.random() < 0.6:
            return
        kind = self.chance.choice(["editorial", "material"])
        version = change(self.statement, kind, f"We ask {self.chance.random()}.", self.now)
        self.allowed = {version.digest} | (self.allowed if kind == "editorial" else set())
        if kind == "material":
            self.agreed.clear()

    def close(self, delegate):
        if self.chance.random() < 0.15:
            services.close_cosigning(self.statement.pk, by=self.staff, now=self.now)

    def check(self):
        self.statement = Statement.objects.get(pk=self.statement.pk)
        rows = CoSignature.objects.filter(statement=self.statement).defer("signer_name").select_related("organization")
        standing = list(rows.standing())
        assert {row.organization_id: row.digest for row in standing} == self.agreed
        listed = list(rows.on(self.statement.signable_version).values_list("pk", "digest"))
        assert {pk for pk, _digest in listed} == {row.pk for row in standing if row.confirmed_at}
        assert self.allowed >= {digest for _pk, digest in listed}
        named = {row.pk for row in standing if row.confirmed_at and not row.is_confidential}
        assert set(rows.shown().values_list("pk", flat=True)) == named
        states = dict(self.statement.invitations.values_list("pk", "state"))
        asking = Email.objects.filter(about=f"statement:{self.statement.pk}", state=Email.State.QUEUED)
        for key in asking.values_list("key", flat=True):
            if key.startswith(ASKING):
                assert states[int(key.split(":")[1])] in Invitation.OPEN_STATES, key
        for key in asking.filter(pk__gt=self.mailed, key__startswith="reminder:").values_list("key", flat=True):
            assert states[int(key.split(":")[1])] != "question", key


def test_nobody_stands_under_other_words_and_nobody_is_asked_after_answering(rounds):
    chance, steps = Random(20231009), rounds(80, 10_000)
    while steps > 0:
        hidden = make_organization()
        type(hidden).objects.filter(pk=hidden.pk).update(is_hidden=True)
        hidden.refresh_from_db()
        first = [make_delegate(), newcomer(), make_delegate(may_sign=False), make_delegate(hidden)]
        life = Life(chance, [[row, newcomer(row)] for row in first], make_user("editor"))
        life.check()
        for _ in range(min(LIFE, steps)):
            life.step()
            life.check()
        steps -= LIFE
