"""For the press: the page of the joint statement, its correction, and a release under embargo that two may read."""

import io

from PIL import Image, ImageDraw

from campaigns.models import Campaign
from demo.files import document
from demo.loading.mail import settled_mail
from demo.loading.people import Staff
from demo.loading.statements import answer, draft, open_for_members
from demo.loading.timeline import Timeline
from statements.models import Statement
from statements.services import (
    add_image,
    add_quote,
    agree,
    approve_quote,
    arrange_signatories,
    close_cosigning,
    give_preview,
    note_view,
    propose,
    set_embargo,
    write_press_text,
)

LEAD = "demo-riverbank"
SIGNED_RELEASE = {"demo-riverbank", "demo-open-door", "demo-archive", "demo-geneva", "demo-dawn-ferry"}


def load_press_page(statement: Statement, staff: Staff, timeline: Timeline) -> None:
    """The press page of the published statement, and one correction that two people agreed on."""
    data = document("press")
    written = timeline.ago(9, 13)
    for language, text in data["release"].items():
        write_press_text(statement.pk, language, **text, by=staff.editor, now=written)
    for record in data["quotes"]:
        said = {key: record[key] for key in ("language", "words", "speaker", "role")}
        quote = add_quote(statement.pk, **said, by=staff.editor, now=written)
        approve_quote(statement.pk, quote.pk, approved_by=record["approved_by"], by=staff.approver, now=written)
    add_image(statement.pk, _river(), **data["picture"], by=staff.editor, now=written)
    lead = statement.cosignatures.get(organization__slug=LEAD)
    arrange_signatories(statement.pk, "lead", positions={}, leads=[lead.pk], by=staff.editor, now=written)
    asked = timeline.ago(5, 10)
    propose(
        statement.pk,
        "correct",
        by=staff.editor,
        reason="A reader asked to whom the letter was addressed.",
        erratum=data["erratum"],
        now=asked,
    )
    agree(statement.pk, by=staff.approver, reason="Checked against the report.", now=timeline.ago(5, 11))
    statement.refresh_from_db()


def load_embargoed_release(campaign: Campaign, staff: Staff, timeline: Timeline) -> None:
    """Signed by five, public the day after tomorrow; one of the two journalists has read it."""
    statement = draft("third-statement", "RLC-2023-4", campaign, staff, place="Seoul", deadline=timeline.ago(1, 18))
    with settled_mail():
        open_for_members(
            statement, staff, locked_at=timeline.ago(3, 14), invited_at=timeline.ago(3, 15), only=SIGNED_RELEASE
        )
    with settled_mail():
        answer(
            statement,
            mornings=[timeline.ago(2, 9), timeline.ago(1, 9)],
            signed=SIGNED_RELEASE,
            declined=set(),
            opened=set(),
            staff=staff,
        )
        close_cosigning(statement.pk, by=staff.editor, now=timeline.ago(1, 18, 5))
        set_embargo(
            statement.pk,
            until=timeline.ahead(2, 9),
            by=staff.approver,
            reason="For the morning papers in Seoul.",
            now=timeline.ago(1, 19),
        )
        previews = [
            give_preview(statement.pk, **record, by=staff.approver, now=timeline.ago(1, 20))
            for record in document("press")["journalists"]
        ]
        note_view(previews[0], now=timeline.ago(1, 21))


def _river() -> bytes:
    """A drawing of our own, so that nobody's picture is borrowed."""
    width, height = 1200, 800
    image = Image.new("RGB", (width, height), (22, 26, 40))
    pen = ImageDraw.Draw(image)
    for line in range(height):
        shade = line * 34 // height
        pen.line([(0, line), (width, line)], fill=(20 + shade // 2, 26 + shade // 2, 44 + shade))
    pen.polygon([(0, 330), (260, 290), (560, 335), (860, 285), (width, 320), (width, 410), (0, 400)], fill=(12, 14, 22))
    pen.polygon([(0, 640), (380, 585), (760, 650), (width, 600), (width, height), (0, height)], fill=(8, 9, 14))
    for x, y, size in ((350, 322, 5), (820, 634, 7)):
        pen.ellipse([x - size, y - size, x + size, y + size], fill=(250, 214, 140))
        for step in range(1, 9):
            pen.line([(x - 12 + step, y + 22 + step * 9), (x + 12 - step, y + 22 + step * 9)], fill=(150, 120, 80))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
