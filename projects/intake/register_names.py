"""Finds units, chains, organisations and people by what a register calls them; everything is read once, beforehand."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from projects.models import Division, Industry, Organisation, Person

Found = dict[str, set[str]]


_BRACKETS = str.maketrans("[]【】〔〕{}", "()()()()")
_DECORATION = r"\s★☆●○◎▲△◆◇■□※*#·•“”\"'‘’—–\-_"
_DECORATED = re.compile(rf"[{_DECORATION}]+")
_UNEVEN = re.compile(rf"[{_DECORATION}\[\]【】〔〕{{}}]")
"""What a name is freed from before it is compared; most have nothing of it."""


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """A name as it is compared: half-width, without spaces, marks and the kind of brackets."""
    half = unicodedata.normalize("NFKC", text).lower()
    return _DECORATED.sub("", half.translate(_BRACKETS)) if _UNEVEN.search(half) else half


@dataclass(slots=True)
class Names:
    """Codes by name, other name and code. A name that several rows bear gives all of them."""

    divisions: Found = field(default_factory=lambda: defaultdict(set))
    industries: Found = field(default_factory=lambda: defaultdict(set))
    organisations: Found = field(default_factory=lambda: defaultdict(set))
    leaders: Found = field(default_factory=lambda: defaultdict(set))
    shown: dict[str, str] = field(default_factory=dict)
    """The name of each code."""
    organisation_codes: set[str] = field(default_factory=set)
    people_codes: set[str] = field(default_factory=set)

    def of(self, kind: str) -> Found:
        """The names of one kind of field."""
        kinds = {
            "division": self.divisions,
            "industry": self.industries,
            "owner": self.organisations,
            "responsible": self.organisations,
            "leader": self.leaders,
        }
        return kinds[kind]

    def find(self, kind: str, text: str) -> set[str]:
        """The codes of what bears a name; none, one or several."""
        return self.of(kind).get(plain(text), set())

    def listed(self, kind: str) -> list[tuple[str, str]]:
        """Every code of a kind with its name."""
        codes = sorted({code for codes in self.of(kind).values() for code in codes})
        return [(code, self.shown.get(code, code)) for code in codes]


def load_names() -> Names:
    """Five tables, one statement each."""
    names = Names()
    for division in Division.objects.select_related("successor").order_by():
        code = division.successor.code if division.successor else division.code
        _add(names.divisions, code, [division.code, division.name_zh, division.name_en, *division.aliases])
        names.shown[division.code] = division.name
    for industry in Industry.objects.order_by():
        _add(names.industries, industry.code, [industry.code, industry.name_zh, industry.name_en, *industry.aliases])
        names.shown[industry.code] = industry.name
    for code, name, credit in Organisation.objects.order_by().values_list("code", "name", "credit_code"):
        _add(names.organisations, code, [code, name, credit])
        names.organisation_codes.add(code)
        names.shown[code] = name
    for code, name, kind in Person.objects.order_by().values_list("code", "name", "kind"):
        names.people_codes.add(code)
        if kind == Person.Kind.LEADER:
            _add(names.leaders, code, [code, name])
            names.shown[code] = name
    return names


def _add(found: Found, code: str, called: Iterable[str]) -> None:
    for name in called:
        if key := plain(str(name)):
            found[key].add(code)
