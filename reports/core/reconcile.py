"""Alerts by reconciliation: what should be open against what is open gives what is to be done.

Level-triggered: the same findings twice change nothing, and a missed run loses nothing but time.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from projects.core.reasons import Figure
from reports.core.rules import Finding, Level

_Key: TypeAlias = tuple[str, str]
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert as it stands. `kept` are its figures; `policy` is code and version of the policy that judged it last."""

    rule: str
    subject: str
    level: Level
    kept: Mapping[str, Figure]
    policy: tuple[str, int]

    @property
    def key(self) -> _Key:
        """At most one alert is open for each rule and subject."""
        return self.rule, self.subject


@dataclass(frozen=True, slots=True)
class Transitions:
    """What makes the open alerts equal to the findings. All but `refreshed` are events that people are told."""

    raised: tuple[Finding, ...] = ()
    worsened: tuple[Finding, ...] = ()
    eased: tuple[Finding, ...] = ()
    cleared: tuple[OpenAlert, ...] = ()
    refreshed: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        return any((self.raised, self.worsened, self.eased, self.cleared, self.refreshed))


def reconcile(
    findings: Iterable[Finding],
    open_alerts: Iterable[OpenAlert],
    policy: tuple[str, int],
    untold: Collection[_Key] = frozenset(),
) -> Transitions:
    """Compare findings, judged by `policy`, with the open alerts. What is `untold` stays as it is.

    Raises ValueError where two findings or two open alerts have one rule and subject.
    """
    wanted = _once(((finding.rule, finding.subject), finding) for finding in findings)
    present = _once((alert.key, alert) for alert in open_alerts)
    raised = tuple(finding for key, finding in wanted.items() if key not in present)
    both = [(finding, present[key]) for key, finding in wanted.items() if key in present]
    return Transitions(
        raised=raised,
        worsened=tuple(new for new, old in both if new.level.severity > old.level.severity),
        eased=tuple(new for new, old in both if new.level.severity < old.level.severity),
        cleared=tuple(old for key, old in present.items() if key not in wanted and key not in untold),
        refreshed=tuple(
            new for new, old in both if new.level is old.level and (new.kept != old.kept or old.policy != policy)
        ),
    )


def _once(pairs: Iterable[tuple[_Key, _Row]]) -> dict[_Key, _Row]:
    rows: dict[_Key, _Row] = {}
    for key, row in pairs:
        if key in rows:
            raise ValueError(f"{key} comes twice")
        rows[key] = row
    return rows
