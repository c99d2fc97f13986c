"""Rows of a register that run into one another, into published projects, or into what the list once held."""

import logging
from datetime import date

import pytest
from django.db import IntegrityError, connection

from portfolio import clock
from portfolio.refusals import Refusal
from projects.actions import imports
from projects.actions.programmes import Adjustment, adjust_lists
from projects.models import Change, Listing, Project, Provenance
from projects.queries.figures import head_position, on_list
from projects.queries.ledger import verify
from tests import factories as make
from tests.intake.register_books import HEAD, plain
from tests.projects.test_import_register import ROWS, committed, planned, wrong

pytestmark = pytest.mark.django_db
TODAY = date(2024, 7, 12)
NATIONAL, OTHER = "2212-371700-89-01-271930", "2304-371482-89-01-172462"
CODED = [*HEAD, "项目编码", "投资项目统一代码"]


@pytest.fixture(autouse=True)
def day():
    with clock.set_to(TODAY):
        yield


@pytest.fixture
def city():
    """Two counties, the list of 2024, the office."""
    make.DivisionFactory(caoxian=True)
    make.DivisionFactory(shanxian=True)
    make.ProgrammeFactory(code="P2024", year=2024)
    return make.UserFactory(username="office")


def coded(*rows: tuple[int, str | None, str | None]) -> bytes:
    """Rows of ROWS by number, each with an own code and a national one."""
    return plain([[*ROWS[at], code, national] for at, code, national in rows], CODED)


def stood(project: Project, on: date, position: int | None = None) -> bool:
    return on_list("P2024", on, position, "preparatory").filter(project=project).exists()


class TestPublished:
    @pytest.fixture
    def published(self, city):
        return make.ProjectFactory(published=True, code="HZ2023-0001", name="已公布项目", national_code=NATIONAL)

    @pytest.mark.parametrize(("codes", "cell"), [(("HZ2023-0001", None), "I2"), ((None, NATIONAL), "J2")])
    def test_its_codes_are_not_taken_and_the_cell_says_why(self, city, published, codes, cell):
        plan = planned(city, coded((0, *codes), (1, None, None)))

        assert plan.errors[0].cell == cell
        assert "HZ2023-0001 已公布项目" in plan.errors[0].message
        assert plan.counts() == {"create": 1, "update": 0, "unchanged": 0, "conflict": 0, "error": 1}

    def test_a_project_of_the_register_does_not_take_its_code_either(self, city, published):
        make.ProjectFactory(code="A-1", name=ROWS[0][1])

        assert wrong(planned(city, coded((0, "A-1", NATIONAL)))) == {"J2": "national_code"}

    def test_one_of_its_name_becomes_an_entry_of_its_own_and_that_is_said(self, city, published):
        before = Project.objects.values().get(pk=published.pk)

        plan = committed(city, plain([[1, "已公布项目", *ROWS[0][2:]]]))

        assert any("HZ2023-0001" in finding.message and finding.cell == "B2" for finding in plan.warnings)
        assert Project.objects.values().get(pk=published.pk) == before
        assert Project.objects.exclude(pk=published.pk).get().provenance == Provenance.OFFICIAL

    def test_right_rows_are_committed_beside_it(self, city, published):
        batch = imports.receive(
            by=city, kind="register", name="a.xlsx", data=coded((0, None, NATIONAL), (1, None, None))
        )
        imports.plan_batch(by=city, batch=batch)

        imports.commit_batch(by=city, batch=batch, whole=False)

        assert set(Project.objects.values_list("name", flat=True)) == {"已公布项目", ROWS[1][1]}


