"""A list is made and edited on its page: code, names, years, and what was published for it, each with its source."""

from datetime import date

import pytest

from portfolio import clock
from portfolio.refusals import Refusal, StaleForm
from projects.actions.lists import NewProgramme, PublishedTarget, create_programme, update_programme
from projects.forms.imports import AboutForm
from projects.models import Change, Programme, Provenance, Target
from projects.queries.figures import tracked
from tests import factories as make

pytestmark = pytest.mark.django_db

NEW = {"code": "p2025-city", "name_zh": "市级重点项目", "level": "city", "year": 2025}
REPORT = "菏泽市政府工作报告"
INVESTED = PublishedTarget(measure="investment_completed", unit="亿元", promised="420", qualifier="以上", source=REPORT)
COUNT = PublishedTarget(measure="project_count", unit="个", promised="131", source=REPORT, known_on=date(2025, 1, 11))


@pytest.fixture(autouse=True)
def today():
    with clock.set_to(date(2024, 12, 20)):
        yield


@pytest.fixture
def by():
    return make.UserFactory(username="office")


@pytest.fixture
def city(by):
    """A list of 2025 with one target; two entries of the change log."""
    return create_programme(by=by, new=NewProgramme(**NEW), targets=[INVESTED])


def update(by, programme, targets=(INVESTED,), version=1, **wanted):
    return update_programme(by=by, programme=programme, version=version, wanted=wanted, targets=targets)


class TestMaking:
    def test_a_list_and_its_targets_stand_in_the_change_log(self, by, city):
        assert city.code == "P2025-CITY"
        assert list(Change.objects.values_list("model", "key", "act", "actor")) == [
            ("programme", "P2025-CITY", "create", by.username),
            ("target", "P2025-CITY/investment_completed", "create", by.username),
        ]

    def test_money_stands_in_yuan_beside_what_is_printed(self, city):
        target = city.targets.get()

        assert (target.promised, target.promised_yuan) == ("420", 42_000_000_000)

    def test_it_counts_in_the_totals_of_its_year_and_no_other(self, city):
        assert city in tracked(2025)
        assert city not in tracked(2024)

    def test_a_register_can_be_imported_into_it(self, city):
        form = AboutForm(asks=["programme"])

        assert (city.code, "2025 市级重点项目") in form.fields["programme"].choices

    def test_an_example_is_marked_as_one(self, by):
        made = create_programme(by=by, new=NewProgramme(**NEW | {"name_zh": "市级重点项目（示例）"}))

        assert made.provenance == Provenance.DEMO

    @pytest.mark.parametrize(
        ("field", "change"),
        [
            ("code", {"code": "市级"}),
            ("code", {"code": "P-TAKEN"}),
            ("name_zh", {"name_zh": " "}),
            ("name_zh", {"name_zh": "已有名单"}),
            ("level", {"level": "village"}),
            ("year", {"year": 202}),
            ("year_to", {"year_to": 2024}),
        ],
    )
    def test_what_cannot_be_a_list_is_refused_at_its_field(self, field, change, by):
        make.ProgrammeFactory(code="P-TAKEN", name_zh="已有名单", year=2025)

        with pytest.raises(Refusal) as refused:
            create_programme(by=by, new=NewProgramme(**NEW | change))

        assert refused.value.field == field
        assert str(refused.value)
        assert not Change.objects.exists()

    @pytest.mark.parametrize(
        "change", [{"source": ""}, {"promised": ""}, {"unit": ""}, {"promised": "四百亿"}, {"measure": "joy"}]
    )
    def test_a_target_needs_figure_unit_and_source_or_nothing_is_written(self, change, by):
        said = {"measure": "investment_completed", "unit": "亿元", "promised": "420", "source": REPORT} | change

        with pytest.raises(Refusal):
            create_programme(by=by, new=NewProgramme(**NEW), targets=[PublishedTarget(**said)])

        assert not Programme.objects.exists()

    def test_the_same_source_says_a_thing_once(self, by):
        with pytest.raises(Refusal):
            create_programme(by=by, new=NewProgramme(**NEW), targets=[COUNT, COUNT])


