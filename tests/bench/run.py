"""One benchmark on one database, in a process of its own: `python -m tests.bench.run NAME SIZE ROUNDS FILE`.

The database is the one of DATABASE_URL and has to be empty. What was measured is written to the file as JSON.
"""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any


def main(name: str, size: int, rounds: int, file: Path) -> None:
    """Set Django up, fill the database with what belongs to any installation, measure."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    with open(os.devnull, "w") as nowhere:
        call_command("load_reference", stdout=nowhere)
    figures = importlib.import_module(f"tests.bench.{name}").measure(size, rounds)
    found: dict[str, Any] = {
        "figures": [figure.as_json() for figure in figures],
        "database": f"{connection.vendor} {_version(connection)}",
        "peak_memory_mb": _peak_memory(),
    }
    file.write_text(json.dumps(found), encoding="utf-8")


def _version(connection: Any) -> str:
    return ".".join(str(part) for part in connection.get_database_version())


def _peak_memory() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
