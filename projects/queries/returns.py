"""What surrounds a month's return: the accepted cumulatives before and after it, the plan, and what is owed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from projects.core.periods import Period
from projects.models import PlanRevision, Project, ReturnVersion

OTHERS = ("statistics", "funds_arrived", "funds_paid")


@dataclass(slots=True)
class Around:
    """A project's accepted cumulatives by period and its annual plans by year, in yuan."""

    accepted: dict[str, int] = field(default_factory=dict)
    plans: dict[int, int] = field(default_factory=dict)
    others: dict[str, tuple[int | None, ...]] = field(default_factory=dict)
    """What stood beside the cumulative by period: the amounts of OTHERS."""
    opening: int | None = None
    """Completed before the year, where the reader of these figures asked for it."""

    def planned_month(self, period: str) -> int | None:
        """A twelfth of the year's plan: what a month is by plan."""
        plan = self.plans.get(int(period[:4]))
        return plan // 12 if plan else None

    def before(self, period: str) -> int | None:
        """The last accepted cumulative of the year before the period."""
        earlier = [key for key in self.accepted if key < period and key[:4] == period[:4]]
        return self.accepted[max(earlier)] if earlier else None

    def other_before(self, name: str, period: str) -> int | None:
        """The last accepted amount of one of OTHERS in the year before the period."""
        place = OTHERS.index(name)
        earlier = {key: said[place] for key, said in self.others.items() if key < period and key[:4] == period[:4]}
        return next((earlier[key] for key in sorted(earlier, reverse=True) if earlier[key]), None)

    def month_before(self, period: str) -> int | None:
        """What was completed in the last reported month before the period: the measure of a usual month."""
        earlier = sorted(key for key in self.accepted if key < period and key[:4] == period[:4])
        if not earlier:
            return None
        last = self.accepted[earlier[-1]]
        return last - (self.accepted[earlier[-2]] if len(earlier) > 1 else 0)

    def after(self, period: str) -> int | None:
        """The next accepted cumulative of the year after the period."""
        later = [key for key in self.accepted if key > period and key[:4] == period[:4]]
        return self.accepted[min(later)] if later else None


def neighbours(projects: Iterable[Project], periods: Collection[str]) -> dict[int, Around]:
    """Each project's accepted cumulatives and plans of the years that the periods belong to; two statements."""
    wanted = {project.pk: Around() for project in projects}
    years = {Period.parse(period).year for period in periods}
    rows = ReturnVersion.objects.known().filter(period__gte=f"{min(years)}-01", period__lte=f"{max(years)}-12")
    plans = PlanRevision.objects.known().filter(year__in=years).order_by("revision")
    if len(wanted) <= 500:
        rows, plans = rows.filter(project__in=list(wanted)), plans.filter(project__in=list(wanted))
    for project, period, invested, *others in rows.values_list("project_id", "period", "invested", *OTHERS):
        if project in wanted:
            wanted[project].accepted[period] = invested
            wanted[project].others[period] = tuple(others)
    for project, year, amount in plans.values_list("project_id", "year", "amount"):
        if project in wanted:
            wanted[project].plans[year] = amount
    return wanted
