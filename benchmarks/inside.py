"""What happens inside a process of the product: `python -m benchmarks.inside <act> <arguments as JSON>`.

The last line printed is the answer as JSON.
"""

import json
import sys
from importlib import import_module

import django

# The room of each act: what it is called, and where it stands.
ACTS = {
    **dict.fromkeys(("web_command", "prepare", "fill", "counts"), "benchmarks.filling"),
    **dict.fromkeys(("render", "tally", "forget", "audit", "proof", "letter_pdf"), "benchmarks.measures"),
    "sender": "benchmarks.sending",
    "export": "benchmarks.exporting",
    "release": "benchmarks.releasing",
    "rotation_of_keys": "benchmarks.rotation",
}


def main() -> None:
    django.setup()
    name, arguments = sys.argv[1], json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
    print(json.dumps(getattr(import_module(ACTS[name]), name)(**arguments)))


if __name__ == "__main__":
    main()
