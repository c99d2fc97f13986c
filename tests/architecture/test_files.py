"""The shape of the repository: small files with a purpose, no catch-all rooms, nothing of anybody's machine."""

import ast
import re
from pathlib import Path

from tests.architecture import sources

LONGEST = 400  # lines
# Assembled, so that this file does not name what it forbids.
MACHINE = re.compile(
    "|".join(["/" + "work/", "/" + "root/", "/" + "home/", "/" + "Users/", "C:" + r"\\", "/tmp/" + "brief"])
)
PACKAGE_HOST = re.compile(
    "|".join(["py" + r"pi\.org", "python" + "hosted", "npm" + r"js\.org", "npm" + r"mirror\.", "tuna" + r"\.tsinghua"])
)
CATCH_ALL = {
    "utils.py",
    "util.py",
    "helpers.py",
    "helper.py",
    "services.py",
    "service.py",
    "manager.py",
    "managers.py",
    "misc.py",
    "common.py",
}
BINARY = {".png", ".jpg", ".xlsx", ".xls", ".ods", ".et", ".ico", ".gif", ".woff2"}


def test_no_file_is_longer_than_it_may_be() -> None:
    long = {
        str(path): lines
        for path in [*sources.files(".py", ".html", ".css", ".js", ".sh"), *sources.templates()]
        if "migrations" not in path.parts and (path.parts[0] != "fixtures" or path.suffix == ".py")
        if (lines := sources.text(path).count("\n")) > LONGEST
    }
    assert not long


def test_no_file_names_a_machine_or_a_package_host() -> None:
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in sources.tracked()
        if path.suffix not in BINARY
        for number, line in enumerate(sources.text(path).splitlines(), start=1)
        if MACHINE.search(line) or PACKAGE_HOST.search(line)
    ]
    assert not found, "\n".join(found)


def test_there_is_no_catch_all_room() -> None:
    assert not [str(path) for path in sources.tracked() if path.name in CATCH_ALL]


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path)
        for path in sources.files(".py", under=(*sources.APPLICATIONS, "fixtures", "tests"))
        if "migrations" not in path.parts
        and sources.text(path).strip()
        and ast.get_docstring(sources.tree(path)) is None
    ]
    assert not silent, "\n".join(silent)


def test_every_requirement_says_why_it_is_there() -> None:
    lines = sources.text(Path("requirements.txt")).splitlines()
    silent = [line for line in lines if line and not line.startswith("#") and " #" not in line]
    assert not silent


def test_every_requirement_is_pinned() -> None:
    pinned = {_name(line) for line in sources.text(Path("constraints.txt")).splitlines() if "==" in line}
    wanted = {
        _name(line)
        for file in ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")
        for line in sources.text(Path(file)).splitlines()
        if line and not line.startswith(("#", "-"))
    }
    assert wanted <= pinned


def _name(line: str) -> str:
    return re.split(r"[\[=~<> ;]", line)[0].lower().replace("_", "-")
