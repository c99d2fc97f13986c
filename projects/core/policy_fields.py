"""Reading a policy file: one JSON object at a time, noting every field that is wrong, not the first alone."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeVar

from projects.core.policy_rules import PolicyError

_Choice = TypeVar("_Choice", bound=StrEnum)
_Made = TypeVar("_Made")
_MISSING: Final = object()
_NUMBER: Final = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?|-?[0-9]{1,60}/[0-9]{1,60}")
"""An exact number as a text. “1e999999999” is one too, and would be worked out for hours."""


class Fields:
    """Reads the fields of one JSON object and notes every one that is wrong."""

    def __init__(self, data: Mapping[str, object], path: str, problems: list[tuple[str, str]]) -> None:
        self._data = data
        self._path = path
        self._read: set[str] = set()
        self.problems = problems

    def build(self, make: Callable[[], _Made]) -> _Made | None:
        """Make the object, or note why not; a field that nobody asked for is a problem too."""
        before = len(self.problems)
        try:
            made = make()
        except PolicyError as error:
            if len(self.problems) == before:
                self.problems.extend(error.problems)
            made = None
        for name in sorted(self._data.keys() - self._read):
            self._note(name, "is not known")
        return made if len(self.problems) == before else None

    def text(self, name: str, default: object = _MISSING) -> str:
        """A text."""
        value = self._get(name, default)
        return value if isinstance(value, str) else self._wrong(name, "must be a text", "?")

    def whole(self, name: str, default: object = _MISSING) -> int:
        """A whole number."""
        value = self._get(name, default)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        return self._wrong(name, "must be a whole number", 1)

    def optional_whole(self, name: str) -> int | None:
        """A whole number, or None where it is absent or null."""
        return None if self._get(name, None) is None else self.whole(name)

    def flag(self, name: str, default: object = _MISSING) -> bool:
        """True or false."""
        value = self._get(name, default)
        return value if isinstance(value, bool) else self._wrong(name, "must be true or false", False)

    def number(self, name: str) -> Fraction:
        """An exact number: 10, or “12.5” as a text, because JSON has no exact decimals."""
        value = self._get(name, _MISSING)
        is_short = isinstance(value, int) or (isinstance(value, str) and _NUMBER.fullmatch(value) is not None)
        if isinstance(value, int | str) and is_short and not isinstance(value, bool):
            try:
                return Fraction(value)
            except (ValueError, ZeroDivisionError):
                pass
        return self._wrong(name, "must be a whole number or a number written as a text", Fraction(0))

    def optional_number(self, name: str) -> Fraction | None:
        """An exact number, or None where it is absent or null."""
        return None if self._get(name, None) is None else self.number(name)

    def whole_or_null(self, name: str) -> int | None:
        """A whole number, or null; it must be said which."""
        return None if self._get(name, _MISSING) is None else self.whole(name)

    def optional_day(self, name: str) -> date | None:
        """A date, written 2024-01-01, or null; it must be said which."""
        value = self._get(name, _MISSING)
        if value is None:
            return None
        try:
            return date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            return self._wrong(name, "must be a date such as 2024-01-01", date.min)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, empty where absent."""
        return tuple(str(value) for value in self._list(name, [], str))

    def wholes(self, name: str, default: Sequence[int]) -> tuple[int, ...]:
        """A list of whole numbers."""
        return tuple(value for value in self._list(name, list(default), int) if isinstance(value, int))

    def each(self, name: str, read: "Callable[[Fields], _Made]", *, needed: bool = True) -> tuple[_Made, ...]:
        """A list of objects, each read by `read`; empty where it is absent and not needed."""
        found = [value for value in self._list(name, _MISSING if needed else [], Mapping) if isinstance(value, Mapping)]
        made = [self._build(f"{self._path}{name}.", value, read) for value in found]
        return tuple(one for one in made if one is not None)

    def choice(self, name: str, kind: type[_Choice], default: object = _MISSING) -> _Choice:
        """One value of a closed set."""
        value = self._get(name, default)
        try:
            return kind(str(value))
        except ValueError:
            return self._wrong(name, f"must be one of {', '.join(kind)}", next(iter(kind)))

    def optional(self, name: str, read: "Callable[[Fields], _Made]") -> _Made | None:
        """An object read by `read`, or None where it is absent or null."""
        value = self._get(name, None)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            return self._wrong(name, "must be an object or null", None)
        return self._build(f"{self._path}{name}.", value, read)

    def _build(self, path: str, value: Mapping[str, object], read: "Callable[[Fields], _Made]") -> _Made | None:
        inner = Fields(value, path, self.problems)
        return inner.build(lambda: read(inner))

    def _list(self, name: str, default: object, kind: type) -> list[object]:
        value = self._get(name, default)
        if isinstance(value, list) and all(isinstance(item, kind) and not isinstance(item, bool) for item in value):
            return value
        return self._wrong(name, "must be a list", [])

    def _get(self, name: str, default: object) -> object:
        self._read.add(name)
        return self._data.get(name, default)

    def _wrong(self, name: str, problem: str, instead: _Made) -> _Made:
        self._note(name, "is missing" if name not in self._data else problem)
        return instead

    def _note(self, name: str, problem: str) -> None:
        self.problems.append((f"{self._path}{name}", problem))
