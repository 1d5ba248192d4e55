"""Three hundred forms that names take: scripts, marks, one letter, a hundred letters. Nobody's name is refused."""

import random
import unicodedata
from pathlib import Path

import pytest

from petitions.forms import SignatureForm
from petitions.models import LimitRule, Signature
from petitions.services import limits
from privacy.text import UNSAFE
from tests.factories import make_petition

FORMS = (Path(__file__).parent / "name_forms.txt").read_text(encoding="utf-8").splitlines()


def test_the_corpus_is_what_it_says():
    assert len(set(FORMS)) == 300
    assert {1, 100} <= {len(name) for name in FORMS}
    scripts = {unicodedata.name(letter).split()[0] for name in FORMS for letter in name if letter.isalpha()}
    assert scripts >= {"HANGUL", "CJK", "HIRAGANA", "KATAKANA", "ARABIC", "MYANMAR", "HEBREW", "TIBETAN", "LATIN"}


def test_every_form_of_a_name_is_taken_as_it_is_written():
    for name in FORMS:
        for written in (name, unicodedata.normalize("NFD", name), f"  {name} "):  # as keyboards and phones send it
            form = SignatureForm({"name": written, "email": "somebody@people.example"})
            assert form.is_valid(), (name, form.errors)
            assert form.cleaned_data["name"] == name


@pytest.mark.django_db
def test_they_are_kept_and_read_back(client, rounds):
    LimitRule.objects.all().delete()  # three hundred in a second are a flood
    limits.forget()
    petition = make_petition()
    chosen = random.Random(7).sample(FORMS, rounds(12, 300))
    for number, name in enumerate(chosen):
        sent = {"name": name, "email": f"p{number}@people.example"}
        answer = client.post(
            f"/petitions/{petition.slug}/sign/", sent, REMOTE_ADDR=f"198.51.{number % 250}.{number // 250}"
        )
        assert answer.status_code == 302, name
    assert sorted(row.name for row in Signature.objects.all()) == sorted(chosen)
    assert not any(UNSAFE.search(row.name) for row in Signature.objects.all())
