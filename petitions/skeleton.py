"""The page of a petition, put together from what seldom changes and a few pieces that do.

Rendered whole it costs as much as a hundred queries: a form, a list of all countries, a hundred translated sentences.
So a whole page is cut once at the count, the names, the figures and the challenge, and its skeleton is kept in this
process for as long as everything else that the page is made of is the same. That is asked anew each time, in three
queries: the row of the petition with the clock, the words of all rooms that stand on the page, and the people who chose
to be seen. So a form is gone the moment its petition is closed, and a hidden name with it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language

from accounts import switches
from campaigns.models import Campaign, CampaignText
from petitions import page, services
from petitions.figures import Shown
from petitions.models import OfficialPetition, Petition, PetitionText, Update, UpdateText
from petitions.sharing.card import alt_of
from privacy.prepared import Prepared

MAX_KEPT = 400  # pages; the one not asked for longest goes first
CHANGING = {"_state", "signature_count", "counted_at", "_prefetched_objects_cache"}  # what a skeleton does not hold

Facts = tuple[Any, ...]
Render = Callable[[Petition, datetime, dict[str, Any]], HttpResponse]


@dataclass(frozen=True)
class _Piece:
    """Something that changes: what it is made of, and how it is written."""

    made_of: Any
    write: Callable[[], str]


@dataclass
class _Skeleton:
    facts: Facts
    between: list[str]  # one more than `order`
    order: list[str]  # the names of the pieces
    written: dict[str, tuple[Any, str]] = field(default_factory=dict)  # the last of each piece: made of, and HTML


class _Kept:
    lock = threading.Lock()
    skeletons: OrderedDict[tuple[str, str], _Skeleton] = OrderedDict()


def petition_page(path: str, slug: str, render: Render) -> HttpResponse:
    """The page of a public petition for everybody; `render` makes the whole of what was read. Raises Http404."""
    now = timezone.now()
    found: list[Petition] = _petition.objects(slug=slug)
    if not found:
        raise Http404
    petition = found[0]
    words = sorted(_words.rows(petition=petition.pk, campaign=petition.campaign_id))
    known = page.changing(petition, now) | {"challenge": services.challenge_for(petition, now=now)}
    pieces = _pieces(petition, words, known, now)
    facts = _facts(petition, words, now, path, pieces)
    place = (path, get_language() or "")
    with _Kept.lock:
        kept = _Kept.skeletons.get(place)
        if kept:
            _Kept.skeletons.move_to_end(place)
    if kept and kept.facts == facts:
        return HttpResponse(_filled(kept, pieces))
    _give_words(petition, words)
    response = render(petition, now, known)
    if not petition.opens_later(now):  # such a page says how long it is until then
        skeleton = _cut(response.content.decode(), facts, pieces)
        if skeleton:
            _keep(place, skeleton)
    return response


def _facts(
    petition: Petition, words: list[tuple[Any, ...]], now: datetime, path: str, pieces: dict[str, _Piece]
) -> Facts:
    """What the skeleton depends on."""
    row = tuple(value for name, value in petition.__dict__.items() if name not in CHANGING)
    clock = (petition.is_open(now), petition.accepts_confirmation(now), petition.opens_later(now))
    return (settings.SITE_URL, path, switches.keys_on(), *clock, row, words, sorted(pieces))


def _pieces(
    petition: Petition, words: list[tuple[Any, ...]], known: dict[str, Any], now: datetime
) -> dict[str, _Piece]:
    shown, figures, challenge = known["counted"], known["figures"], known["challenge"]
    is_open = petition.is_open(now) and switches.takes_signatures()
    people = {name: known[name] for name in ("listed", "comments")}
    pieces = {
        "count": _Piece((shown, is_open), lambda: _count(shown, is_open)),
        "names": _Piece(people, lambda: render_to_string("petitions/_names.html", {"petition": petition, **people})),
    }
    title = _title(words)
    if title:
        pieces["alt"] = _Piece((title, shown.count), lambda: escape(alt_of(title, shown.count)))
    if challenge:
        pieces["challenge"] = _Piece(challenge, lambda: escape(challenge))
    if figures:
        pieces["figures"] = _Piece(figures, lambda: figures)
    return pieces


def _give_words(petition: Petition, words: list[tuple[Any, ...]]) -> None:
    """Texts and campaign for the templates, which ask for no more of them than was read here."""
    texts = [
        PetitionText(petition=petition, language=language, title=title, summary=summary, body=body)
        for kind, language, title, summary, body, *_rest in words
        if kind == "text"
    ]
    campaign_texts = [row for row in words if row[0] == "campaign"]
    campaign = Campaign(pk=petition.campaign_id, slug=campaign_texts[0][3] if campaign_texts else "")
    titles = [
        CampaignText(campaign=campaign, language=language, title=title)
        for _kind, language, title, *_rest in campaign_texts
    ]
    campaign.__dict__["_prefetched_objects_cache"] = {"texts": titles}
    petition.__dict__["_prefetched_objects_cache"] = {"texts": texts}
    petition.campaign = campaign


def _filled(skeleton: _Skeleton, pieces: dict[str, _Piece]) -> str:
    out = [skeleton.between[0]]
    for name, after in zip(skeleton.order, skeleton.between[1:], strict=True):
        piece, last = pieces[name], skeleton.written.get(name)
        html = last[1] if last and last[0] == piece.made_of else piece.write()
        skeleton.written[name] = (piece.made_of, html)
        out += [html, after]
    return "".join(out)


def _cut(whole: str, facts: Facts, pieces: dict[str, _Piece]) -> _Skeleton | None:
    """The page cut at its pieces; None when one of them does not stand on it exactly once."""
    found = []
    for name, piece in pieces.items():
        html = piece.write()
        if not html or whole.count(html) != 1:
            return None
        found.append((whole.index(html), name, html))
    between, order, end = [], [], 0
    for start, name, html in sorted(found):
        if start < end:
            return None
        between.append(whole[end:start])
        order.append(name)
        end = start + len(html)
    written = {name: (pieces[name].made_of, html) for _start, name, html in found}
    return _Skeleton(facts, [*between, whole[end:]], order, written)


def _keep(place: tuple[str, str], skeleton: _Skeleton) -> None:
    with _Kept.lock:
        _Kept.skeletons[place] = skeleton
        _Kept.skeletons.move_to_end(place)
        while len(_Kept.skeletons) > MAX_KEPT:
            _Kept.skeletons.popitem(last=False)


def _count(shown: Shown, is_open: bool) -> str:
    return render_to_string("petitions/_count.html", {"counted": shown, "is_open": is_open})


def _title(words: list[tuple[Any, ...]]) -> str:
    """The title of the text that the page shows, as campaigns.languages.in_language() chooses it."""
    titles = {row[1]: row[2] for row in words if row[0] == "text"}
    return titles.get(get_language() or "en") or titles.get("en") or next(iter(titles.values()), "")


def _all_words(petition: int, campaign: int) -> QuerySet[Any, Any]:
    """Everything that rooms below and beside say on the page, in rows of eight texts."""

    def rows(kind: str, found: QuerySet[Any], *names: str) -> QuerySet[Any, Any]:
        columns = [Cast(name, CharField()) for name in names] + [Value("", output_field=CharField())] * (7 - len(names))
        return found.order_by().values_list(Value(kind, output_field=CharField()), *columns)

    asked = Petition.recipients.through.objects.filter(petition_id=petition)
    office = ("recipient__slug", "recipient__name")
    published = UpdateText.objects.filter(update__petition_id=petition, update__state=Update.State.PUBLISHED)
    return rows(
        "text",
        PetitionText.objects.filter(petition_id=petition),
        *("language", "title", "summary", "body"),
    ).union(
        rows("campaign", CampaignText.objects.filter(campaign_id=campaign), "language", "title", "campaign__slug"),
        rows("office", asked, *office, "recipient__forms_of_address__language", "recipient__forms_of_address__name"),
        rows("update", published, "language", "title", "update_id", "update__published_at"),
        rows(
            "official",
            OfficialPetition.objects.filter(petition_id=petition),
            *("body", "country", "url", "threshold", "opens_on", "closes_on", "progress"),
        ),
        rows("official", OfficialPetition.objects.filter(petition_id=petition), "pk", "progress_on"),
        all=True,
    )


_petition = Prepared(lambda slug: Petition.objects.public().filter(slug=slug).order_by(), slug=str)
_words = Prepared(_all_words, petition=int, campaign=int)
