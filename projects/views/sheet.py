"""A month as it lies on one person's desk: whose rows, whether they may be typed into, and what they add up to."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portfolio.models import Role, User
from portfolio.refusals import OutOfScope
from projects.core.periods import Period, PeriodError
from projects.forms.grid import AMOUNTS, HEADS, KEYS, WORDS_OF_THE_PAGE, Line, hinders, judge, shown
from projects.models import ProblemKind, Project, ReportingPeriod
from projects.queries.grid import grid_rows
from projects.queries.owed import reporting
from projects.queries.register import name_of
from projects.queries.scope import in_division, visible_to

NOT_HERE = _("There is nothing here, or it is not yours to see.")


@dataclass
class Sheet:
    """The rows of a county's or unit's month. `divisions` are those that a reader of the whole city chooses from."""

    period: Period
    cycle: ReportingPeriod | None
    lines: list[Line]
    division: str = ""
    divisions: list[tuple[str, str]] = field(default_factory=list)

    heads = HEADS
    keys = KEYS
    kinds = ProblemKind.choices

    @property
    def words(self) -> str:
        """The script's sentences in the reader's language, as JSON."""
        return json.dumps(WORDS_OF_THE_PAGE, cls=DjangoJSONEncoder, ensure_ascii=False)

    @property
    def is_open(self) -> bool:
        """Whether figures may still be entered for the month."""
        return self.cycle is not None and self.cycle.is_open

    @property
    def is_locked(self) -> bool:
        """Whether the month's figures are final."""
        return self.cycle is not None and self.cycle.is_locked

    @cached_property
    def open_lines(self) -> list[Line]:
        """The rows that can be typed into."""
        return [line for line in self.lines if self.is_open and line.row.is_open]

    @cached_property
    def totals(self) -> dict[str, int]:
        """What the columns add up to, in yuan; what cannot be read or is not there adds nothing."""
        sums = {name: sum(line.yuan(name) or 0 for line in self.lines) for name in AMOUNTS}
        return sums | {
            "plan": sum(line.row.plan or 0 for line in self.lines),
            "before": sum(line.row.before for line in self.lines),
        }

    @property
    def total_cells(self) -> list[tuple[str, Any, int | None]]:
        """Name, head and sum of each column; None below words."""
        totals = self.totals
        return [(name, words[0], totals.get(name)) for name, words in HEADS.items()]

    @property
    def wrong(self) -> list[Line]:
        """The rows that keep what was asked for from being done."""
        return [line for line in self.lines if line.theirs or (line.chosen and hinders(line.findings))]


def sheet_of(user: Any, period: str, division: str, *, only: Sequence[str] | None = None) -> Sheet:
    """The month's table for this person. Raises OutOfScope for another's county, or what is no month.

    `only` names the projects of a message; their county does not matter then.
    """
    try:
        month = Period.parse(period)
    except PeriodError:
        raise OutOfScope(_("That is not a month.")) from None
    projects, divisions = visible_to(user), []
    if only is not None:
        projects = projects.filter(code__in=only)
    elif user.role == Role.CITY_OFFICE:
        divisions = _divisions(month)
        division = division or (divisions[0][0] if divisions else "")
        if divisions and division not in dict(divisions):
            raise OutOfScope(NOT_HERE)
        projects = projects.filter(in_division(division))
    elif division and division != user.division:
        raise OutOfScope(NOT_HERE)
    cycle = ReportingPeriod.objects.filter(period=str(month)).first()
    return Sheet(month, cycle, [_line(row) for row in grid_rows(projects, month)], division, divisions)


def names_of(lines: Sequence[Line]) -> dict[str, str]:
    """The names of those who typed into these rows, by account."""
    accounts = {line.by for line in lines} | {line.row.entry.draft_by for line in lines if line.row.entry}
    return dict(User.objects.filter(username__in=accounts - {""}).values_list("username", "display_name"))


def _line(row: Any) -> Line:
    """The row as it is drawn at first; what is doubted of a draft is said at once."""
    line = Line(row, shown(row), row.seen)
    if row.is_open and row.entry is not None and row.entry.draft:
        line.findings = judge(row, line.values, finished=False)[0]
    return line


def _divisions(period: Period) -> list[tuple[str, str]]:
    """The counties that have something to report, by code."""
    rows = reporting(Project.objects.filter(division__isnull=False), period).annotate(unit=name_of("division"))
    return list(rows.order_by("division__code").values_list("division__code", "unit").distinct())
