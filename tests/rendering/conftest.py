"""Short forms of the texts that the product is shown with, and the sheets made of them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from letters.rendering import LetterSheet, Signatory, TextSheet

STATEMENT_EN = """\
On the night of 9 October 2023, convoys took a large group of North Koreans across the border. Five towns
have been named: Hunchun, Tumen, Nanping, Changbai and Dandong.[^1] Human Rights Watch reports more than
500; Korean groups count about 600.[^2]

Most of those returned were women, and children are said to be among them.[^1] China's foreign ministry
says there are no so-called defectors.

We ask:

1. **China** to halt every return; to let UNHCR meet everyone in custody.
2. **The DPRK** to disclose where the returned people are.
3. **All States** to send nobody to the DPRK.

We will publish each reply, and each silence.

[^1]: Joint statement of 27 organizations, Seoul, 13 October 2023.
[^2]: Human Rights Watch, 12 October 2023; *The Korea Herald*, 13 October 2023.
"""

STATEMENT_KO = """\
2023년 10월 9일 밤, 중국 동북 지역에 구금되어 있던 다수의 북한 주민이 국경 너머로 보내졌습니다. 경유지로는
훈춘, 투먼, 난핑, 창바이, 단둥 다섯 곳이 거명되었습니다.[^1] 한국의 여러 단체는 약 600명으로 집계합니다.[^2]

송환된 이들은 대부분 여성이며 아이들도 있는 것으로 전해집니다.[^1]

1. **중국 정부**는 북한으로의 모든 송환을 즉시 중단해야 합니다.
2. **유엔난민기구(UNHCR)**는 구금된 모든 이를 면담할 수 있어야 합니다.

우리는 받은 답변을 모두 공개하겠습니다.

[^1]: 27개 단체 공동성명, 서울, 2023년 10월 13일.
[^2]: 휴먼라이츠워치, 2023년 10월 12일; 코리아헤럴드, 2023년 10월 13일.
"""

DIGEST = "9f2c41d8b1e6a03377c5d2a49fe08b6c1d5e7f90a2b3c4d5e6f708192a3ba07e"


@pytest.fixture
def statement_en() -> str:
    return STATEMENT_EN


@pytest.fixture
def statement_ko() -> str:
    return STATEMENT_KO


@pytest.fixture
def letter() -> LetterSheet:
    """A letter in English of two pages: 30 signatories, a notice on every page."""
    return LetterSheet(
        language="en",
        dated_at=datetime(2023, 11, 20, 12, tzinfo=UTC),
        sender_name="Coalition for Safe Passage",
        sender_lines=["Mapo-gu, Seoul 04001", "letters@coalition.example"],
        date="20 November 2023",
        reference="OUT-2023-0117",
        envelope_lines=["Her Excellency", "The Minister for Foreign Affairs", "10117 Berlin"],
        subject="Forced returns of North Koreans from China",
        salutation="Excellency,",
        body=STATEMENT_EN,
        closing="Accept, Excellency, the assurances of our highest consideration.",
        signer_name="Han Ji-won",
        signer_lines=["Secretary"],
        signatories_heading="Signatories as of 20 November 2023",
        signatories=[Signatory(name=f"Organization {n} (demo)", note="Seoul") for n in range(1, 31)],
        footer_lines=["https://outcry.example/statements/after-the-night/", f"SHA-256 {DIGEST}"],
        notice="Demonstration: this letter was sent to nobody.",
    )


@pytest.fixture
def korean_letter(letter) -> LetterSheet:
    return replace(
        letter,
        language="ko",
        sender_name="안전한 길을 위한 연대",
        subject="송환을 멈추고, 돌려보낸 이들의 행방을 밝혀야 합니다",
        salutation="대통령님께",
        body=STATEMENT_KO,
        closing="삼가 경의를 표하며,",
        signatories=[Signatory(name="강변난민네트워크 (demo)", note="대표 단체")],
        notice="시연용 문서입니다.",
    )


@pytest.fixture
def text_sheet() -> TextSheet:
    return TextSheet(
        language="en",
        dated_at=datetime(2023, 11, 20, 12, tzinfo=UTC),
        publisher="Coalition for Safe Passage",
        kind_label="Joint statement",
        title="After the night of 9 October",
        dateline="Seoul, 20 October 2023",
        meta=[("Reference", "OUT-S-4, version 2")],
        body=STATEMENT_EN,
        signatories_heading="Signatories (1)",
        signatories=[Signatory(name="Riverside Refugee Network (demo)")],
        digest=DIGEST,
        receipt_heading="Receipt of the co-signature",
        receipt=[("Organization", "Riverside Refugee Network (demo)"), ("Digest", DIGEST)],
        notice="Demonstration: all signatories are invented.",
    )
