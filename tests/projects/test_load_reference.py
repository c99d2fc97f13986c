"""load_reference: what it puts into the tables, that a second run writes nothing, and how it refuses."""

import json
import shutil
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from portfolio.models import Role, User
from portfolio.refusals import Forbidden
from projects.actions.reference import load_reference
from projects.intake.fixtures import read_reference
from projects.models import (
    CalendarDay,
    CalendarYear,
    Change,
    Division,
    Industry,
    MilestoneStep,
    MilestoneTemplate,
    Policy,
)
from projects.queries.policies import policy_in_force
from projects.queries.workcalendar import load_calendar, quiet_days

pytestmark = pytest.mark.django_db
REFERENCE = settings.BASE_DIR / "fixtures" / "reference"


def load(folder: Path = REFERENCE) -> dict[str, dict[str, int]]:
    out = StringIO()
    call_command("load_reference", "--from", str(folder), stdout=out)
    return json.loads(out.getvalue())


def edited(tmp_path: Path, name: str, old: str, new: str) -> Path:
    """A copy of the reference folder with one text replaced in one file."""
    folder = tmp_path / "reference"
    if not folder.exists():
        shutil.copytree(REFERENCE, folder)
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_the_first_run_creates_every_row_of_the_files() -> None:
    tallies = load()

    created = {kind: tally["created"] for kind, tally in tallies.items()}
    assert created == {
        "divisions": 13,
        "industries": 10,
        "milestone_steps": 38,
        "milestone_templates": 4,
        "template_steps": 4,
        "calendar_years": 7,
        "calendar_days": CalendarDay.objects.count(),
        "policies": 4,
    }
    assert (Division.objects.count(), Industry.objects.count(), CalendarYear.objects.count()) == (13, 10, 7)


def test_a_second_run_writes_nothing() -> None:
    load()
    before = Change.objects.count()

    tallies = load()

    assert {sum((tally["created"], tally["updated"], tally["withdrawn"])) for tally in tallies.values()} == {0}
    assert Change.objects.count() == before


def test_an_unchanged_run_takes_a_few_statements(django_assert_max_num_queries: object) -> None:
    load()

    with django_assert_max_num_queries(25):
        load()


def test_every_created_row_is_in_the_change_log() -> None:
    tallies = load()

    assert Change.objects.count() == sum(tally["created"] for tally in tallies.values())
    assert set(Change.objects.values_list("actor", "origin")) == {("system", "command")}


def test_the_loaded_calendar_counts_the_working_days_of_2024() -> None:
    load()

    calendar = load_calendar()

    assert calendar.workdays_of_year(2024) == 251
    assert calendar.nth_workday_of_month(2024, 1, 5) == date(2024, 1, 8)
    assert quiet_days() == {date(2024, 2, 9)}


def test_the_local_default_is_in_force_and_the_others_lie_at_hand() -> None:
    load()

    assert policy_in_force(date(2024, 1, 12)).code == "local-default"
    assert set(Policy.objects.known().filter(effective_from=None).values_list("code", flat=True)) == {
        "sanya-2022",
        "wuhan-2022",
        "yinchuan-2025",
    }


def test_the_old_zones_point_to_the_new_one() -> None:
    load()

    assert list(Division.objects.filter(successor__code="3717LX").values_list("code", flat=True)) == [
        "371771",
        "371772",
    ]


def test_a_template_has_its_steps_in_order() -> None:
    load()

    template = MilestoneTemplate.objects.get(code="government_building")

    assert [place.step.code for place in template.places.order_by("position")] == (
        "A03 A04 B04 C02 C04 D01 D02 D04 E01 E07".split()
    )


def test_a_changed_name_is_one_change_with_both_values(tmp_path: Path) -> None:
    load()
    before = Change.objects.count()

    tallies = load(edited(tmp_path, "divisions.csv", "Caoxian County", "Cao County"))

    assert tallies["divisions"] == {"created": 0, "updated": 1, "withdrawn": 0, "unchanged": 12}
    change = Change.objects.order_by("seq").last()
    assert Change.objects.count() == before + 1
    assert (change.key, json.loads(change.changes)) == ("371721", {"name_en": ["Caoxian County", "Cao County"]})


def test_a_changed_template_is_one_change_of_its_steps(tmp_path: Path) -> None:
    load()

    tallies = load(edited(tmp_path, "milestone_templates.csv", "government_building,10,E07\n", ""))

    change = Change.objects.order_by("seq").last()
    assert tallies["template_steps"] == {"created": 0, "updated": 1, "withdrawn": 0, "unchanged": 3}
    assert json.loads(change.changes)["steps"][0][-2:] == ["E01", "E07"]
    assert json.loads(change.changes)["steps"][1][-1] == "E01"


