"""What brings a fresh clone to a product that can serve: translations, assets, database, data, static files."""

import hashlib
import os
import time
from pathlib import Path
from typing import Any

from portfolio import env
from portfolio.setup import assets, catalogues
from portfolio.setup.stages import Stage
from portfolio.setup.stamps import digest_of_files, digest_of_listing

ROOT = Path(__file__).resolve().parents[2]


def stages(var: Path, *, demo: bool) -> list[Stage]:
    """The steps of the demonstration, or of an office's own installation."""
    return [
        *everywhere(var),
        _in_database("migrate", "Preparing the database", _migrations(), interactive=False, verbosity=0),
        _in_database("load_reference", "Loading the reference data", _fixtures("reference")),
        *(_demonstration(var) if demo else _office(var)),
        Stage(
            "static",
            "Collecting the static files",
            lambda: digest_of_listing([*ROOT.glob("*/static"), var / "vendor"]) + digest_of_files(_pins()),
            lambda: command("collectstatic", clear=True, interactive=False, verbosity=0),
        ),
        # Once a day, because some of what it finds comes with the calendar.
        Stage(
            "check",
            "Checking the installation",
            _day,
            lambda: command("check", databases=["default"]),
            in_database=True,
        ),
    ]


def everywhere(var: Path) -> list[Stage]:
    """The steps that need no database."""
    return [
        Stage(
            "translations",
            "Compiling the translations",
            lambda: digest_of_files(catalogues.sources(ROOT)),
            lambda: catalogues.compile_all(ROOT, var / "locale"),
        ),
        Stage(
            "assets",
            "Collecting the front-end files",
            lambda: digest_of_files([ROOT / "package.json", ROOT / "package-lock.json"]),
            lambda: assets.collect(ROOT, var),
        ),
    ]


def _demonstration(var: Path) -> list[Stage]:
    password = env.secret("DEMO_PASSWORD", var / "demo_password", size=9)
    return [
        _in_database("load_published", "Loading the published facts", _fixtures("heze")),
        # Loaded once: what people did in it since is theirs, whatever a later version would load.
        _in_database("load_demo", "Replaying the demonstration's year (about a minute, once)", []),
        Stage(
            "accounts",
            "Setting the passwords of the demonstration accounts",
            lambda: hashlib.sha256(password.encode()).hexdigest(),
            lambda: _welcome(var, "set_demo_passwords"),
            in_database=True,
        ),
    ]


def _office(var: Path) -> list[Stage]:
    return [
        Stage(
            "administrator",
            "Making the first administrator",
            lambda: "",
            lambda: _welcome(var, "create_administrator"),
            in_database=True,
        )
    ]


def _in_database(name: str, saying: str, inputs: list[Path], **options: Any) -> Stage:
    return Stage(name, saying, lambda: digest_of_files(inputs), lambda: command(name, **options), in_database=True)


def command(name: str, **options: Any) -> None:
    """Run one of manage.py's commands in this process, what it counts going to var/log/setup.log.

    Django is loaded by the first that has to run.
    """
    import django
    from django.core.management import call_command

    django.setup()
    log = env.folder() / "log" / "setup.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as stream:
        call_command(name, **{"stdout": stream, **options})


def _welcome(var: Path, name: str) -> None:
    # What the supervisor shows at each start; it names a password, so only its owner reads it.
    with os.fdopen(os.open(var / "welcome", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        command(name, stdout=stream)


def _migrations() -> list[Path]:
    return [*sorted(ROOT.glob("*/migrations/*.py")), *_pins()]


def _day() -> str:
    return str(int(time.time()) // 86400)


def _fixtures(folder: str) -> list[Path]:
    return sorted(path for path in (ROOT / "fixtures" / folder).rglob("*") if path.is_file())


def _pins() -> list[Path]:
    return [ROOT / "constraints.txt"]
