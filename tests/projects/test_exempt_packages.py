"""Exemptions of packages: of the parts as well where that is asked for, and never without saying which."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from portfolio import clock
from portfolio.refusals import Refusal
from projects.actions.exemptions import Plea, ask_exemption, decide_exemption, end_exemption
from projects.actions.standing import refresh
from projects.models import Change, Exemption, ExemptionRequest, Project, ProjectStanding
from projects.queries.exemptions import live_of
from reports.models import Alert
from tests import factories as make
from tests.reports import watch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("watched_friday")]
FRIDAY, JUNE = watch.FRIDAY, date(2024, 6, 30)
PAPER = "菏政字〔2024〕2号"


@pytest.fixture
def office():
    return make.UserFactory(username="office", display_name="市重点项目办（示例）")


@pytest.fixture
def package() -> Project:
    """With two parts, each late with a milestone."""
    county = make.DivisionFactory(code="371721")
    whole = watch.project(code="T-PACK", name="打包项目（示例）", is_package=True, division=county)
    for number in (1, 2):
        part = make.ProjectFactory(
            code=f"T-PACK-{number}", name=f"子项目{number}（示例）", parent=whole, division=county, owner=whole.owner
        )
        watch.milestone(part, "2023-12-01")
    watch.night()
    refresh(as_of=FRIDAY)
    return whole


def plea(*indicators: str, first: date = FRIDAY, last: date = JUNE, paper: str = "", parts: bool = False) -> Plea:
    return Plea(indicators or ("milestones",), first, last, "汛期停工", paper, with_parts=parts)


def part(number: int) -> Project:
    return Project.objects.get(code=f"T-PACK-{number}")


def lights() -> dict[str, str]:
    rows = ProjectStanding.objects.filter(project__code__startswith="T-PACK")
    return {code: reasons["milestones"]["code"] for code, reasons in rows.values_list("project__code", "reasons")}


def open_alerts() -> set[str]:
    return set(Alert.objects.filter(cleared_on=None).values_list("project__code", flat=True))


def signed_in(who, language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(who)
    client.cookies["django_language"] = language
    return client


def test_its_parts_go_on_being_judged_unless_they_are_asked_for(
    package, office, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        ask_exemption(by=office, project=package, plea=plea(paper=PAPER))

    late = dict.fromkeys(("T-PACK-1", "T-PACK-2"), "milestone_overdue")
    assert lights() == late | {"T-PACK": "exempt"}
    assert open_alerts() == {"T-PACK-1", "T-PACK-2"}


def test_with_its_parts_each_of_them_is_exempt_with_its_own_row_and_change(
    package, office, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = ask_exemption(by=office, project=package, plea=plea("milestones", "start", paper=PAPER, parts=True))

    codes = ("T-PACK", "T-PACK-1", "T-PACK-2")
    assert lights() == dict.fromkeys(codes, "exempt")
    assert open_alerts() == set()
    held = Exemption.objects.filter(request=row).values_list("project__code", "indicator")
    assert set(held) == {(code, indicator) for code in codes for indicator in ("milestones", "start")}
    changes = Change.objects.filter(model="exemption").values_list("project", "key")
    assert {(code, f"{code}/milestones/#{row.pk}") for code in codes} <= set(changes)


def test_the_parts_are_those_of_the_day_of_the_decision(package, office) -> None:
    staff = make.UserFactory(username="staff", county_staff=True)
    row = ask_exemption(by=staff, project=package, plea=plea(parts=True))
    make.ProjectFactory(code="T-PACK-3", parent=package, owner=package.owner)
    decide_exemption(by=office, request=row, version=1, approve=True)
    make.ProjectFactory(code="T-PACK-4", parent=package, owner=package.owner)

    held = Exemption.objects.values_list("project__code", flat=True)
    assert set(held) == {"T-PACK", "T-PACK-1", "T-PACK-2", "T-PACK-3"}


def test_ended_early_it_ends_for_the_parts_as_well(package, office, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = ask_exemption(by=office, project=package, plea=plea(paper=PAPER, parts=True))
    later = date(2024, 1, 17)
    with clock.set_to(later), django_capture_on_commit_callbacks(execute=True):
        end_exemption(by=office, request=row, version=row.version, reason="已复工")

    known = Exemption.objects.known().values_list("project__code", "valid_to")
    assert set(known) == {(code, date(2024, 1, 16)) for code in ("T-PACK", "T-PACK-1", "T-PACK-2")}
    assert open_alerts() == {"T-PACK-1", "T-PACK-2"}


def test_a_part_that_is_exempt_already_is_named(package, office) -> None:
    ask_exemption(by=office, project=part(2), plea=plea(paper=PAPER))

    with pytest.raises(Refusal, match=r"子项目2（示例）.*2024-06-30"):
        ask_exemption(by=office, project=package, plea=plea(paper=PAPER, parts=True))
    assert ask_exemption(by=office, project=package, plea=plea(paper=PAPER)).state == "approved"


def test_a_part_that_became_exempt_meanwhile_is_named_at_the_decision(package, office) -> None:
    staff = make.UserFactory(username="staff", county_staff=True)
    row = ask_exemption(by=staff, project=package, plea=plea(parts=True))
    make.ExemptionFactory(project=part(1), indicator="milestones", valid_from=JUNE, valid_to=JUNE)

    with pytest.raises(Refusal, match="子项目1（示例）"):
        decide_exemption(by=office, request=row, version=1, approve=True)


def test_what_waits_for_the_parts_is_not_asked_for_again_by_one_of_them(package, office) -> None:
    staff = make.UserFactory(username="staff", county_staff=True)
    ask_exemption(by=staff, project=package, plea=plea(parts=True))

    with pytest.raises(Refusal, match="2024-06-30"):
        ask_exemption(by=staff, project=part(1), plea=plea())
    assert ask_exemption(by=staff, project=part(1), plea=plea("start")).state == "asked"


def test_a_project_without_parts_asks_for_none(package, office) -> None:
    assert ask_exemption(by=office, project=part(1), plea=plea(paper=PAPER, parts=True)).with_parts is False


TYPED = {"indicators": ["milestones"], "valid_from": "2024-01-12", "valid_to": "2024-06-30", "reason": "汛期停工"}
SAID = {
    "zh-hans": ("子项目一并豁免", "一并豁免（2个）", "打包项目豁免，含子项目", "含子项目"),
    "en": ("Also its parts", "covered too (2 parts)", "of the package, with its parts", "with its parts"),
}
ALONE = {
    "zh-hans": ("未豁免，分别照常判定", "仅打包项目豁免，本子项目照常判定", "不含子项目"),
    "en": (
        "not covered: each is judged by itself",
        "of the package alone: this part is judged as before",
        "without its",
    ),
}


@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize("parts", [True, False])
def test_form_page_list_and_the_part_s_own_page_say_which(language: str, parts: bool, package, office) -> None:
    client, box = signed_in(office, language), SAID[language][0]
    address = reverse("exemption_new", args=["T-PACK"])
    assert box in client.get(address).content.decode()
    typed = TYPED | {"document": PAPER} | ({"with_parts": "on"} if parts else {})

    page = client.post(address, typed, follow=True).content.decode()

    row = ExemptionRequest.objects.get()
    assert row.with_parts is parts
    on_page, on_part, in_list = SAID[language][1:] if parts else ALONE[language]
    assert on_page in page
    assert on_part in client.get("/projects/T-PACK-1/").content.decode()
    assert in_list in client.get("/exemptions/").content.decode()


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "打包项目的亮灯仍计入"), ("en", "This is a part")])
def test_who_asks_for_a_part_reads_that_the_package_still_counts_it(language, said, package, office) -> None:
    html = signed_in(office, language).get(reverse("exemption_new", args=["T-PACK-1"])).content.decode()

    assert said in html
    assert SAID[language][0] not in html


def test_what_is_said_of_the_package_s_light_is_so(package, office, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for number in (1, 2):
            ask_exemption(by=office, project=part(number), plea=plea(paper=PAPER))

    assert lights() == {"T-PACK": "milestone_overdue", "T-PACK-1": "exempt", "T-PACK-2": "exempt"}


def test_the_county_of_a_part_reads_the_package_s_exemption(package, office) -> None:
    Project.objects.filter(code="T-PACK-1").update(division=make.DivisionFactory(code="371722"))
    row = ask_exemption(by=office, project=package, plea=plea(paper=PAPER, parts=True))
    there = signed_in(make.UserFactory(username="shanxian", county_staff=True, division="371722"))

    assert there.get(reverse("exemption", args=[row.pk])).status_code == 200
    assert live_of(part(1), FRIDAY) == [row]
