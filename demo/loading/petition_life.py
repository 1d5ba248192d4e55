"""What has happened to the petition since it opened: partners, paper, milestones, comments, news, defence."""

from datetime import timedelta
from random import Random

from campaigns.models import Organization
from demo.files import document, texts
from demo.loading.mail import settled_mail
from demo.loading.people import Staff
from demo.loading.timeline import Timeline
from petitions.models import Comment, Milestone, PartnerLink, Petition, Signature, Update, UpdateText
from petitions.services import (
    add_entry,
    approve_comment,
    change_signature,
    import_signatures,
    mail_updates,
    make_partner_link,
    publish_update,
    reach_milestones,
    refresh_signature_counts,
    refuse_comment,
    report_petition,
    settle_milestone,
    state_digest,
    submit_update,
)
from petitions.services.import_files import Asked

PARTNERS = 3
PAPER, PAPER_SEED = 24, 20231023
WAITING = 3  # comments that nobody has looked at yet
MILESTONES = (100, 250, 500)


def load_partner_links(petition: Petition, staff: Staff, timeline: Timeline) -> list[PartnerLink]:
    """Some invented members spread the petition under addresses of their own."""
    members = Organization.objects.members().order_by("pk")[:PARTNERS]
    return [make_partner_link(petition, member, by=staff.editor, now=timeline.ago(14, 16)) for member in members]


def load_life(petition: Petition, staff: Staff, timeline: Timeline) -> None:
    """To be called once the supporters have signed. All of it lies in the past."""
    _import_paper(petition, staff, timeline)
    refresh_signature_counts(now=timeline.now)
    _decide_comments(staff, timeline)
    with settled_mail():
        _reach_milestones(petition, staff, timeline)
        _post_update(petition, staff, timeline)
    _defend(petition, staff, timeline)
    _change_a_mind(petition, timeline)


def _import_paper(petition: Petition, staff: Staff, timeline: Timeline) -> None:
    """A sheet from a vigil, typed off by staff."""
    chance, parts = Random(PAPER_SEED), document("supporters")  # noqa: S311 - nothing secret
    day = timeline.ago(4, 19).date().isoformat()
    lines = ["이름,국가,지역,날짜,이름 전달 동의"]
    for _number in range(PAPER):
        name = chance.choice(parts["family_names"]["ko"]) + chance.choice(parts["given_names"]["ko"])
        lines.append(f"{name},대한민국,서울,{day},{chance.choice(['o', ''])}")
    asked = Asked(petition.pk, "paper", None, "Vigil in Seoul (demo); the sheets are in the office safe.", "ko")
    import_signatures(asked, "\n".join(lines).encode(), by=staff.editor, now=timeline.ago(3, 11))


def _decide_comments(staff: Staff, timeline: Timeline) -> None:
    """All but the newest were read; one is kept off the page."""
    said = Comment.objects.filter(state="confirmed", comment_state="waiting", confirmed_at__lt=timeline.ago(1, 10))
    for number, comment in enumerate(said.order_by("confirmed_at")):
        if number == WAITING:
            refuse_comment(comment.pk, ground="private", by=staff.editor, now=timeline.ago(1, 10))
        else:
            approve_comment(comment.pk, by=staff.editor, now=timeline.ago(1, 10))


def _reach_milestones(petition: Petition, staff: Staff, timeline: Timeline) -> None:
    for threshold in MILESTONES:
        last = threshold == MILESTONES[-1]
        Milestone.objects.create(
            petition=petition, threshold=threshold, tell_signatories=not last, tell_recipients=last
        )
    reach_milestones(now=timeline.ago(1, 12))
    first = petition.milestones.order_by("threshold").first()
    if first and first.reached_at:
        settle_milestone(first.pk, by=staff.editor, now=timeline.ago(1, 13))


def _post_update(petition: Petition, staff: Staff, timeline: Timeline) -> None:
    update = Update.objects.create(petition=petition, author=staff.editor)
    for text in texts("update"):
        UpdateText.objects.create(update=update, language=text.language, title=text.head["title"], body=text.body)
    submit_update(update.pk, by=staff.editor, now=timeline.ago(1, 14))
    publish_update(update.pk, by=staff.approver, now=timeline.ago(1, 15))
    while mail_updates(now=timeline.ago(1, 15, 1)):
        pass


def _defend(petition: Petition, staff: Staff, timeline: Timeline) -> None:
    """A line of the lists, and a report that waits."""
    add_entry(
        "hold",
        domain="throwaway.example",
        until=timeline.ahead(30, 9),
        reason="Mailboxes for ten minutes.",
        by=staff.editor,
        now=timeline.ago(6, 10),
    )
    words = "One of the comments could show where somebody lives. Please look at it again."
    report_petition(petition, about="danger", text=words, network=bytes(16), now=timeline.ago(1, 17))


def _change_a_mind(petition: Petition, timeline: Timeline) -> None:
    """Somebody wants no more updates, and says so on the page behind their link."""
    signature = Signature.objects.filter(petition=petition, consent_updates__isnull=False, state="confirmed").first()
    if signature is None:
        return
    change_signature(
        signature.pk,
        shown=state_digest(signature),
        show_name=signature.show_name,
        alias=signature.alias,
        show_country=signature.show_country,
        consent_handover=signature.consent_handover_id is not None,
        consent_updates=False,
        language=signature.language,
        withdraw_comment=False,
        read_in=signature.language,
        now=timeline.now - timedelta(minutes=6),
    )
