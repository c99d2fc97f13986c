"""What is known of one project on a day, as the judgements take it. Amounts in yuan; no rule, no threshold."""

from dataclasses import dataclass
from datetime import date

from projects.core.reasons import Indicator
from projects.core.schedule import MilestoneFacts


@dataclass(frozen=True, slots=True)
class Exemption:
    """A good cause (正当理由) that was accepted: the indicator is not judged on these days, both included."""

    indicator: Indicator
    reason: str
    approved_by: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class FundsFacts:
    """One issue of bond money for a project: yuan issued and paid out by the end of the judged period.

    `history` is what was paid by the end of each period that was reported, oldest first; empty where nobody asked.
    """

    key: str
    issued_on: date
    amount: int
    paid: int
    history: tuple[tuple[str, int], ...] = ()

    def paid_by(self, period: str) -> int | None:
        """Yuan paid out by the end of a period; None where nothing was reported by then."""
        known = [paid for reported, paid in self.history if reported <= period]
        return known[-1] if known else None


@dataclass(frozen=True, slots=True)
class OwedReturn:
    """A month's return that a project owes: not submitted yet, or given back with words; its cut-off."""

    period: str
    due_on: date
    returned: bool = False


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What is known of a project as of a day; amounts in yuan.

    `plan` and `completed` belong to the year of the judged period: the plan in force and the last
    accepted cumulative up to it, None before the first return of the year. `cumulative` is completed by the end of
    each month from January, None before the first return; empty where the policy does not look back. `start_due_on`
    is the planned start after its shift. `funds` None: the funds light does not apply (private money).
    `awaiting`: the return for the judged period is not accepted yet, and its cut-off has not passed.
    `applies` are the indicators that fit the project at all: one on no list has none, a preparatory one no pace.
    `opening` was completed before the year. `fell` is (before, now) where the judged period's own figure lies below
    the one before it and nobody said why.
    """

    code: str
    plan: int | None = None
    completed: int | None = None
    monthly_plan: tuple[int, ...] | None = None
    start_due_on: date | None = None
    started_on: date | None = None
    statistics_required: bool = True
    statistics_entered_on: date | None = None
    milestones: tuple[MilestoneFacts, ...] = ()
    funds: tuple[FundsFacts, ...] | None = None
    exemptions: tuple[Exemption, ...] = ()
    applies: frozenset[Indicator] = frozenset(Indicator)
    awaiting: bool = False
    cumulative: tuple[int | None, ...] = ()
    total_investment: int | None = None
    opening: int | None = None
    owed: tuple[OwedReturn, ...] = ()
    fell: tuple[int, int] | None = None
