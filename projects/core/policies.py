"""A light policy: a named, dated, versioned set of rules, and its JSON form.

A rule that is None is not judged by the policy. Published policies are files with their source.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from fractions import Fraction

from projects.core.handling import DEFAULT as DEFAULT_HANDLING
from projects.core.handling import HandlingRule
from projects.core.periods import Period
from projects.core.policy_fields import Fields
from projects.core.policy_rules import (
    FundsRule,
    FundsStep,
    MilestoneRule,
    PaceMeasure,
    PaceRule,
    PolicyError,
    SlightBand,
    StartRule,
    StatisticsRule,
    refuse,
)
from projects.core.reasons import Light
from projects.core.schedule import QUARTER_STEPS, PaceBasis, pace


@dataclass(frozen=True, slots=True)
class LightPolicy:
    """One version of one policy. `local_settings` names the fields that no published rule gives.

    `effective_from` is None for a set of rules that is at hand but was not adopted.
    """

    code: str
    name: str
    version: int
    effective_from: date | None
    source: str
    name_en: str = ""
    start: StartRule | None = None
    pace: PaceRule | None = None
    funds: FundsRule | None = None
    statistics: StatisticsRule | None = None
    milestones: MilestoneRule | None = None
    merge_jan_feb: bool = False
    handling: HandlingRule = DEFAULT_HANDLING
    local_settings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        texts = (("code", self.code), ("name", self.name), ("source", self.source))
        problems = [(field, "must not be empty") for field, text in texts if not text.strip()]
        if self.version < 1:
            problems.append(("version", "must be at least 1"))
        refuse(problems)

    @property
    def label(self) -> str:
        """Name and version, as printed on each alert: 本地默认 v1."""
        return f"{self.name} v{self.version}"

    def judged_period(self, as_of: date) -> Period:
        """The last ended period, on which pace, funds and statistics entry are judged."""
        return Period.last_ended(as_of, self.merge_jan_feb)

    def pace_period(self, as_of: date, awaiting: bool) -> Period:
        """The period by whose end a project's pace is judged.

        While its return for the last ended period is awaited, the one before it in the same year: a month counts
        against a project once it is reported, or once its return is overdue.
        """
        judged = self.judged_period(as_of)
        before = judged.previous(self.merge_jan_feb)
        return before if awaiting and before.year == judged.year else judged

    def list_pace(self, period: Period) -> Fraction:
        """The share of a year's plan that a whole list should have done by the end of `period`.

        n/12 where each project's own monthly plan is its pace, and where the policy does not judge pace.
        """
        if self.pace is None or self.pace.basis is PaceBasis.MONTHLY_PLAN:
            return pace(PaceBasis.LINEAR_MONTH, period)
        return pace(self.pace.basis, period, quarter_steps=self.pace.quarter_steps)

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "LightPolicy":
        """Read a policy file. Raises PolicyError that names every field that is wrong."""
        found = Fields(data, "", [])
        policy = found.build(
            lambda: cls(
                code=found.text("code"),
                name=found.text("name"),
                version=found.whole("version"),
                effective_from=found.optional_day("effective_from"),
                source=found.text("source"),
                name_en=found.text("name_en", ""),
                start=found.optional("start", _read_start),
                pace=found.optional("pace", _read_pace),
                funds=found.optional("funds", _read_funds),
                statistics=found.optional("statistics", _read_statistics),
                milestones=found.optional("milestones", _read_milestones),
                merge_jan_feb=found.flag("merge_jan_feb", False),
                handling=found.optional("handling", _read_handling) or DEFAULT_HANDLING,
                local_settings=found.texts("local_settings"),
                notes=found.texts("notes"),
            )
        )
        if policy is None:
            raise PolicyError(tuple(found.problems))
        return policy

    def to_json(self) -> dict[str, object]:
        """Numbers, texts, lists and objects; from_json gives back an equal policy."""
        return {
            "code": self.code,
            "name": self.name,
            "name_en": self.name_en,
            "version": self.version,
            "effective_from": self.effective_from.isoformat() if self.effective_from else None,
            "source": self.source,
            "start": _plain(self.start),
            "pace": _plain(self.pace),
            "funds": _plain(self.funds),
            "statistics": _plain(self.statistics),
            "milestones": _plain(self.milestones),
            "merge_jan_feb": self.merge_jan_feb,
            **({} if self.handling == DEFAULT_HANDLING else {"handling": _plain(self.handling)}),
            "local_settings": list(self.local_settings),
            "notes": list(self.notes),
        }


def _read_start(found: Fields) -> StartRule:
    return StartRule(red_after_periods=found.whole("red_after_periods"))


def _read_pace(found: Fields) -> PaceRule:
    return PaceRule(
        measure=found.choice("measure", PaceMeasure),
        yellow_limit=found.number("yellow_limit"),
        yellow_inclusive=found.flag("yellow_inclusive"),
        red_limit=found.number("red_limit"),
        red_inclusive=found.flag("red_inclusive"),
        basis=found.choice("basis", PaceBasis, PaceBasis.LINEAR_MONTH),
        slight_band=found.choice("slight_band", SlightBand, SlightBand.GREEN),
        quarter_steps=found.wholes("quarter_steps", QUARTER_STEPS),
        red_after_periods=found.whole("red_after_periods", 0),
        smallest_plan=found.whole("smallest_plan", 0),
    )


def _read_funds(found: Fields) -> FundsRule:
    linear = found.whole("linear_months", 0)
    return FundsRule(
        steps=found.each("steps", _read_step, needed=linear == 0),
        below=found.choice("below", Light, Light.RED),
        linear_months=linear,
        red_over=found.optional_number("red_over"),
        red_after_periods=found.whole("red_after_periods", 0),
        larger_than=found.whole("larger_than", 0),
    )


def _read_step(found: Fields) -> FundsStep:
    return FundsStep(found.whole("months"), found.whole("percent"), found.flag("over", False))


def _read_statistics(found: Fields) -> StatisticsRule:
    return StatisticsRule(found.whole("yellow_after_months"), found.whole("red_after_months"))


def _read_handling(found: Fields) -> HandlingRule:
    """Every number must be there, save those that came in after files had been written."""
    said = {
        one.name: found.whole(one.name, one.default) if one.metadata.get("quiet") else found.whole(one.name)
        for one in fields(HandlingRule)
    }
    return HandlingRule(**said)


def _read_milestones(found: Fields) -> MilestoneRule:
    return MilestoneRule(
        yellow_from=found.whole("yellow_from"),
        red_from=found.whole_or_null("red_from"),
        due_soon_days=found.whole("due_soon_days"),
        red_after_periods=found.whole("red_after_periods", 0),
        warn_days=found.whole("warn_days", 0),
    )


def _plain(value: object) -> object:
    """A rule as JSON holds it: exact numbers as whole numbers or texts, never as floats."""
    if is_dataclass(value):
        said = {field: getattr(value, field.name) for field in fields(value)}
        return {
            field.name: _plain(one)
            for field, one in said.items()
            if not field.metadata.get("quiet") or one != field.default
        }
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else str(value)
    return str(value) if isinstance(value, str) else value
