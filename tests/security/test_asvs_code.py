"""What the code never does: read as text and syntax, so that a new file is held to it as well (docs/asvs.md)."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    *("config", "pages", "desk", "demo", "petitions", "statements"),
    *("letters", "campaigns", "outbox", "accounts", "privacy"),
)
FILES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
MAIL = ("email", "outbox/email")  # folders of templates that become messages, not pages

# A call or import that is forbidden, and the files in which it is meant; each of those says why in itself.
FORBIDDEN = {
    "eval": (),
    "exec": (),
    "compile": (),
    "__import__": (),
    "os.system": (),
    "os.popen": (),
    "subprocess.run": (),
    "subprocess.call": (),
    "subprocess.Popen": ("config/supervisor.py",),  # our own three command lines, no shell
    "yaml.load": (),
    "hashlib.md5": (),
    "hashlib.sha1": (),
    "random.random": (),
    "random.choice": (),
    "random.randint": (),
    "RawSQL": (),
    "Template": (),  # a template is a file, never a text somebody wrote
}
MODULES = {
    "pickle": (),
    "marshal": (),
    "shelve": (),
    "random": (  # seeded inventions
        "demo/loading/petition_life.py",
        "demo/loading/statements.py",
        "demo/loading/supporters.py",
    ),
    "xml": (),
    "lxml": (),
    "ldap3": (),
    "zipfile": ("letters/rendering/docx.py", "letters/bundle.py"),  # they write their own, and read nobody's
    "tarfile": (),
    "urllib.request": (),
    "requests": (),
    "httpx": (),
    "ftplib": (),
    "telnetlib": (),
}
# Where text becomes HTML without being escaped again; all of it is escaped or cleaned before.
UNESCAPED = {
    "letters/rendering/markdown.py",  # nh3 stands behind it
    "letters/templatetags/markdown.py",
    "outbox/views.py",  # urlize with autoescape
    "pages/templatetags/options.py",  # joins what format_html made
    "petitions/page.py",  # what our own template wrote, kept for some seconds
}
OWN_WORKERS = {"static/js/challenge.js"}  # a page and its own worker, which nobody else can write to
WRITTEN_SQL = {
    "accounts/audit/triggers.py",  # from constants of its own
    "statements/triggers.py",  # the same: its own names of triggers, tables and columns, without a value
    "outbox/services.py",  # names of our own columns, quoted; values are parameters
    "petitions/services/exporting.py",  # what the ORM wrote, with its parameters
    "petitions/services/handing_over.py",  # INSERT of what Django's own SELECT finds; values are parameters
    "petitions/services/writing.py",  # the same: names of our own columns, quoted; values are parameters
    "privacy/prepared.py",  # what the ORM wrote, with its parameters
    "privacy/throttle.py",  # from constants of its own: as many places for values as there are rows
    "privacy/sealed.py",  # names of our own tables and columns, quoted by the backend; values are parameters
    "accounts/management/commands/grant_web_role.py",  # psycopg.sql quotes the name of the role
}
WRITTEN_PATTERNS = {"statements/claims.py"}  # names of instruments, each through re.escape
CSRF_EXEMPT = {
    "outbox/webhooks.py",  # programs of mail providers, which sign what they send
    "letters/webhooks.py",  # the same
    "privacy/requests.py",  # `cookieless`, which asks the browser's own headers instead
    "statements/views/news.py",  # the same for delegates
    "petitions/views/manage.py",  # one-click unsubscribe, which mail programs post (RFC 8058): the token counts
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text())))


def called(node: ast.AST) -> str:
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def is_constant(node: ast.AST, path: Path) -> bool:
    """A text as it stands, or the name of one at the top of the module."""
    if isinstance(node, ast.Name):
        module = ast.parse(path.read_text()).body
        values = [
            line.value
            for line in module
            if isinstance(line, ast.Assign)
            and any(isinstance(name, ast.Name) and name.id == node.id for name in line.targets)
        ]
        return bool(values) and all(is_constant(value, path) for value in values)
    return isinstance(node, ast.Constant)


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def test_there_is_code_to_read():
    assert len(FILES) > 150
    assert len(TEMPLATES) > 80
    assert SCRIPTS


def test_no_code_is_made_of_text_and_no_weak_hash_or_guessable_number_is_used():
    found = [
        (name_of(path), node.lineno, called(node))
        for path in FILES
        for node in nodes(path)
        if isinstance(node, ast.Call) and called(node) in FORBIDDEN and name_of(path) not in FORBIDDEN[called(node)]
    ]
    assert found == []


def test_no_module_that_unpacks_parses_or_fetches_what_strangers_give_is_imported():
    found = [
        (name_of(path), module)
        for path in FILES
        for node in nodes(path)
        for module in imported(node)
        for forbidden, meant in MODULES.items()
        if (module == forbidden or module.startswith(f"{forbidden}.")) and name_of(path) not in meant
    ]
    assert found == []


def test_no_shell_is_asked_and_no_query_is_written_by_hand():
    for path in FILES:
        for node in nodes(path):
            if not isinstance(node, ast.Call):
                continue
            assert not any(word.arg == "shell" for word in node.keywords), name_of(path)
            if isinstance(node.func, ast.Attribute) and node.func.attr in {"raw", "extra"}:
                pytest.fail(f"{name_of(path)}:{node.lineno} goes around the ORM")
            if called(node) == "cursor.execute" and name_of(path) not in WRITTEN_SQL:
                assert is_constant(node.args[0], path), f"{name_of(path)}:{node.lineno} puts SQL together"


def test_no_pattern_is_made_of_what_somebody_wrote():
    """In a function a regular expression is a constant, or constants joined; a name stands for one of the module."""
    for path in FILES:
        for function in nodes(path):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and called(node).startswith("re.") and called(node) != "re.escape":
                    if name_of(path) in WRITTEN_PATTERNS:
                        continue
                    parts = {type(part).__name__ for part in ast.walk(node.args[0])}
                    assert not parts & {"JoinedStr", "Call"}, f"{name_of(path)}:{node.lineno}"


def test_only_the_named_modules_make_html_of_what_is_not_escaped_again():
    found = {
        name_of(path)
        for path in FILES
        for node in nodes(path)
        if called(node).rpartition(".")[2] in {"mark_safe", "SafeString", "SafeText"}
    }
    assert found <= UNESCAPED


def test_only_forms_without_a_cookie_go_without_a_token():
    found = {name_of(path) for path in FILES for node in nodes(path) if any("csrf_exempt" in i for i in imported(node))}
    assert found == CSRF_EXEMPT


def test_every_form_names_its_fields():
    """`__all__` or `exclude` would let a new column be set from outside."""
    for path in FILES:
        for node in nodes(path):
            if isinstance(node, ast.ClassDef) and node.name == "Meta":
                for line in node.body:
                    if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                        assert line.targets[0].id != "exclude", f"{name_of(path)}:{line.lineno}"
                        if line.targets[0].id == "fields":
                            assert "__all__" not in ast.unparse(line.value), f"{name_of(path)}:{line.lineno}"


# Mails as .eml: at most 25 MB, judged by their first lines, kept sealed, handed out as downloads with an audit line.
# Three uploads, at the desk by roles of their own. Signatures as CSV: at most 5 MB, judged by its bytes, kept sealed
# for an hour in a folder that nobody serves, under a name of ours, never handed out again
# (tests/petitions/test_importing.py). Logos: PNG of at most 200 KB, written anew from the pixels (campaigns.png).
# Proofs of deliveries: at most 10 MB, judged by their content (privacy.documents), sealed, handed out as downloads with
# a line in the audit. Files of offices: at most 5 MB, read as text, kept sealed for an hour, never handed out.
# Pictures for the press: at most 2 MB, judged by their content, drawn anew (privacy.images), handed out as downloads.
UPLOADS = {
    "petitions/admin/imports.py",
    "letters/admin/inbound.py",
    "letters/answer_forms.py",
    "campaigns/admin/organization.py",
    "campaigns/forms.py",
    "letters/admin/dispatches.py",
    "letters/admin/office_import.py",
    "letters/carrying_forms.py",
    "letters/webhooks.py",  # a whole mail from a provider, as large as a file
    "statements/admin/pressing.py",
    "statements/press_forms.py",
}


def test_nothing_is_uploaded_but_what_is_named():
    """No other field takes a file, no other view reads one: another upload comes with its rules (docs/asvs.md, 5)."""
    for path in FILES:
        text = path.read_text()
        assert not re.search(r"models\.FileField\(|\b(ImageField|FilePathField)\(", text), name_of(path)
        takes = "request.FILES" in text or bool(re.search(r"\bFileField\(", text))
        assert takes == (name_of(path) in UPLOADS), name_of(path)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_escapes_and_loads_nothing_from_elsewhere(path):
    text = path.read_text()
    assert not re.search(r"\|\s*safe\b|autoescape\s+off", text)
    if path.parent.name in MAIL:  # a mail has its style in it, and no script anywhere
        assert not re.search(r"<script|<form|<img|\son[a-z]+=", text, re.IGNORECASE)
        return
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+\s*=\s*[\"']", text, re.IGNORECASE)
    assert not re.search(r"""\b(?:src|srcset|data|action)\s*=\s*["'](?:https?:)?//""", text, re.IGNORECASE)
    assert not re.search(r"""<link[^>]+href=["'](?:https?:)?//""", text, re.IGNORECASE)


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_a_script_writes_text_and_keeps_nothing(path):
    text = path.read_text()
    assert '"use strict";' in text
    spoken = "postMessage" in text or "onmessage" in text
    assert not spoken or name_of(path) in OWN_WORKERS
    for word in (
        *("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"),
        *("localStorage", "sessionStorage", "indexedDB", "document.cookie", 'addEventListener("message"', "__proto__"),
    ):
        assert word not in text, word
    assert not re.search(r"""["'`]https?://""", text)


def test_every_package_is_pinned_by_version_and_hash():
    for name in ("run", "dev"):
        lines = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ").splitlines()
        packages = [line for line in lines if line.strip() and not line.startswith("#")]
        assert len(packages) > 30
        for line in packages:
            assert re.match(r"[A-Za-z0-9._-]+(\[[^\]]+\])?==\S+", line), line[:60]
            assert "--hash=sha256:" in line, line[:60]
    assert "--require-hashes" in (ROOT / "Makefile").read_text()


def test_no_key_or_password_stands_in_the_code():
    """Settings read keys from the environment without a default, and what holds them is not under version control."""
    settings = (ROOT / "config" / "settings.py").read_text()
    for name in ("SECRET_KEY", "PII_KEYS", "FINGERPRINT_KEY"):
        assert re.search(rf'^{name} = env(\.list)?\("{name}"\)', settings, re.MULTILINE), name
        assert re.search(rf"^{name}=$", (ROOT / ".env.example").read_text(), re.MULTILINE), name
    ignored = (ROOT / ".gitignore").read_text().split()
    assert {"/.env", "/var/"} <= set(ignored)
