"""Reconciling makes the open alerts equal to the findings, and a second time changes nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.reasons import Reason
from reports.core.reconcile import OpenAlert, Transitions, reconcile
from reports.core.rules import Finding, Level

POLICY, OTHER = ("local-default", 1), ("local-default", 2)
levels = st.sampled_from(Level)
dues = st.dates(date(2023, 12, 1), date(2023, 12, 3))
subjects = st.sampled_from([f"P/{step}" for step in ("D01", "D02", "D03", "D04")])


def finding(subject: str, level: Level, due: date) -> Finding:
    figures = {"key": "D04", "step": "D04", "title": "主体封顶", "due_on": due, "overdue": 1, "days_late": 3}
    return Finding("milestone_overdue", subject, "P", "D04", level, Reason("milestone_overdue", figures))


def alert(subject: str, level: Level, due: date, policy: tuple[str, int] = POLICY) -> OpenAlert:
    return OpenAlert("milestone_overdue", subject, level, {"due_on": due}, policy)


findings = st.lists(st.builds(finding, subjects, levels, dues), unique_by=lambda one: one.subject)
alerts = st.lists(
    st.builds(alert, subjects, levels, dues, st.sampled_from([POLICY, OTHER])), unique_by=lambda one: one.subject
)
keys = st.frozensets(subjects.map(lambda subject: ("milestone_overdue", subject)))


def applied(open_alerts: list[OpenAlert], done: Transitions) -> list[OpenAlert]:
    now = {one.key: one for one in open_alerts}
    for gone in done.cleared:
        del now[gone.key]
    for new in (*done.raised, *done.worsened, *done.eased, *done.refreshed):
        now[new.rule, new.subject] = OpenAlert(new.rule, new.subject, new.level, new.kept, POLICY)
    return list(now.values())


@given(findings, alerts, keys)
def test_after_reconciling_what_is_open_is_what_was_found(
    found: list[Finding], present: list[OpenAlert], untold: frozenset[tuple[str, str]]
) -> None:
    after = applied(present, reconcile(found, present, POLICY, untold))

    wanted = {(one.rule, one.subject): (one.level, one.kept) for one in found}
    kept = {one.key: (one.level, one.kept) for one in present if one.key in untold}
    assert {one.key: (one.level, one.kept) for one in after} == kept | wanted


@given(findings, alerts, keys)
def test_reconciling_twice_changes_nothing(
    found: list[Finding], present: list[OpenAlert], untold: frozenset[tuple[str, str]]
) -> None:
    after = applied(present, reconcile(found, present, POLICY, untold))

    assert not reconcile(found, after, POLICY, untold)


@given(findings, alerts)
def test_every_alert_has_at_most_one_transition(found: list[Finding], present: list[OpenAlert]) -> None:
    done = reconcile(found, present, POLICY)

    touched = [one.subject for kind in (done.raised, done.worsened, done.eased, done.refreshed) for one in kind]
    touched += [one.subject for one in done.cleared]
    assert len(touched) == len(set(touched))


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (Level.NOTICE, Level.YELLOW, "worsened"),
        (Level.YELLOW, Level.RED, "worsened"),
        (Level.RED, Level.YELLOW, "eased"),
        (Level.RED, Level.NOTICE, "eased"),
    ],
)
def test_a_level_worsens_or_eases(before: Level, after: Level, kind: str) -> None:
    due = date(2023, 12, 1)

    done = reconcile([finding("P/D04", after, due)], [alert("P/D04", before, due)], POLICY)

    assert [one.level for one in getattr(done, kind)] == [after]


def test_other_figures_at_the_same_level_are_refreshed_and_are_no_event() -> None:
    found, present = finding("P/D04", Level.RED, date(2023, 12, 2)), alert("P/D04", Level.RED, date(2023, 12, 1))

    done = reconcile([found], [present], POLICY)

    assert done == Transitions(refreshed=(found,))


def test_another_policy_at_the_same_level_is_refreshed() -> None:
    found = finding("P/D04", Level.RED, date(2023, 12, 1))

    assert reconcile([found], [alert("P/D04", Level.RED, date(2023, 12, 1), OTHER)], POLICY).refreshed == (found,)


def test_what_nobody_can_tell_stays_as_it_is() -> None:
    present = alert("P/D04", Level.RED, date(2023, 12, 1))

    assert not reconcile([], [present], POLICY, {present.key})


def test_two_findings_for_one_subject_are_refused() -> None:
    twice = [finding("P/D04", Level.RED, date(2023, 12, 1))] * 2

    with pytest.raises(ValueError, match="twice"):
        reconcile(twice, [], POLICY)
