"""What another policy would say: every project judged by the one in force and by another, on the same day.

By what is known today of that day; nothing is written.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from projects.core.lights import ProjectLight, judge_project
from projects.core.policies import LightPolicy
from projects.core.reasons import Light
from projects.models import Project
from projects.queries.judged import judged
from projects.queries.workcalendar import load_calendar

ORDER = (Light.RED, Light.YELLOW, Light.GREEN, Light.NOT_JUDGED)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One project's light before and after; `is_part` of a package, which is judged as a whole beside it."""

    project: int
    code: str
    is_part: bool
    before: ProjectLight
    after: ProjectLight

    @property
    def changes(self) -> bool:
        """Whether its colour would change."""
        return self.before.overall is not self.after.overall


@dataclass(frozen=True, slots=True)
class Count:
    """Projects of one light before and after, and those that come and go."""

    light: Light
    before: int
    after: int

    @property
    def more(self) -> int:
        """By how many there would be more; negative: fewer."""
        return self.after - self.before


def what_if(policy: LightPolicy, other: LightPolicy, as_of: date, ids: Collection[int] | None = None) -> list[Verdict]:
    """Every project that either policy looks at on the day, by code, or those of them that are asked for."""
    now, then = _lights(policy, as_of, ids), _lights(other, as_of, ids)
    rows = Project.objects.filter(pk__in=now.keys() | then.keys()) if ids is not None else Project.objects.all()
    found = [
        Verdict(pk, code, parent is not None, now[pk], then[pk])
        for pk, code, parent in rows.order_by("code").values_list("pk", "code", "parent_id")
        if pk in now and pk in then
    ]
    return found


def counts(verdicts: Collection[Verdict]) -> list[Count]:
    """How many projects have each light, before and after; the gravest first."""
    before = Counter(one.before.overall for one in verdicts)
    after = Counter(one.after.overall for one in verdicts)
    return [Count(light, before[light], after[light]) for light in ORDER]


def _lights(policy: LightPolicy, as_of: date, ids: Collection[int] | None) -> dict[int, ProjectLight]:
    """The light of each project that is watched on the day."""
    calendar = load_calendar()
    return {
        one.project: judge_project(one.package or one.facts, policy, calendar, as_of)
        for one in judged(policy, as_of, ids)
        if one.facts.applies
    }
