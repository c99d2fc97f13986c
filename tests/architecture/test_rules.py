"""Rules of the house that no linter knows, each read from the syntax trees of the product."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import sources

# Who may read the environment, and why: env.py for all; the entries only choose the settings module.
ENVIRONMENT = {"portfolio/env.py", "portfolio/wsgi.py", "portfolio/celery.py", "portfolio/setup/__main__.py"}
TODAY = {"timezone": {"now", "localdate", "localtime"}, "date": {"today"}, "datetime": {"now", "today", "utcnow"}}

WRITES = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}


def attributes(path: Path) -> Iterator[tuple[ast.Attribute, str]]:
    for node in ast.walk(sources.tree(path)):
        if isinstance(node, ast.Attribute):
            yield node, f"{path}:{node.lineno}"


def test_only_env_reads_the_environment() -> None:
    found = [
        where
        for path in sources.product_modules()
        if str(path) not in ENVIRONMENT
        for node, where in attributes(path)
        if node.attr in {"environ", "getenv"}
    ]
    assert not found


def test_only_the_clock_asks_what_day_it_is() -> None:
    found = [
        f"{where} {node.attr}"
        for path in sources.product_modules()
        if str(path) != "portfolio/clock.py"
        for node, where in attributes(path)
        if isinstance(node.value, ast.Name) and node.attr in TODAY.get(node.value.id, ())
    ]
    assert not found


def test_no_signal_of_django_is_listened_to() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path in sources.product_modules()
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(("django.dispatch", "django.db.models.signals"))
    ]
    assert not found


def test_only_actions_write_what_the_database_holds() -> None:
    found = [
        f"{path}:{node.lineno} {ast.unparse(node)[:80]}"
        for path in sources.product_modules()
        if path.parts[0] in {"projects", "reports"} and path.parts[1] != "actions"
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _writes(node, node.func)
    ]
    assert not found, "\n".join(found)


def _writes(call: ast.Call, called: ast.Attribute) -> bool:
    """Whether it looks like a write of Django's: dictionaries are updated and workbooks saved to a file as well."""
    if called.attr == "update":
        return any(word in ast.unparse(called.value) for word in (".objects", ".filter(", ".all()", ".known("))
    if called.attr == "save":
        return not call.args
    return called.attr in WRITES
