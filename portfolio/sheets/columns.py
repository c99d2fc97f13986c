"""What a column of a sheet is: key, header, kind, unit and width; shared by what is written and what is read back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol


class Kind(StrEnum):
    """How the values of a column are written."""

    TEXT = "text"
    CODE = "code"
    """Text in a fixed-width face: hashes, codes that are compared by eye."""
    MARK = "mark"
    """A short text in the middle: √, a stage, a class."""
    LIGHT = "light"
    """A Lit: a text whose cell carries the colour of a light."""
    ORDINAL = "ordinal"
    """A number that counts rows or ranks them: in the middle, nothing where there is none."""
    WHOLE = "whole"
    PLAIN = "plain"
    """A number as it comes, in no unit."""
    MONEY = "money"
    """Integer yuan, written as an exact number of the column's unit."""
    PERCENT = "percent"
    """A ratio (Fraction, 1 = 100 %)."""
    POINTS = "points"
    """Percentage points (Fraction), always signed on paper."""
    DATE = "date"
    MOMENT = "moment"


class MoneyUnit(Protocol):
    """A unit of money: how many yuan it has, and how it is written."""

    @property
    def factor(self) -> int: ...

    @property
    def symbol(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Lit:
    """A text with the tone of a light: red, yellow, green or none."""

    text: Any
    tone: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A value that whoever receives the sheet may change: its cell stays open when the sheet is protected."""

    value: Any = None


NUMERIC = frozenset({Kind.ORDINAL, Kind.WHOLE, Kind.PLAIN, Kind.MONEY, Kind.PERCENT, Kind.POINTS})


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `header` and `group` (a header above several columns) may be lazily translated.

    `unit` belongs to money and to nothing else; `places` are decimals, `spare` more that show only where a number has
    them; `width` is in half-width characters and is
    found from the content when empty; `blank` is written where there is no value (“—” for figures, nothing for
    others, unless it says so); `value` reads a row. Raises ValueError for a column that cannot be written.
    """

    key: str
    header: Any
    kind: Kind = Kind.TEXT
    unit: MoneyUnit | None = None
    places: int = 0
    spare: int = 0
    width: float | None = None
    group: Any = ""
    blank: str | None = None
    value: Callable[[Any], Any] | None = None

    def __post_init__(self) -> None:
        if not self.key.isidentifier():
            raise ValueError(f"the key of a column is a name, not {self.key!r}")
        if not str(self.header).strip():
            raise ValueError(f"column {self.key} has no header")
        if (self.kind is Kind.MONEY) != (self.unit is not None):
            raise ValueError(f"column {self.key}: money has a unit, and nothing else has")

    def reads(self, value: Callable[[Any], Any]) -> "Column":
        """The same column, reading its value from a row by this function."""
        return replace(self, value=value)

    def headed(self, header: Any) -> "Column":
        """The same column with another header."""
        return replace(self, header=header)

    def wide(self, width: float | None) -> "Column":
        """The same column of another width."""
        return replace(self, width=width)

    def under(self, group: Any, key: str) -> "Column":
        """The same column under a group's header, with a key of its own."""
        return replace(self, group=group, key=key)

    def of(self, row: Any) -> Any:
        """The value of a row."""
        if self.value is None:
            raise TypeError(f"column {self.key} does not say how its value is read")
        return self.value(row)


def check_columns(columns: Sequence[Column], *, readable: bool = True) -> None:
    """Raise ValueError unless there are columns, their keys differ and (`readable`) each can read a row."""
    if not columns:
        raise ValueError("there are no columns")
    keys = [column.key for column in columns]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise ValueError(f"two columns have the key {', '.join(twice)}")
    if readable and (unread := [column.key for column in columns if column.value is None]):
        raise ValueError(f"no value function: {', '.join(unread)}")
