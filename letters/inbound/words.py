"""Words out of bytes that may be anything: charsets, header words, HTML."""

import codecs
import re
import unicodedata
from email.header import decode_header
from html.parser import HTMLParser

import nh3

MAX_TEXT = 200_000  # characters kept of one mail
MAX_HTML = 1_000_000  # characters of HTML that are made text
MAX_LINE = 500  # characters of a header
CUT = "\n\n[…]"

# What mail programs mean by a name; Python takes it to the letter.
_MEANT = {
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "euc-kr": "cp949", "euc_kr": "cp949", "ksc5601": "cp949",
    "gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "latin-1": "cp1252", "us-ascii": "utf-8",
    "ascii": "utf-8", "x-sjis": "cp932", "shift_jis": "cp932", "unicode-1-1-utf-7": "utf-7", "utf8": "utf-8",
}  # fmt: skip
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
MOST_DEPTH = 400
_OPENS_OR_CLOSES = re.compile(
    r"<(/)?(?!(?:br|hr|img|meta|link|input|col|wbr|p|li|td|th|tr)\b)([a-z][a-z0-9:]{0,20})", re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]*>")
_GAPS = re.compile(r"\n{4,}")
_SPACES = re.compile(r"[ \t]+")
_KEPT_TAGS = {
    "p", "div", "br", "tr", "table", "li", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre",
    "td", "th", "a", "img",
}  # fmt: skip
_BLOCKS = _KEPT_TAGS - {"a", "td", "th", "br", "li", "img"}


def decoded(content: bytes, charset: str | None) -> tuple[str, bool]:
    """The text, and whether its charset had to be guessed: none was said, it is unknown, or the text is not in it."""
    name = (charset or "").strip().strip("\"'").lower()
    name = _MEANT.get(name, name)
    if name and _is_text_codec(name):
        try:
            return content.decode(name), False
        except (UnicodeError, ValueError):
            pass
    for guess in ("utf-8", "cp949"):
        try:
            return content.decode(guess), bool(content) and not content.isascii()
        except UnicodeError:
            continue
    return content.decode("cp1252", errors="replace"), True


def header_words(raw: object) -> str:
    """A header as people read it, on one line, without anything that turns or hides; "" for none."""
    text = str(raw or "")[: 20 * MAX_LINE]
    try:
        pieces = decode_header(text)
        text = "".join(decoded(piece, charset)[0] if isinstance(piece, bytes) else piece for piece, charset in pieces)
    except Exception:  # whatever the library makes of a broken encoded word, the header stays as it came
        text = text.encode("ascii", "replace").decode()
    return one_line(text)[:MAX_LINE]


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """Without NUL, controls, lone surrogates and turns of direction; line ends made equal."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = text.encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFC", _CONTROL.sub("", text))


def body_words(text: str) -> str:
    """A body as it is kept: clean, blank lines folded, cut where it is longer than anybody reads."""
    text = clean(text[: 4 * MAX_TEXT])
    lines = [line.rstrip() for line in text.split("\n")]
    text = _GAPS.sub("\n\n\n", "\n".join(lines)).strip()
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + CUT


def html_words(html: str) -> str:
    """HTML as plain text: links show where they go, pictures their description; nothing of it is ever shown as HTML.

    The cleaner makes it well-formed first, so that what follows sees no tricks.
    """
    html = html[:MAX_HTML]
    if _depth(html) > MOST_DEPTH:
        return _TAG.sub(" ", html)
    bare = nh3.clean(
        html,
        tags=_KEPT_TAGS,
        attributes={"a": {"href"}, "img": {"alt"}},
        clean_content_tags={"script", "style", "title", "template", "noscript"},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    reader = _Reader()
    reader.feed(bare)
    reader.close()
    return "".join(reader.out)


def _depth(html: str) -> int:
    """How deep elements may stand in each other, at most: the cleaner's time grows with its square."""
    left_open: dict[str, int] = {}
    deepest = depth = 0
    for tag in _OPENS_OR_CLOSES.finditer(html):
        name, is_end = tag.group(2).lower(), bool(tag.group(1))
        if is_end and not left_open.get(name):
            continue
        step = -1 if is_end else 1
        left_open[name] = left_open.get(name, 0) + step
        depth += step
        deepest = max(deepest, depth)
    return deepest


class _Reader(HTMLParser):
    """Text with line breaks where blocks begin and end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.href = ""
        self.link_begins = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "br":
            self.out.append("\n")
        elif tag == "li":
            self.out.append("\n- ")
        elif tag in {"td", "th"}:
            self.out.append(" ")
        elif tag == "img" and said.get("alt"):
            self.out.append(f"[{said['alt']}]")
        elif tag == "a":
            self.href, self.link_begins = said.get("href") or "", len(self.out)
        elif tag in _BLOCKS:
            self.out.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.href:
            label = "".join(self.out[self.link_begins :]).strip()
            if self.href.removeprefix("mailto:") != label:
                self.out.append(f" <{self.href}>")
            self.href = ""
        elif tag in _BLOCKS:
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        self.out.append(_SPACES.sub(" ", data.replace("\n", " ")))


def _is_text_codec(name: str) -> bool:
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    return bool(getattr(found, "_is_text_encoding", True)) and found.name not in {"idna", "punycode", "undefined"}
