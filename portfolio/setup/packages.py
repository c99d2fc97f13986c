"""Installs a requirements file into the virtual environment it runs in, once for each version of the files."""

import subprocess
import sys
from pathlib import Path

from portfolio.env import Unusable
from portfolio.setup.stamps import Stamps, digest_of_files

ROOT = Path(__file__).resolve().parents[2]


def install(requirements: str) -> None:
    """Install `requirements` at the pinned versions, unless that was done already."""
    files = [ROOT / "constraints.txt", *sorted(ROOT.glob("requirements*.txt"))]
    key = f"{sys.version_info[:3]} {digest_of_files(files)}"
    stamps = Stamps(Path(sys.prefix) / "installed")
    if stamps.match(requirements, key):
        return
    print(f"Installing {requirements} (about a minute, once) …", flush=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    done = subprocess.run([*pip, "-r", str(ROOT / requirements), "-c", str(ROOT / "constraints.txt")])
    if done.returncode:
        raise Unusable(
            f"pip could not install {requirements}; what it said stands above. Is its package index reachable?"
        )
    stamps.set(requirements, key)


if __name__ == "__main__":
    try:
        install(sys.argv[1])
    except Unusable as sentence:
        sys.exit(str(sentence))
