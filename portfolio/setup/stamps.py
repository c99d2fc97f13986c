"""Remembers with which inputs a step was last done, so that a second start does nothing twice."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


class Stamps:
    """One small file a step in a folder; its content is the key of the inputs that the step was done with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def match(self, step: str, key: str) -> bool:
        """Whether the step was last done with just these inputs."""
        try:
            return self._file(step).read_text() == key
        except OSError:
            return False

    def set(self, step: str, key: str) -> None:
        """The step is done with these inputs."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._file(step).write_text(key)

    def forget(self, *steps: str) -> None:
        """The steps are to be done again."""
        for step in steps:
            self._file(step).unlink(missing_ok=True)

    def _file(self, step: str) -> Path:
        return self.folder / f"{step}.stamp"


def digest_of_files(files: Iterable[Path]) -> str:
    """A digest of the contents of files, in the order given; a file that is not there counts as empty."""
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes() if file.is_file() else b""
        digest.update(f"{file.name} {len(content)} ".encode() + content)
    return digest.hexdigest()


def digest_of_listing(folders: Iterable[Path]) -> str:
    """A digest of names, sizes and times below folders: cheap, and enough where a needless repeat does no harm."""
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            state = file.stat()
            digest.update(f"{file} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()