class TestCodesInOneFile:
    @pytest.mark.parametrize(
        ("first", "second", "errors"),
        [
            (("A-1", None), ("A-1", None), {"B3": "name"}),
            ((None, NATIONAL), (None, NATIONAL), {"B3": "name"}),
            (("A-1", NATIONAL), ("A-2", NATIONAL), {"J3": "national_code"}),
            (("A-1", NATIONAL), ("A-2", OTHER), {}),
        ],
    )  # fmt: skip
    def test_a_code_stands_for_one_project(self, city, first, second, errors):
        assert wrong(planned(city, coded((0, *first), (1, *second)))) == errors

    def test_two_projects_of_the_register_do_not_take_one_new_code(self, city):
        for at, code in enumerate(("A-1", "A-2")):
            make.ProjectFactory(code=code, name=ROWS[at][1], total_investment=None)

        assert wrong(planned(city, coded((0, "A-1", NATIONAL), (1, "A-2", NATIONAL)))) == {"J3": "national_code"}

    def test_codes_of_two_projects_in_one_row_are_an_error(self, city):
        make.ProjectFactory(code="A-1", name=ROWS[0][1], national_code=NATIONAL)
        make.ProjectFactory(code="A-2", name=ROWS[1][1])

        plan = planned(city, coded((0, "A-2", NATIONAL)))

        assert wrong(plan) == {"J2": "national_code"}
        assert "A-1" in plan.errors[0].message and "A-2" in plan.errors[0].message

    def test_codes_that_are_given_out_come_after_those_of_the_file(self, city):
        committed(city, coded((0, None, None), (1, "KP2024-0001", None)))

        assert dict(Project.objects.values_list("name", "code")) == {
            ROWS[0][1]: "KP2024-0002",
            ROWS[1][1]: "KP2024-0001",
        }


class TestTheListAgain:
    @pytest.fixture
    def left(self, city):
        """It stood on the list as preparatory from January on, and was withdrawn in May."""
        project = make.ProjectFactory(code="A-1", name=ROWS[0][1])
        step = dict(project="A-1", programme="P2024")
        joined = Adjustment(kind="initial", on=date(2024, 1, 1), project_class="preparatory", **step)
        adjust_lists(by=city, rows=[joined])
        adjust_lists(by=city, rows=[Adjustment(kind="withdrawn", on=date(2024, 5, 1), **step)])
        return project

    def test_it_is_added_in_its_class_and_from_today_on(self, city, left):
        plan = committed(city, plain([ROWS[0]]), programme="P2024")

        spell = Listing.objects.known().get(left_on=None)
        assert (spell.joined_as, spell.joined_on, spell.project_class) == ("added_preparatory", TODAY, "preparatory")
        assert any("2024-05-01" in finding.message and "2024-07-12" in finding.message for finding in plan.warnings)

    def test_a_register_of_a_later_day_adds_it_on_that_day(self, city, left):
        committed(city, plain([ROWS[0]]), programme="P2024", effective_on="2024-06-01")

        assert Listing.objects.known().get(left_on=None).joined_on == date(2024, 6, 1)

    def test_months_before_stay_as_they_were(self, city, left):
        days = [date(2024, month, 28) for month in range(1, 8)]
        before, position = [stood(left, day) for day in days], head_position()

        committed(city, plain(ROWS), programme="P2024", effective_on="2024-07-01")

        assert before == [True] * 4 + [False] * 3
        assert [stood(left, day) for day in days] == [True] * 4 + [False] * 2 + [True]
        assert [stood(left, day, position) for day in days] == before

    def test_one_that_never_left_is_on_the_list_as_issued(self, city, left):
        committed(city, plain([ROWS[1]]), programme="P2024")

        assert Listing.objects.known().get(left_on=None).joined_as == "initial"


def test_what_the_database_does_not_take_is_a_sentence_and_nothing_is_written(city, monkeypatch, caplog):
    def broken(**_options):
        with connection.cursor() as cursor:  # a second head of the change log is against its rules
            cursor.execute("INSERT INTO projects_ledgerhead (id, seq, hash, at) VALUES (2, 0, '', '')")

    batch = imports.receive(by=city, kind="register", name="a.xlsx", data=plain(ROWS))
    imports.plan_batch(by=city, batch=batch)
    monkeypatch.setattr("projects.actions.import_register.set_openings", broken)
    monkeypatch.setattr("projects.actions.import_register.approve_plans", broken)

    with caplog.at_level(logging.ERROR), pytest.raises(Refusal) as refusal:
        imports.commit_batch(by=city, batch=batch)

    batch.refresh_from_db()
    assert not Project.objects.exists() and not Change.objects.exists() and verify().broken_seq is None
    assert str(batch.pk) in str(refusal.value) and isinstance(refusal.value.__cause__, IntegrityError)
    assert batch.state == batch.State.PLANNED
    assert "IntegrityError" in caplog.text and ROWS[0][1] not in caplog.text
