"""Broken workbooks that are uploaded: what was shown is written whole, or nothing is; a refusal is a sentence."""

import pytest

from portfolio.refusals import Refusal
from projects.actions import imports
from projects.intake.unreadable import Unreadable
from tests import factories as make
from tests.workbooks.imported import outcomes, world

pytestmark = pytest.mark.django_db
FILES = 150


@pytest.mark.parametrize("place", [0, 1], ids=["register", "returns"])
def test_a_broken_workbook_is_written_as_shown_or_not_at_all(place: int) -> None:
    case = world()[place]

    found = outcomes(case, range(FILES))

    assert sum(found.values()) == FILES
    assert found["committed"] >= FILES // 20 and found["refused"] and found["unreadable"], found


def test_a_file_of_which_nothing_is_left_is_told_what_to_do() -> None:
    with pytest.raises(Refusal) as refused:
        imports.receive(by=make.UserFactory(username="office"), kind="register", name="a.xlsx", data=b"")

    assert (str(refused.value), refused.value.field) == (str(Unreadable("empty")), "file")
