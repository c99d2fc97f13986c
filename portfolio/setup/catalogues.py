"""Compiles the translations in plain Python, because gettext is on no fresh machine."""

from pathlib import Path

import polib


def sources(root: Path) -> list[Path]:
    """Every translation file of the project under `root`, in a fixed order."""
    return sorted(root.glob("*/locale/*/LC_MESSAGES/django.po"))


def compile_all(root: Path, into: Path) -> list[Path]:
    """Write APP/LANGUAGE/LC_MESSAGES/django.mo under `into` for every catalogue; returns what was written."""
    written = []
    for source in sources(root):
        application = source.relative_to(root).parts[0]
        target = into / application / source.parent.relative_to(root / application / "locale") / "django.mo"
        target.parent.mkdir(parents=True, exist_ok=True)
        polib.pofile(str(source)).save_as_mofile(str(target))
        written.append(target)
    return written
