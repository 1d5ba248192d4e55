"""The words of the access declaration: who somebody is, and what is said about an address."""

from dataclasses import dataclass, field

Who = frozenset[str]

# --- Who comes ------------------------------------------------------------------------------------
ANONYMOUS = "anonymous"
HOLDER = "holder of the link"  # of a mail: no session, but the right token in the address
SIGNER = "delegate who may sign"
READER = "delegate who may only read"
OTHER = "delegate of another organization"
ENDED = "delegate whose mandate ended"
CLOSED = "delegate whose account was closed"  # with a session from before
FORMER = "former member of staff"  # with every role and a session from before, but not active
NO_ROLE = "staff without a role"
SUPERUSER = "superuser"
ROLES = ["editor", "moderator", "sender", "press", "safeguarding", "auditor", "administrator"]
AUTHOR = "editor who wrote it"
REQUESTER = "sender who asked for it"
TWINS = {AUTHOR: "editor", REQUESTER: "sender"}  # may what their role may, except with their own work
# With every role, where a second factor is required:
HALF_WAY = "staff half way in"  # the password was right, the second factor is still to come
UNENROLLED = "staff who must set up a second factor"
PROMOTED = "delegate who became staff"  # with the delegate's session from before

DELEGATES = frozenset({SIGNER, READER, OTHER})
STAFF = frozenset({NO_ROLE, *ROLES, *TWINS, SUPERUSER})
SIGNED_IN = DELEGATES | STAFF | {ENDED, PROMOTED}
NOBODY: Who = frozenset()


def people() -> list[str]:
    """Everybody, as columns of the matrix."""
    return [
        ANONYMOUS, HOLDER, SIGNER, READER, OTHER, ENDED, CLOSED, PROMOTED, HALF_WAY, UNENROLLED, FORMER, NO_ROLE,
        *ROLES, *TWINS, SUPERUSER,
    ]  # fmt: skip


EVERYBODY = frozenset(people())
NOT_SIGNED_IN = EVERYBODY - SIGNED_IN


def staff(*roles: str, but: str = "") -> Who:
    """Members of staff with one of these roles, and the superuser; `but` is who is refused about their own work."""
    unknown = set(roles) - set(ROLES)
    assert not unknown, f"no such role: {unknown}"
    twins = {twin for twin, role in TWINS.items() if role in roles and twin != but}
    return frozenset({*roles, *twins, SUPERUSER})


# --- What they are answered -----------------------------------------------------------------------
OPENS = "opens"  # 200
ACTS = "acts"  # accepted, and something in the database changed
MOVES = "moves on"  # a redirect that changes nothing and refuses nothing
TOLD = "told why not"  # back to the page they came from, with a sentence
SIGN_IN = "sent to sign in"
REFUSED = "refused"  # 403, 404, 405, 409, 410
ASKED = "asked again"  # 422: the form, with what is wrong

# --- Where ----------------------------------------------------------------------------------------
PUBLIC = "public"
DELEGATE_AREA = "delegates"
DESK = "desk"


@dataclass(frozen=True)
class Page:
    """One address. `opens` may read it (GET), `acts` may act there (POST); all others are turned away."""

    what: str
    opens: Who
    acts: Who = NOBODY
    get: str = OPENS  # what GET answers those of `opens`
    post: str = ACTS  # what POST answers those of `acts`
    leaves: frozenset[str] = NOBODY  # the tables in which reading it leaves a row
    others: str = REFUSED  # what staff without the role are answered
    strangers: str = ""  # what whoever is not in at the desk is answered; "": sent to sign in
    but: dict[str, str] = field(default_factory=dict)  # {"GET anonymous": word}: what some are answered instead


@dataclass(frozen=True)
class Step:
    """A button at the desk. `but` is whoever may not press it about their own work."""

    what: str
    by: list[str]
    but: str = ""
    only_looks: bool = False  # pressing it shows something, and keeps nothing

    @property
    def may(self) -> Who:
        return staff(*self.by, but=self.but)


@dataclass(frozen=True)
class Rows:
    """The pages of one kind of row at the desk. Nobody deletes: that is not even declared."""

    what: str
    read: list[str] = field(default_factory=list)
    add: list[str] | None = None  # None: not even the superuser
    change: list[str] | None = None
    steps: dict[str, Step] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)  # more addresses, or others than usual, by name
    leaves_a_line: bool = False  # reading one is written into the audit