def test_a_corrected_holiday_is_taken_out_and_an_offices_own_days_stay(tmp_path: Path) -> None:
    load()
    CalendarDay.objects.create(day=date(2024, 1, 11), is_workday=True, quiet=True, name="local")
    CalendarDay.objects.create(day=date(2027, 1, 1), is_workday=False, name="元旦")
    line = next(
        row for row in (REFERENCE / "calendar.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        if row.startswith("2026-10-10")
    )  # fmt: skip

    tallies = load(edited(tmp_path, "calendar.csv", line, ""))

    assert tallies["calendar_days"]["withdrawn"] == 1
    assert not CalendarDay.objects.filter(day=date(2026, 10, 10)).exists()
    assert CalendarDay.objects.filter(day__in=[date(2024, 1, 11), date(2027, 1, 1)]).count() == 2
    assert json.loads(Change.objects.order_by("seq").last().changes)["is_workday"] == [True, None]


def test_a_corrected_policy_closes_the_version_before_it(tmp_path: Path) -> None:
    load()
    folder = edited(tmp_path, "policies/local-default.json", '"yellow_limit": 10', '"yellow_limit": 8')

    load(folder)

    seq = Change.objects.order_by("seq").last().seq
    before, now = Policy.objects.filter(code="local-default").order_by("known_from")
    assert (before.known_to, now.known_from, now.known_to) == (seq, seq, None)
    assert policy_in_force(date(2024, 1, 12)).pace.yellow_limit == 8
    assert policy_in_force(date(2024, 1, 12), seq - 1).pace.yellow_limit == 10


def test_an_offices_adoption_of_a_policy_outlives_the_next_load() -> None:
    load()
    Policy.objects.filter(code="wuhan-2022").update(effective_from=date(2024, 2, 1))
    load()
    before = Change.objects.count()

    tallies = load()

    assert policy_in_force(date(2024, 3, 1)).code == "wuhan-2022"
    assert tallies["policies"]["unchanged"] == 4
    assert Change.objects.count() == before


def test_the_usual_days_and_photographs_of_the_catalogue_are_there() -> None:
    load()

    assert MilestoneStep.objects.get(code="A06").usual_workdays == 80
    assert MilestoneStep.objects.get(code="E05").usual_workdays is None
    assert set(MilestoneStep.objects.filter(photo=True).values_list("code", flat=True)) == {"D01", "D04", "E05"}


def test_a_wrong_cell_is_named_by_file_row_and_column_and_nothing_is_written(tmp_path: Path) -> None:
    folder = edited(
        tmp_path, "milestone_steps.csv", "A01,A,项目备案,Project filing,1,", "A01,A,项目备案,Project filing,one,"
    )

    with pytest.raises(CommandError) as refused:
        load(folder)

    assert "milestone_steps.csv 2，usual_workdays：“one”" in str(refused.value)
    assert refused.value.returncode == 1
    assert (Change.objects.count(), Division.objects.count()) == (0, 0)


def test_all_wrong_cells_are_named_at_once(tmp_path: Path) -> None:
    edited(
        tmp_path, "divisions.csv", "3717LX,鲁西新区,Luxi New Area,zone,2022-09-02", "3717LX,鲁西新区,Luxi,park,2022-9-2"
    )
    folder = tmp_path / "reference"

    with pytest.raises(CommandError) as refused:
        load(folder)

    assert "kind" in str(refused.value) and "valid_from" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("divisions.csv", "371772,", "371771,", "371771"),
        ("divisions.csv", ",3717LX,统计", ",3717XX,统计", "3717XX"),
        ("milestone_templates.csv", "linear,11,E11", "linear,11,E99", "E99"),
        ("industries.csv", "code,name_zh", "name_zh,code", "code, name_zh"),
        ("policies/local-default.json", '"yellow_limit": 10', '"yellow_limit": "ten"', "pace.yellow_limit"),
        ("policies/local-default.json", "{", "", "local-default.json"),
    ],
)
def test_files_that_do_not_hold_together_are_refused(tmp_path: Path, name: str, old: str, new: str, said: str) -> None:
    folder = edited(tmp_path, name, old, new)

    with pytest.raises(CommandError) as refused:
        load(folder)

    assert said in str(refused.value)
    assert not Division.objects.exists()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        load(tmp_path)

    assert "divisions.csv" in str(refused.value)


@pytest.mark.parametrize("role", [Role.COUNTY_REVIEWER, Role.LEADER, Role.AUDITOR, Role.ACCOUNT_ADMIN])
def test_only_the_city_office_may_load_reference_data(role: Role) -> None:
    user = User.objects.create_user("someone", role=role, display_name="某人", division="371721")

    with pytest.raises(Forbidden):
        load_reference(by=user, reference=read_reference(REFERENCE))

    assert not Change.objects.exists()


def test_published_facts_before_reference_data_are_refused_with_what_to_load_first() -> None:
    with pytest.raises(CommandError) as refused:
        call_command("load_published", stdout=StringIO())

    assert "load_reference" in str(refused.value)
    assert not Change.objects.exists()
