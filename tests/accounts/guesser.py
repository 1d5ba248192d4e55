"""One process of several that guess at once: `guesser.py <database name> <address> <tries>`.

Begins with a line of input, and prints the statuses of its answers as JSON.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
django.setup()

from django.db import connection  # noqa: E402 Django must be set up first
from django.test import Client  # noqa: E402


def guess(number: int) -> int:
    form = {"username": sys.argv[2], "password": f"guess {os.getpid()} {number}"}
    try:
        return Client(REMOTE_ADDR=f"192.0.2.{number}").post("/admin/login/", form).status_code
    finally:
        connection.close()


print("ready", flush=True)  # noqa: T201
sys.stdin.readline()
with ThreadPoolExecutor(4) as pool:
    print(json.dumps(list(pool.map(guess, range(int(sys.argv[3]))))))  # noqa: T201
