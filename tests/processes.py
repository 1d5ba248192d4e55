"""Processes that the tests start, and end by their id."""

import ctypes
import pwd
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import IO


def start_process(
    command: list[str | Path],
    *,
    log: IO[bytes],
    cwd: Path,
    user: str | None = None,
    stdin: int = subprocess.DEVNULL,
    env: dict[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own, so that Ctrl-C reaches pytest only; it ends when pytest is killed."""
    identity = pwd.getpwnam(user) if user else None
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=stdin,
        stdout=log,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        env=env,
        user=identity.pw_uid if identity else None,
        group=identity.pw_gid if identity else None,
        extra_groups=[] if identity else None,
        process_group=0,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )


def _end_with_parent() -> None:
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def stop_process(
    process: subprocess.Popen[bytes], first: signal.Signals = signal.SIGTERM, *, patience: int = 15
) -> int:
    """Ask a process that we started to end, insist after `patience` seconds, and return its exit code."""
    if process.poll() is None:
        process.send_signal(first)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def tail(log: Path, lines: int = 40) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
