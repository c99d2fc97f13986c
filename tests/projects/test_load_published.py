"""load_published: the facts as their sources have them, nothing invented, and a second run that writes nothing."""

import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from portfolio.models import Role, User
from portfolio.refusals import Forbidden
from projects.actions.published import load_published
from projects.intake.fixtures import read_published
from projects.models import (
    Change,
    Listing,
    Milestone,
    MonthlyReturn,
    OpeningFigure,
    PlanRevision,
    Programme,
    Project,
    ProjectAlias,
    ProjectFact,
    ProjectShare,
    Provenance,
    Target,
)

pytestmark = pytest.mark.django_db
HEZE = settings.BASE_DIR / "fixtures" / "heze"


@pytest.fixture(autouse=True)
def _reference() -> None:
    call_command("load_reference", stdout=StringIO())


def load(folder: Path = HEZE) -> dict[str, dict[str, int]]:
    out = StringIO()
    call_command("load_published", "--from", str(folder), stdout=out)
    return json.loads(out.getvalue())


def edited(tmp_path: Path, name: str, old: str, new: str) -> Path:
    folder = tmp_path / "heze"
    shutil.copytree(HEZE, folder)
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_the_first_run_creates_every_row_of_the_files() -> None:
    published = read_published(HEZE)

    tallies = load()

    assert {kind: tally["created"] for kind, tally in tallies.items()} == {
        "programmes": len(published.programmes),
        "targets": len(published.targets),
        "projects": len(published.projects),
        "aliases": len(published.aliases),
        "facts": len(published.mentions),
    }
    assert Project.objects.count() == len(published.projects)
    assert ProjectFact.objects.count() == len(published.mentions)


def test_a_second_run_writes_nothing() -> None:
    load()
    before = Change.objects.count()

    tallies = load()

    assert {tally["created"] + tally["updated"] + tally["withdrawn"] for tally in tallies.values()} == {0}
    assert Change.objects.count() == before


def test_an_unchanged_run_takes_a_few_statements_whatever_the_number_of_projects(
    django_assert_max_num_queries: object,
) -> None:
    load()

    with django_assert_max_num_queries(20):
        load()


def test_every_project_has_its_creation_and_its_facts_in_the_change_log() -> None:
    load()

    code = Project.objects.get(name="海辰储能").code
    history = list(Change.objects.filter(project=code).values_list("model", "act"))

    assert history.count(("project", "create")) == 1
    assert history.count(("projectfact", "create")) == ProjectFact.objects.filter(project__code=code).count() == 3
    assert history.count(("projectalias", "create")) == 1


def test_everything_that_was_loaded_is_marked_as_published() -> None:
    load()

    assert set(Project.objects.values_list("provenance", flat=True)) == {Provenance.PUBLISHED}
    assert set(Programme.objects.values_list("provenance", flat=True)) == {Provenance.PUBLISHED}


@pytest.mark.parametrize(
    "model", [Listing, PlanRevision, MonthlyReturn, Milestone, OpeningFigure, ProjectShare], ids=lambda m: m.__name__
)
def test_no_published_project_has_a_list_plan_return_milestone_or_share(model: type) -> None:
    load()

    assert not model.objects.exists()


def test_no_published_project_carries_a_figure_of_its_own() -> None:
    load()

    for field in ("total_investment", "approved_estimate", "start_year", "end_year", "carried_over", "stopped_on"):
        assert not Project.objects.exclude(**{field: None}).exists(), field


def test_every_fact_has_its_source_and_every_figure_its_unit() -> None:
    load()

    assert not ProjectFact.objects.filter(source="").exists()
    assert not ProjectFact.objects.exclude(amount=None).filter(unit="").exists()
    assert not Target.objects.filter(source="").exists()


def test_differing_figures_stand_side_by_side_with_their_dates() -> None:
    load()

    figures = ProjectFact.objects.filter(project__name="新万福河复航二期工程", measure="total_investment")

    assert {(fact.value, fact.amount, fact.source_date.isoformat()) for fact in figures} == {
        ("27.3", 2_730_000_000, "2022-07-17"),
        ("28.9", 2_890_000_000, "2017-02-23"),
    }


def test_a_source_of_which_only_the_year_is_known_has_no_invented_day() -> None:
    load()

    fact = ProjectFact.objects.get(project__name="中空板新材料项目", measure="total_investment")

    assert (fact.source, fact.source_date) == ("媒体报道（2022年）", None)


def test_a_slip_of_the_source_leads_to_the_project_and_our_reading_is_marked() -> None:
    load()

    alias = ProjectAlias.objects.get(name="鄄鄄高速")

    assert (alias.project.name, alias.kind) == ("郓城至鄄城高速公路（郓鄄高速）", ProjectAlias.Kind.SLIP)
    assert "推断" in alias.source


