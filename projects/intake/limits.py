"""How large and how intricate an uploaded workbook may be, and what its reading may take: all of it in one place.

Plain Python: the child process that reads uploads takes it without Django.
"""

from dataclasses import dataclass
from typing import Final

MB: Final = 1_000_000
"""As people and their file managers count."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are in bytes, times in seconds. What is above is refused with a sentence."""

    packed: int = 20 * MB
    """The file as it is uploaded."""
    unpacked: int = 100 * MB
    """All that it unpacks to."""
    ratio: int = 250
    """How many times its packed size one large part may unpack to; spreadsheets stay under sixty."""
    parts: int = 5_000
    """Entries of the package: sheets, pictures, and what belongs to them."""
    sheets: int = 500
    """A register with a page for each project has some hundreds."""
    area: int = 4_000_000
    """Cells between the first and the last used one of a sheet, empty ones counted: the reader holds them all."""
    cells: int = 4_000_000
    """Filled cells of all sheets."""
    text: int = 300 * MB
    """What the child may say about one file: a text that stands in many cells counts in each."""
    memory: int = 230 * MB
    """Address space of the child."""
    processor: int = 30
    """Processor time for one file."""
    seconds: int = 60
    """Time by the clock for one file."""


LIMITS: Final = Limits()
