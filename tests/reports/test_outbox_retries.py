"""The retry ladder: 1, 5 and 30 minutes, then every two hours, for three days."""

from datetime import timedelta

import pytest

from reports.core.retries import GIVE_UP_AFTER, wait_after, waited


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 5), (3, 30), (4, 120), (5, 120), (38, 120)])
def test_each_refusal_has_its_wait(attempts: int, minutes: int) -> None:
    assert wait_after(attempts) == timedelta(minutes=minutes)


def test_the_last_wait_ends_within_three_days() -> None:
    assert waited(38) <= GIVE_UP_AFTER < waited(39)


def test_after_three_days_there_is_no_further_wait() -> None:
    assert wait_after(39) is None


def test_waits_add_up() -> None:
    assert waited(5) == timedelta(minutes=1 + 5 + 30 + 120 + 120)


def test_a_wait_needs_an_attempt() -> None:
    with pytest.raises(ValueError, match="follows an attempt"):
        wait_after(0)
