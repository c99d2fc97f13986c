"""Steps that are skipped while their inputs stay the same. What the steps are stands in plan.py.

A step that fills the database is tied to that database: another one, or one that was put back, is set up anew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from portfolio import env
from portfolio.env import Unusable
from portfolio.setup.stamps import Stamps


@dataclass(frozen=True)
class Stage:
    """One step: what is said while it runs, a key of what it depends on, and what it does."""

    name: str
    saying: str
    inputs: Callable[[], str]
    act: Callable[[], object]
    in_database: bool = False


def run(stages: list[Stage], var: Path) -> None:
    """Do what is not done yet, in order; a step that fails leaves no stamp and is done again at the next start."""
    stamps = Stamps(var / "setup")
    if _identity(var) == "":
        stamps.forget(*(stage.name for stage in stages if stage.in_database))
    for stage in stages:
        if stamps.match(stage.name, _key(stage, var)):
            continue
        print(f"{stage.saying} …", flush=True)
        stage.act()
        stamps.set(stage.name, _key(stage, var))


def _key(stage: Stage, var: Path) -> str:
    return f"{stage.inputs()} {_identity(var)}" if stage.in_database else stage.inputs()


def _identity(var: Path) -> str:
    """What tells one database from another in its place; "" when it is still empty."""
    entry = env.database("DATABASE_URL", var / "portfolio.sqlite3")
    if entry["ENGINE"] != "django.db.backends.sqlite3":
        return _ask_server()
    file = Path(str(entry["NAME"]))
    return f"{file} {file.stat().st_ino}" if file.is_file() and file.stat().st_size else ""


def _ask_server() -> str:
    import django  # only an installation on PostgreSQL pays for loading it here
    from django.db import DatabaseError, connection

    django.setup()
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT oid FROM pg_database "
                "WHERE datname = current_database() AND to_regclass('django_migrations') IS NOT NULL"
            )
            found = cursor.fetchone()
    except DatabaseError as reason:
        raise Unusable(f"The database server of DATABASE_URL does not answer: {str(reason).strip()}") from None
    return f"{connection.settings_dict['HOST']} {connection.settings_dict['NAME']} {found[0]}" if found else ""