def test_a_project_in_several_units_belongs_to_none_and_keeps_the_sources_words() -> None:
    load()

    project = Project.objects.get(name="新万福河复航二期工程")

    assert project.division is None
    assert project.facts.get(measure="division").value == "定陶区、成武县、巨野县"


def test_parks_and_packages_are_told_from_projects() -> None:
    load()

    package = Project.objects.get(is_package=True)

    assert Project.objects.get(name="现代医药港").is_park
    assert not Project.objects.get(name="菏泽市体育公园").is_park
    assert [part.name for part in package.parts.all()] == ["定陶区38.125万千瓦风电项目"]


def test_the_reports_figures_are_targets_of_the_tracked_programmes() -> None:
    load()

    tracked = set(Programme.objects.filter(is_tracked=True).values_list("code", flat=True))
    completed = Target.objects.get(programme__code="P2023-PROV", measure="investment_completed")

    assert tracked == {"P2023-PROV", "P2023-CITY", "P2024-PROV", "P2024-CITYCOUNTY"}
    assert (completed.outcome_yuan, completed.rate, completed.known_on.isoformat()) == (
        57_240_000_000,
        "110",
        "2024-01-11",
    )


def test_every_measure_has_words_in_both_languages() -> None:
    load()

    for row in [*ProjectFact.objects.all(), *Target.objects.all()]:
        chinese = row.get_measure_display()
        with translation.override("en"):
            english = row.get_measure_display()
        assert english != row.measure and not english.isupper() and chinese != english, row.measure


def test_a_corrected_figure_is_one_change_with_both_values(tmp_path: Path) -> None:
    load()
    before = Change.objects.count()

    tallies = load(
        edited(
            tmp_path, "mentions.csv", "total_investment,27.3,亿元,2730000000", "total_investment,27.4,亿元,2740000000"
        )
    )

    change = Change.objects.order_by("seq").last()
    assert (tallies["facts"]["updated"], Change.objects.count()) == (1, before + 1)
    assert json.loads(change.changes) == {"value": ["27.3", "27.4"], "amount": [2730000000, 2740000000]}


def test_a_fact_that_its_source_took_back_is_withdrawn_and_stays_in_the_change_log(tmp_path: Path) -> None:
    load()
    line = next(
        row for row in (HEZE / "mentions.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        if "land_area,560" in row
    )  # fmt: skip

    tallies = load(edited(tmp_path, "mentions.csv", line, ""))

    assert tallies["facts"]["withdrawn"] == 1
    assert not ProjectFact.objects.filter(measure="land_area", value="560").exists()
    assert json.loads(Change.objects.order_by("seq").last().changes)["value"] == ["560", None]


def test_a_renamed_project_grows_its_version(tmp_path: Path) -> None:
    load()

    load(edited(tmp_path, "projects.csv", "HZ-PUB-010,宇宇生物", "HZ-PUB-010,宇宙生物"))

    project = Project.objects.get(code="HZ-PUB-010")
    assert (project.name, project.version) == ("宇宙生物", 2)


@pytest.mark.parametrize(("model", "code"), [(Project, "HZ-PUB-001"), (Programme, "P2023-PROV")])
def test_a_code_of_the_offices_own_is_never_overwritten(model: type, code: str) -> None:
    extra = {"name": "自有项目"} if model is Project else {"name_zh": "自有名单", "year": 2023, "level": "city"}
    model.objects.create(code=code, provenance=Provenance.OFFICIAL, **extra)

    with pytest.raises(CommandError) as refused:
        load()

    assert code in str(refused.value)
    assert refused.value.returncode == 1
    assert model.objects.get(code=code).provenance == Provenance.OFFICIAL
    assert not ProjectFact.objects.exists()


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("mentions.csv", "HZ-PUB-188,", "HZ-PUB-999,", "HZ-PUB-999"),
        ("mentions.csv", "HZ-PUB-001,stage", "HZ-PUB-001,light", "light"),
        ("projects.csv", "HZ-PUB-002,", "HZ-PUB-001,", "HZ-PUB-001"),
        ("targets.csv", "P2023-PROV,project_count", "P2023-NONE,project_count", "P2023-NONE"),
        ("projects.csv", "new_energy", "no_such_chain", "no_such_chain"),
    ],
)
def test_files_that_do_not_hold_together_are_refused(tmp_path: Path, name: str, old: str, new: str, said: str) -> None:
    with pytest.raises(CommandError) as refused:
        load(edited(tmp_path, name, old, new))

    assert said in str(refused.value)
    assert not Project.objects.exists()


@pytest.mark.parametrize("role", [Role.COUNTY_STAFF, Role.LEADER, Role.AUDITOR, Role.SECURITY_ADMIN])
def test_only_the_city_office_may_load_published_facts(role: Role) -> None:
    user = User.objects.create_user("someone", role=role, display_name="某人", division="371721")

    with pytest.raises(Forbidden):
        load_published(by=user, published=read_published(HEZE))

    assert not Project.objects.exists()
