"""One list of signatories: its orders, its groups, and the same names in every output."""

import io
from datetime import UTC, datetime, timedelta

import pypdf
import pytest
from docx import Document

from statements import services
from statements.block import Signatory, block_of, build_block, collation_key
from statements.exceptions import TransitionRefused
from statements.models import CoSignature, PersonalSignature
from statements.services.releasing import release_facts
from tests.factories import (
    NOW,
    make_delegate,
    make_organization,
    make_published,
    make_statement,
    make_user,
    sign_statement,
)

DAY = datetime(2023, 10, 20, tzinfo=UTC)


def rows(*names, **fields):
    return [Signatory(name=name, signed_at=DAY, **fields) for name in names]


class TestOrders:
    def test_hangul_and_latin_each_in_their_own_order(self):
        names = ["하늘길", "The Amber Gate", "강변", "École du fleuve", "나루", "Zenith", "echo", "가람", "2 Rivers"]
        english = ["2 Rivers", "The Amber Gate", "echo", "École du fleuve", "Zenith", "가람", "강변", "나루", "하늘길"]
        assert sorted(names, key=lambda name: collation_key(name, "en")) == english
        assert sorted(names, key=lambda name: collation_key(name, "ko")) == english[5:] + english[:5]

    @pytest.mark.parametrize(
        ("order", "names"),
        [
            ("lead", ["Willow", "Alder", "Birch"]),
            ("name", ["Alder", "Birch", "Willow"]),
            ("country", ["Birch", "Willow", "Alder"]),  # France, Japan, Republic of Korea
            ("ecosoc", ["Birch", "Alder", "Willow"]),
            ("date", ["Alder", "Willow", "Birch"]),
            ("hand", ["Birch", "Willow", "Alder"]),
        ],
    )
    def test_each_order(self, order, names):
        signatories = [
            Signatory(name="Alder", signed_at=DAY, country="KR", ecosoc="roster", position=3),
            Signatory(name="Birch", signed_at=DAY + timedelta(2), country="FR", ecosoc="special", position=1),
            Signatory(
                name="Willow", signed_at=DAY + timedelta(1), country="JP", ecosoc="unknown", is_lead=True, position=2
            ),
        ]
        assert build_block(signatories, order=order, language="en").names == names


class TestGroups:
    def test_late_ones_and_persons_stand_apart_and_confidential_ones_are_only_counted(self):
        block = build_block(
            [
                *rows("Alder"),
                *rows("Late Birch", is_late=True),
                *rows("Kim Ha-neul", is_person=True, affiliation="University of the River"),
            ],
            order="lead",
            language="en",
            confidential=2,
        )
        assert [group.heading for group in block.groups] == [
            "",
            "Signed later",
            "In a personal capacity, affiliation for identification only",
        ]
        assert block.count == 4  # a person is no organization
        text = block.as_text()
        assert "Kim Ha-neul (University of the River)" in text
        assert "2 more organizations signed and asked not to be named." in text

    def test_hidden_names_are_counted_and_nothing_else(self):
        block = build_block(rows("Alder", "Birch"), order="lead", language="en", hidden=True)
        assert (block.count, block.names) == (2, [])
        assert "Alder" not in block.as_text()


