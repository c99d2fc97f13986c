"""Totals over projects: each project once, exact to the yuan, and never a mean of rates.

County totals use a project's shares, which sum to the whole; city totals count it once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from projects.core.money import rate_percent, split_exactly


@dataclass(frozen=True, slots=True)
class ProjectFigures:
    """Plan in force and completed this year of one project, in yuan.

    None: no plan, nothing reported. `not_disclosed`: the figures exist and are withheld, so both
    are None. `shares` are (group, weight) in any unit (percent, basis points); () belongs nowhere.
    """

    key: str
    plan: int | None
    completed: int | None
    not_disclosed: bool = False
    shares: tuple[tuple[str, int | Fraction], ...] = ()

    def __post_init__(self) -> None:
        if self.not_disclosed and (self.plan is not None or self.completed is not None):
            raise ValueError(f"{self.key}: figures that are not disclosed cannot be given")
        groups = [group for group, _ in self.shares]
        if len(groups) != len(set(groups)):
            raise ValueError(f"{self.key}: a group has two shares")


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over distinct projects, in yuan, and how many of them lack a figure."""

    projects: int
    plan_yuan: int
    completed_yuan: int
    without_plan: int
    not_disclosed: int

    @property
    def rate_percent(self) -> str | None:
        """Total completed / total plan in percent, one decimal, half-up; None without a plan."""
        return self.rate()

    def rate(self, places: int = 1) -> str | None:
        """As rate_percent, with `places` decimals."""
        return rate_percent(self.completed_yuan, self.plan_yuan, places)


def total(figures: Iterable[ProjectFigures]) -> Totals:
    """Sum over distinct projects. Raises ValueError where one project comes with two figures."""
    return _sum(_distinct(figures))


def by_group(figures: Iterable[ProjectFigures]) -> dict[str, Totals]:
    """Totals of each group by the projects' shares; amounts of one project sum to its whole.

    A project counts once in every group in which it has a share, so the counts of groups may sum
    to more than the projects. Groups come in the order of their names.
    """
    groups: defaultdict[str, list[ProjectFigures]] = defaultdict(list)
    for project in _distinct(figures):
        for part in _parts(project):
            groups[part.shares[0][0]].append(part)
    return {group: _sum(groups[group]) for group in sorted(groups)}


def percent_of(part: int | None, whole: int | None, places: int = 1) -> str | None:
    """What percent `part` is of `whole`, half-up; None without a positive whole."""
    return rate_percent(part, whole, places)


def _distinct(figures: Iterable[ProjectFigures]) -> Iterable[ProjectFigures]:
    seen: dict[str, ProjectFigures] = {}
    for project in figures:
        if seen.setdefault(project.key, project) != project:
            raise ValueError(f"{project.key}: two different figures for one project")
    return seen.values()


def _parts(project: ProjectFigures) -> list[ProjectFigures]:
    """One project's figures cut by its shares; shares of nothing give no part."""
    shares = [(group, weight) for group, weight in project.shares if weight]
    if not shares:
        return []
    weights = [weight for _, weight in shares]
    plans = _split(project.plan, weights)
    completed = _split(project.completed, weights)
    return [
        ProjectFigures(project.key, plans[at], completed[at], project.not_disclosed, (share,))
        for at, share in enumerate(shares)
    ]


def _split(amount: int | None, weights: Sequence[int | Fraction]) -> Sequence[int | None]:
    return [None] * len(weights) if amount is None else split_exactly(amount, weights)


def _sum(figures: Iterable[ProjectFigures]) -> Totals:
    projects = plan = completed = without_plan = not_disclosed = 0
    for project in figures:
        projects += 1
        plan += project.plan or 0
        completed += project.completed or 0
        not_disclosed += project.not_disclosed
        without_plan += project.plan is None and not project.not_disclosed
    return Totals(projects, plan, completed, without_plan, not_disclosed)
