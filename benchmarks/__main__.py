"""`python -m benchmarks [name …]`: run all, or those named, on a database of their own."""

import os
import sys
import tempfile
from pathlib import Path

from config import environment


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="outcry-bench-"))
    key = environment.new_key()
    os.environ |= {
        "ENV_FILE": os.devnull,
        "SECRET_KEY": key,
        "PII_KEYS": key,
        "FINGERPRINT_KEY": key,
        "DEBUG": "0",
        "ALLOWED_HOSTS": "*",
        "VAR_DIR": str(folder),
        "DATABASE_URL": os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3"),
        "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    import django

    django.setup()
    from benchmarks import measures

    names = sys.argv[1:] or list(measures.ALL)
    measures.prepare()
    for name in names:
        print(measures.ALL[name]())


if __name__ == "__main__":
    main()
