"""How far a project is, from its milestones alone: preparation, construction, completed; or stopped."""

from collections.abc import Collection, Iterable
from datetime import date
from enum import StrEnum
from typing import Final

from projects.core.schedule import MilestoneFacts

START: Final = "D01"
"""Start of permanent works (开工)."""
STATISTICS: Final = "D02"
"""Entry in the statistical project database (入库纳统)."""
FINISHES: Final = ("E05", "E11", "E12")
"""In production, handover of a road, full grid connection."""
ACCEPTANCE: Final = "E01"
"""Joint acceptance: the finish of a project that has none of the above, such as a public building."""


class Stage(StrEnum):
    """How far a project is."""

    PREPARATION = "preparation"
    CONSTRUCTION = "construction"
    COMPLETED = "completed"
    STOPPED = "stopped"


def stage_of(milestones: Collection[MilestoneFacts], stopped_on: date | None, as_of: date) -> Stage:
    """The stage on the evening of `as_of`."""
    if stopped_on is not None and stopped_on <= as_of:
        return Stage.STOPPED
    done = {milestone.step for milestone in milestones if milestone.done_by(as_of)}
    ends = {milestone.step for milestone in milestones if milestone.step in FINISHES} or {ACCEPTANCE}
    if done & ends:
        return Stage.COMPLETED
    return Stage.CONSTRUCTION if START in done else Stage.PREPARATION


def stage_of_package(parts: Iterable[Stage]) -> Stage:
    """A package is completed with its last part and under construction with its first; stopped ones count for nothing.

    Of stopped parts alone it is stopped.
    """
    going = [stage for stage in parts if stage is not Stage.STOPPED]
    if not going:
        return Stage.STOPPED
    if all(stage is Stage.COMPLETED for stage in going):
        return Stage.COMPLETED
    begun = any(stage is not Stage.PREPARATION for stage in going)
    return Stage.CONSTRUCTION if begun else Stage.PREPARATION