@pytest.mark.django_db
class TestEveryOutput:
    @pytest.fixture
    def statement(self, now):
        statement = make_statement()
        for name, korean in (("Zenith", "가람 (demo)"), ("Amber Gate", "하늘길 (demo)"), ("Echo", "나루 (demo)")):
            sign_statement(statement, make_delegate(make_organization(f"{name} (demo)", name_ko=korean)))
        services.close_cosigning(statement.pk, by=statement.author, now=now)
        return services.publish_statement(statement.pk, by=make_user("editor"), now=now)

    @pytest.mark.parametrize(
        ("language", "prefix", "names"),
        [
            ("en", "", ["Amber Gate (demo)", "Echo (demo)", "Zenith (demo)"]),
            ("ko", "/ko", ["가람 (demo)", "나루 (demo)", "하늘길 (demo)"]),
        ],
    )
    def test_page_pdf_word_and_text_hold_the_same_names_in_the_same_order(
        self, statement, client, language, prefix, names
    ):
        digest = statement.versions.get().digest
        page = client.get(f"{prefix}/statements/{statement.slug}/").content.decode()
        pdf = pypdf.PdfReader(io.BytesIO(client.get(f"{prefix}/statements/{statement.slug}.pdf").content))
        word = Document(io.BytesIO(client.get(f"{prefix}/statements/{statement.slug}.docx").content))
        texts = {
            "page": page[page.index('id="signatories"') :],
            "pdf": "\n".join(sheet.extract_text() for sheet in pdf.pages),
            "word": "\n".join(paragraph.text for paragraph in word.paragraphs),
            "text": block_of(statement, statement.versions.get(), language).as_text(),
        }
        for output, text in texts.items():
            text = "".join(text.split())  # a PDF breaks lines where it likes
            places = [text.find(name.replace(" ", "")) for name in names]
            assert -1 not in places, (output, text)
            assert places == sorted(places), output
        assert digest in texts["pdf"].replace("\n", "")
        assert digest in texts["word"]
        assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert pdf.trailer["/Root"]["/Lang"].startswith(language)

    def test_the_chosen_order_is_that_of_every_output_and_of_letters(self, statement, now):
        rows = {row.name_in("en").split()[0]: row.pk for row in statement.cosignatures.all()}
        services.arrange_signatories(
            statement.pk,
            "hand",
            positions={rows["Echo"]: 1, rows["Zenith"]: 2, rows["Amber"]: 3},
            leads=[rows["Zenith"]],
            by=make_user("press"),
            now=now,
        )
        statement.refresh_from_db()
        expected = ["Echo (demo)", "Zenith (demo)", "Amber Gate (demo)"]
        assert block_of(statement, statement.versions.get(), "en").names == expected
        facts = release_facts(statement.pk, now=now)
        assert [row["name"] for row in facts["signatories"]["en"]] == expected

    def test_a_list_that_changed_meanwhile_is_not_arranged(self, statement, now):
        other = make_published()
        with pytest.raises(TransitionRefused, match="changed"):
            services.arrange_signatories(
                statement.pk,
                "hand",
                positions={other.cosignatures.first().pk: 1},
                leads=[],
                by=make_user("press"),
                now=now,
            )

    def test_the_page_costs_few_queries_however_many_signed(self, statement, client, django_assert_max_num_queries):
        first = statement.cosignatures.select_related("organization").first()
        organizations = [make_organization() for _ in range(197)]
        CoSignature.objects.bulk_create(
            CoSignature(
                **{
                    field.attname: getattr(first, field.attname)
                    for field in CoSignature._meta.concrete_fields
                    if not field.primary_key
                }
                | {"organization_id": organization.pk, "names_as_signed": {"en": organization.name}}
            )
            for organization in organizations
        )
        with django_assert_max_num_queries(11):  # of them four for the names
            page = client.get(f"/statements/{statement.slug}/")
        assert 'data-cosignature-count="200"' in page.content.decode()


class TestWhoIsNamed:
    def test_confidential_late_edited_personal_and_withdrawn_signatures_stand_as_each_was_meant(self, client, db):
        published = make_published(now=NOW)
        alder, birch, cedar, willow = (
            make_delegate(make_organization(name)) for name in ("Alder", "Birch", "Cedar", "Willow")
        )
        version = published.versions.get()
        for delegate in (alder, birch, cedar, willow):
            CoSignature.objects.create(
                statement=published,
                organization=delegate.organization,
                version=version,
                digest=version.digest,
                names_as_signed={"en": delegate.organization.name},
                signed_by=delegate.user,
                signer_name="Kim",
                authority="Board",
                language_read="en",
                signed_at=NOW,
                confirmed_at=NOW,
                is_confidential=delegate is birch,
                is_late=delegate is cedar,
            )
        services.withdraw(published.pk, delegate=willow, now=NOW + timedelta(days=1))
        PersonalSignature.objects.create(
            statement=published,
            address="ines@people.example",
            address_fingerprint=b"\1" * 32,
            name="Ines Roth",
            affiliation="University of the River",
            state="signed",
            version=version,
            digest=version.digest,
            invited_by=published.author,
            invited_at=NOW,
            signed_at=NOW,
        )
        block = block_of(published, version, "en")
        assert "Cedar" in [
            line.name for group in block.groups if group.heading == "Signed later" for line in group.lines
        ]
        assert "Ines Roth" in block.names
        assert not {"Birch", "Willow"} & {*block.names}
        assert "1 more organization signed and asked not to be named." in block.notes
        assert "Willow" not in block.as_text()
        page = client.get(f"/statements/{published.slug}/", follow=True).content.decode()
        assert "Birch" not in page
        assert "Withdrawn after publication" in page
        assert "withdrawn on" in page
        letters = release_facts(published.pk, now=NOW)["signatories"]["en"]
        assert not {"Birch", "Willow"} & {row["name"] for row in letters}
        assert "Cedar" in {row["name"] for row in letters}
