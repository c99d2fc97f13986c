"""Registers with a column of our own codes and one of national codes, and with two columns for the same field."""

import pytest
from django.urls import reverse
from django.utils import translation

from portfolio import clock
from projects.actions import imports
from tests.intake.register_books import HEAD, plain
from tests.projects.register_plans import ROWS, TODAY, planned, small_city

pytestmark = pytest.mark.django_db
NATIONAL, OTHER = "2212-371700-89-01-271930", "2304-371482-89-01-172462"
OWN = ("KP-0001", "KP-0002")


@pytest.fixture(autouse=True)
def day():
    with clock.set_to(TODAY):
        yield


@pytest.fixture
def city():
    return small_city()


def coded(*cells: tuple[str | None, str | None], headers=("项目编码", "项目代码")) -> bytes:
    """Two rows, each with two codes in the columns I and J."""
    return plain([[*row, *codes] for row, codes in zip(ROWS, cells, strict=True)], [*HEAD, *headers])


def taken(plan) -> dict[str, str]:
    return {one.column: one.field for one in plan.columns if one.column in "IJ"}


class TestCodes:
    def test_what_stands_below_tells_the_national_code(self, city):
        plan = planned(city, coded((OWN[0], NATIONAL), (OWN[1], OTHER)))

        assert taken(plan) == {"I": "code", "J": "national_code"}
        assert [row.project_code for row in plan.differences] == list(OWN)
        assert [row.fields["national_code"] for row in plan.differences] == [(None, NATIONAL), (None, OTHER)]
        assert [row.cells["national_code"] for row in plan.differences] == ["J2", "J3"]
        assert not plan.warnings

    def test_whatever_the_two_columns_are_called(self, city):
        plan = planned(city, coded((NATIONAL, OWN[0]), (OTHER, OWN[1])))

        assert taken(plan) == {"I": "national_code", "J": "code"}
        assert [row.project_code for row in plan.differences] == list(OWN)
        assert not plan.warnings

    def test_a_few_blanks_and_full_width_digits_do_not_hide_it(self, city):
        wide = NATIONAL.translate({ord("2"): "２", ord("-"): "－"})

        plan = planned(city, coded((OWN[0], wide), (OWN[1], None)))

        assert taken(plan) == {"I": "code", "J": "national_code"}
        assert plan.differences[0].fields["national_code"] == (None, NATIONAL)

    def test_one_column_of_either_kind_stays_one_and_each_cell_is_what_it_looks_like(self, city):
        head = [*HEAD, "项目代码"]

        plan = planned(city, plain([[*ROWS[0], NATIONAL], [*ROWS[1], OWN[1]]], head))

        assert [row.fields.get("national_code") for row in plan.differences] == [(None, NATIONAL), None]
        assert plan.differences[1].project_code == OWN[1]
        assert not plan.warnings

    def test_a_person_s_word_goes_before_what_the_cells_look_like(self, city):
        mapping = {"code": "I", "national_code": ""}

        plan = planned(city, coded((OWN[0], NATIONAL), (OWN[1], OTHER)), mapping=mapping)

        assert taken(plan) == {"I": "code", "J": ""}
        assert not plan.warnings


class TestTwoForOneField:
    @pytest.mark.parametrize(("language", "words"), [("zh-hans", "看来也是"), ("en", "looks like")])
    def test_the_one_that_is_left_out_is_told_at_its_cell(self, city, language, words):
        with translation.override(language):
            plan = planned(city, coded((OWN[0], "B-1"), (OWN[1], "B-2")))

        assert taken(plan) == {"I": "code", "J": ""}
        (finding,) = plan.warnings
        assert (finding.cell, finding.field, finding.value) == ("J1", "code", "项目代码")
        assert words in finding.message
        assert "项目编码" in finding.message and finding.suggestion

    def test_two_columns_of_national_codes_are_told_too(self, city):
        plan = planned(city, coded((NATIONAL, OTHER), (None, None)))

        assert [finding.cell for finding in plan.warnings] == ["J1"]

    def test_other_fields_are_told_as_codes_are(self, city):
        head = [*HEAD, "项目名称"]

        plan = planned(city, plain([[*row, "又名"] for row in ROWS], head))

        assert [(finding.cell, finding.field) for finding in plan.warnings] == [("I1", "name")]

    def test_plans_of_two_years_are_no_doubles(self, city):
        head = [*HEAD[:6], "2023年计划投资（万元）", "2024年计划投资（万元）"]

        plan = planned(city, plain([[*ROWS[0][:6], 5000, 12000]], head), year=2024)

        assert not plan.warnings

    def test_a_choice_among_them_settles_it(self, city):
        plan = planned(city, coded((OWN[0], "B-1"), (OWN[1], "B-2")), mapping={"code": "J"})

        assert taken(plan) == {"I": "", "J": "code"}
        assert not plan.warnings

    @pytest.mark.parametrize(
        ("language", "words"), [("zh-hans", "J1: “项目代码”看来也是"), ("en", "J1: “项目代码” looks")]
    )
    def test_the_page_of_columns_shows_it(self, city, client, language, words):
        batch = imports.receive(
            by=city, kind="register", name="台账.xlsx", data=coded((OWN[0], "B-1"), (OWN[1], "B-2"))
        )
        imports.plan_batch(by=city, batch=batch)
        client.force_login(city)
        client.cookies["django_language"] = language

        page = client.get(reverse("import_columns", args=[batch.pk]), headers={"accept-language": language})

        assert words in page.content.decode()