class TestEditing:
    def test_a_name_changes_with_the_former_one_in_the_change_log(self, by, city):
        assert update(by, city, name_zh="市级重点建设项目")

        assert '"name_zh":["市级重点项目","市级重点建设项目"]' in Change.objects.last().changes
        assert Programme.objects.get().version == 2

    def test_targets_come_change_and_go_each_with_an_entry(self, by, city):
        later = PublishedTarget(measure="investment_completed", unit="亿元", promised="430", source=REPORT)
        update(by, city, [later, COUNT])
        update(by, city, [COUNT], version=2)

        assert [(row.measure, row.promised) for row in Target.objects.all()] == [("project_count", "131")]
        assert list(Change.objects.values_list("key", "act"))[2:] == [
            ("P2025-CITY/project_count", "create"),
            ("P2025-CITY/investment_completed", "update"),
            ("P2025-CITY/investment_completed", "update"),
        ]

    def test_nothing_changed_writes_nothing(self, by, city):
        assert not update(by, city, name_zh=city.name_zh)

        assert Change.objects.count() == 2
        assert Programme.objects.get().version == 1

    def test_a_stale_form_is_refused_with_both_values(self, by, city):
        update(by, city, name_zh="市级重点建设项目")

        with pytest.raises(StaleForm) as refused:
            update(by, city, name_zh="市级项目")

        assert (refused.value.theirs["name_zh"], refused.value.yours["name_zh"]) == ("市级重点建设项目", "市级项目")

    @pytest.mark.parametrize(
        ("field", "value"), [("year", 2026), ("level", "province"), ("is_tracked", False), ("year_to", 2027)]
    )
    def test_what_totals_rest_on_stays_once_projects_stand_on_it(self, field, value, by, city):
        make.ListingFactory(programme=city)

        with pytest.raises(Refusal) as refused:
            update(by, city, **{field: value})

        assert refused.value.field == field

    def test_a_year_that_was_mistyped_can_be_mended_before(self, by, city):
        assert update(by, city, year=2026)

    def test_a_published_list_stays_as_its_sources_have_it(self, by):
        with pytest.raises(Refusal):
            update(by, make.ProgrammeFactory(), name_zh="别的名字")


class TestPage:
    LINE = {"t0-measure": "project_count", "t0-promised": "131", "t0-unit": "个", "t0-source": REPORT}
    SENT = {**NEW, "is_tracked": "on", "lines": "1", "do": "save", **LINE}

    @pytest.fixture(autouse=True)
    def signed_in(self, client, by):
        client.force_login(by)

    def test_the_office_makes_a_list_and_stands_before_it(self, client):
        response = client.post("/lists/new/", self.SENT, follow=True)

        assert response.redirect_chain == [("/lists/P2025-CITY/", 302)]
        assert REPORT in response.content.decode()

    def test_a_taken_code_is_said_at_its_field_and_what_was_typed_stays(self, client, city):
        response = client.post("/lists/new/", self.SENT | {"name_zh": "另一份名单"})

        assert response.context["form"].errors["code"]
        assert 'value="131"' in response.content.decode()

    def test_empty_lines_say_nothing(self, client):
        client.post("/lists/new/", self.SENT | {"lines": "2", "t1-measure": "", "t1-unit": " "})

        assert Target.objects.count() == 1

    def test_more_lines_keep_what_was_typed_and_write_nothing(self, client):
        response = client.post("/lists/new/", self.SENT | {"do": "more", "code": "P2"})

        assert len(response.context["rows"]) == 5
        assert 'value="P2"' in response.content.decode()
        assert 'value="131"' in response.content.decode()
        assert not Programme.objects.exists()

    def test_an_edit_that_somebody_was_faster_with_shows_both(self, client, by, city):
        update(by, city, name_zh="市级重点建设项目")

        sent = self.SENT | {"version": "1", "name_zh": "市级项目"}
        response = client.post("/lists/P2025-CITY/edit/", sent)
        assert "市级重点建设项目" in response.content.decode()
        again = client.post("/lists/P2025-CITY/edit/", sent | {"version": response.context["form"].data["version"]})

        assert again.status_code == 302
        assert Programme.objects.get().name_zh == "市级项目"

    def test_a_list_that_is_not_tracked_is_shown_apart(self, client):
        sent = {name: value for name, value in self.SENT.items() if name != "is_tracked"}
        page = client.post("/lists/new/", sent, follow=True)

        assert page.redirect_chain == [("/lists/", 302)]
        assert [(one.code, one.told) for one in page.context["quoted"]] == [("P2025-CITY", 1)]

    def test_a_published_list_is_shown_without_a_form(self, client):
        make.TargetFactory()

        page = client.get("/lists/P2023-PROV/edit/").content.decode()
        assert "151" in page
        assert 'name="name_zh"' not in page
