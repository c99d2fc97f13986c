"""Lights and figures by county and zone. A project that lies in several counts in each; amounts follow its shares."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

from projects.core.summary import Totals, by_group
from projects.models import Division, LightChoice, ProjectStanding
from projects.queries.figures import Row
from projects.queries.scope import by_division
from reports.queries.list_lines import NOTHING, gap_of, ratio


@dataclass(frozen=True, slots=True)
class Lights:
    """How many projects show each light."""

    red: int = 0
    yellow: int = 0
    green: int = 0
    none: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.red + self.yellow + self.green + self.none

    @property
    def each(self) -> list[tuple[str, int]]:
        """Every light that is shown, with its number, by the register's names."""
        numbers = zip(LightChoice.values, (self.red, self.yellow, self.green, self.none), strict=True)
        return [(light, number) for light, number in numbers if number]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit: the lights of the projects that lie in it, and its totals by shares.

    `is_own`: the reader's; `is_linked`: the reader may see which projects these are.
    """

    division: Division
    lights: Lights
    totals: Totals
    gap: Fraction | None
    is_own: bool
    is_linked: bool

    @property
    def rate(self) -> Fraction | None:
        """Completed over plan of the unit's shares."""
        return ratio(self.totals)


def lights_now() -> dict[int, str]:
    """Each project's light as it stands; a project that is absent is not judged."""
    return dict(ProjectStanding.objects.values_list("project_id", "light"))


def counted(lights: dict[int, str], projects: Iterable[int]) -> Lights:
    """How many of the projects show each light."""
    found = dict.fromkeys(LightChoice.values, 0)
    for project in projects:
        found[lights.get(project, LightChoice.NOT_JUDGED)] += 1
    return Lights(
        found[LightChoice.RED], found[LightChoice.YELLOW], found[LightChoice.GREEN], found[LightChoice.NOT_JUDGED]
    )


def unit_lines(
    members: Collection[int], lights: dict[int, str], rows: dict[int, Row], pace: Fraction | None, own: str = ""
) -> list[UnitLine]:
    """Every unit in which a member lies, in the order of their codes, which is the official one.

    `members` are the list's of the day, as the register counts them; `rows` the figures of the judged period.
    """
    places = by_division()
    sums = by_group(row.counted() for row in rows.values())
    lines = []
    for division in Division.objects.exclude(kind=Division.Kind.HISTORICAL).order_by("code"):
        inside = places.get(division.code, set()).intersection(members)
        totals = sums.get(division.code, NOTHING)
        if inside or totals.projects:
            is_own = division.code == own
            shown = counted(lights, inside)
            lines.append(UnitLine(division, shown, totals, gap_of(totals, pace), is_own, is_own or not own))
    return lines
