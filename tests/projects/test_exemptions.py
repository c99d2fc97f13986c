"""Exemptions: asked for, decided by somebody else, ended early or by their date; each step judged again at once."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from portfolio import clock
from portfolio.refusals import Forbidden, OutOfScope, Refusal, StaleForm
from portfolio.web.stand_ins import mask_of
from projects.actions.exemptions import Plea, ask_exemption, decide_exemption, end_exemption
from projects.actions.standing import refresh
from projects.core.reasons import Reason
from projects.models import Change, Exemption, ExemptionRequest, Policy, Project, ProjectStanding
from projects.queries.exemptions import Stand, requests_for, stand_of, standing, waiting_for
from projects.telling import tell
from projects.wording import reason_sentence
from reports.models import Alert
from tests import factories as make
from tests.reports import watch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("watched_friday")]
FRIDAY = watch.FRIDAY
JUNE = date(2024, 6, 30)


@pytest.fixture
def office():
    return make.UserFactory(username="office", display_name="市重点项目办（示例）")


@pytest.fixture
def colleague():
    return make.UserFactory(username="office2", display_name="市重点项目办副主任（示例）")


@pytest.fixture
def staff():
    return make.UserFactory(username="staff", county_staff=True, division="371721", display_name="曹县填报员（示例）")


@pytest.fixture
def late() -> Project:
    """Red by a milestone that was due in December 2023, with the alert that goes with it."""
    owner = watch.project(code="T-LATE", division=make.DivisionFactory(code="371721"))
    watch.milestone(owner, "2023-12-01")
    watch.night()
    refresh(as_of=FRIDAY)
    return owner


def plea(*indicators: str, first: date | None = FRIDAY, last: date | None = JUNE, **more: str) -> Plea:
    return Plea(indicators or ("milestones",), first, last, more.pop("reason", "汛期停工"), **more)


def light(project: Project, indicator: str = "milestones") -> str:
    return ProjectStanding.objects.get(project=project).reasons[indicator]["code"]


def is_open() -> bool:
    return Alert.objects.filter(rule="milestone_overdue", cleared_on=None).exists()


def overdue(project: Project) -> bool:
    return light(project) == "milestone_overdue"


def ids(rows) -> set[int]:
    return set(rows.values_list("pk", flat=True))


def test_until_the_office_approves_the_project_is_judged_as_before(
    late, staff, office, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = ask_exemption(by=staff, project=late, plea=plea())
    assert (row.state, overdue(late), is_open(), Exemption.objects.count()) == ("asked", True, True, 0)

    with django_capture_on_commit_callbacks(execute=True):
        decide_exemption(by=office, request=row, version=1, approve=True, words="同意")

    assert (light(late), is_open()) == ("exempt", False)
    held = Exemption.objects.get()
    assert (held.valid_from, held.valid_to, held.request) == (FRIDAY, JUNE, row)


def test_the_light_says_until_when_why_and_by_whom(late, staff, office, django_capture_on_commit_callbacks) -> None:
    row = ask_exemption(by=staff, project=late, plea=plea())
    with django_capture_on_commit_callbacks(execute=True):
        decide_exemption(by=office, request=row, version=1, approve=True)

    reason = Reason.from_json(ProjectStanding.objects.get(project=late).reasons["milestones"])
    with override("zh-hans"):
        assert reason_sentence(reason) == "豁免至2024年6月30日（含当日）：汛期停工（市重点项目办（示例）批准）"


def test_each_step_is_in_the_change_log_and_told_in_words(late, staff, office) -> None:
    row = ask_exemption(by=staff, project=late, plea=plea("pace", "milestones", document="曹政字〔2024〕3号"))
    decide_exemption(by=office, request=row, version=1, approve=True, words="同意")
    with clock.set_to(date(2024, 2, 1)):
        end_exemption(by=office, request=row, version=2, reason="已复工")

    changes = list(Change.objects.order_by("seq"))
    assert [(one.model, one.act, one.actor, one.project) for one in changes] == [
        ("exemptionrequest", "create", "staff", "T-LATE"),
        ("exemptionrequest", "approve", "office", "T-LATE"),
        ("exemption", "create", "office", "T-LATE"),
        ("exemption", "create", "office", "T-LATE"),
        ("exemptionrequest", "update", "office", "T-LATE"),
        ("exemption", "update", "office", "T-LATE"),
        ("exemption", "update", "office", "T-LATE"),
    ]
    with override("zh-hans"):
        asked = tell(changes[0], {})
    assert ("判定项", "—", "进度；里程碑节点") in [(one.label, one.before, one.after) for one in asked.lines]
    assert (changes[4].reason, changes[5].reason) == ("已复工", "已复工")


def test_what_the_office_enters_with_a_document_holds_at_once(late, office) -> None:
    row = ask_exemption(by=office, project=late, plea=plea(document="菏政字〔2024〕2号"))

    assert (row.state, row.asked_by, row.decided_by) == ("approved", "office", "office")
    assert Exemption.objects.known().get().approved_by == "市重点项目办（示例）"


def test_a_county_has_to_wait_with_a_document_too(late, staff) -> None:
    assert ask_exemption(by=staff, project=late, plea=plea(document="曹政字〔2024〕3号")).state == "asked"


def test_nobody_decides_on_the_own_request(late, office, colleague) -> None:
    row = ask_exemption(by=office, project=late, plea=plea())

    for approve in (True, False):
        with pytest.raises(Refusal, match="本人"):
            decide_exemption(by=office, request=row, version=1, approve=approve, words="同意")

    assert (waiting_for(office), waiting_for(colleague)) == (0, 1)
    assert decide_exemption(by=colleague, request=row, version=1, approve=True).state == "approved"


def test_nobody_decides_on_the_own_request_as_somebodys_stand_in(late, office, colleague) -> None:
    as_colleague = mask_of(make.StandInFactory(person=colleague, deputy=office))
    own = ask_exemption(by=office, project=late, plea=plea())
    masked = ask_exemption(by=as_colleague, project=late, plea=plea("pace"))

    for row, by in ((own, as_colleague), (masked, office), (masked, as_colleague)):
        with pytest.raises(Refusal, match="本人"):
            decide_exemption(by=by, request=row, version=1, approve=True)
    assert decide_exemption(by=colleague, request=masked, version=1, approve=True).decided_by == "office2"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (Plea((), FRIDAY, JUNE, "汛期"), "indicators"),
        (plea("colour"), "indicators"),
        (plea(first=None), "valid_from"),
        (plea(first=FRIDAY - timedelta(days=1)), "valid_from"),
        (plea(last=None), "valid_to"),
        (plea(last=FRIDAY - timedelta(days=1)), "valid_to"),
        (plea(last=date(2025, 1, 12)), "valid_to"),
        (plea(reason="  "), "reason"),
        (plea(reason="长" * 301), "reason"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field(asked: Plea, field: str, late, staff) -> None:
    with pytest.raises(Refusal) as refused:
        ask_exemption(by=staff, project=late, plea=asked)

    assert refused.value.field == field
    assert not ExemptionRequest.objects.exists()


def test_the_longest_time_is_the_policys(late, staff) -> None:
    assert ask_exemption(by=staff, project=late, plea=plea(last=date(2025, 1, 11))).valid_to == date(2025, 1, 11)
    row = Policy.objects.known().get()
    days = {"county_after": 5, "city_after": 15, "leader_after": 35, "longest_snooze": 10, "lock_window": 10}
    Policy.objects.filter(pk=row.pk).update(definition=row.definition | {"handling": days | {"exempt_months": 1}})

    for last, allowed in ((date(2024, 2, 11), True), (date(2024, 2, 12), False)):
        if allowed:
            ask_exemption(by=staff, project=late, plea=plea("pace", last=last))
        else:
            with pytest.raises(Refusal, match="2024-02-11"):
                ask_exemption(by=staff, project=late, plea=plea("start", last=last))


def test_a_project_known_from_public_sources_alone_needs_no_exemption(office) -> None:
    with pytest.raises(Refusal):
        ask_exemption(by=office, project=make.ProjectFactory(provenance="published"), plea=plea())


def test_another_county_neither_asks_nor_learns_that_the_project_exists(late) -> None:
    other = make.UserFactory(username="shanxian", county_staff=True, division="371722")

    with pytest.raises(OutOfScope):
        ask_exemption(by=other, project=late, plea=plea())


@pytest.mark.parametrize("role", ["project_unit", "leader", "auditor"])
def test_who_only_reads_or_reports_does_not_ask(role: str, late) -> None:
    who = make.UserFactory(username=role, role=role, organisation=late.owner.code)

    with pytest.raises(Forbidden):
        ask_exemption(by=who, project=late, plea=plea())


def test_what_overlaps_is_refused_and_names_the_other(late, staff, office) -> None:
    row = ask_exemption(by=staff, project=late, plea=plea("pace", "milestones"))
    with pytest.raises(Refusal, match="2024-06-30"):
        ask_exemption(by=staff, project=late, plea=plea(first=JUNE, last=date(2024, 7, 31)))
    decide_exemption(by=office, request=row, version=1, approve=True)
    with pytest.raises(Refusal, match="2024-06-30"):
        ask_exemption(by=staff, project=late, plea=plea(first=JUNE, last=date(2024, 7, 31)))

    assert ask_exemption(by=staff, project=late, plea=plea("start", "funds")).state == "asked"
    day_after = plea(first=JUNE + timedelta(days=1), last=date(2024, 7, 31))
    assert ask_exemption(by=staff, project=late, plea=day_after).state == "asked"


def test_what_overlaps_by_the_time_of_the_decision_is_refused(late, staff, office) -> None:
    row = ask_exemption(by=staff, project=late, plea=plea())
    make.ExemptionFactory(project=late, indicator="milestones", valid_from=JUNE, valid_to=JUNE)

    with pytest.raises(Refusal, match="2024-06-30"):
        decide_exemption(by=office, request=row, version=1, approve=True)
    assert decide_exemption(by=office, request=row, version=1, approve=False, words="重复").state == "refused"


def test_to_decline_takes_words_and_changes_no_light(late, staff, office) -> None:
    row = ask_exemption(by=staff, project=late, plea=plea())
    with pytest.raises(Refusal) as silent:
        decide_exemption(by=office, request=row, version=1, approve=False, words=" ")
    decide_exemption(by=office, request=row, version=1, approve=False, words="理由不充分")

    assert silent.value.field == "words"
    assert not Exemption.objects.exists()
    row.refresh_from_db()
    with pytest.raises(Refusal):
        decide_exemption(by=office, request=row, version=row.version, approve=True)


def test_nothing_reaches_back_to_before_the_approval(late, staff, office) -> None:
    row = ask_exemption(by=staff, project=late, plea=plea())
    with clock.set_to(date(2024, 1, 17)):
        decided = decide_exemption(by=office, request=row, version=1, approve=True)

    assert Exemption.objects.get().valid_from == decided.first_day == date(2024, 1, 17)


def test_what_is_over_before_it_is_decided_is_not_approved(late, staff, office) -> None:
    row = ask_exemption(by=staff, project=late, plea=plea(last=date(2024, 1, 15)))

    with clock.set_to(date(2024, 1, 16)), pytest.raises(Refusal, match="2024-01-15"):
        decide_exemption(by=office, request=row, version=1, approve=True)


def test_a_form_that_was_drawn_before_decides_and_ends_nothing(late, staff, office) -> None:
    row = ask_exemption(by=staff, project=late, plea=plea())
    with pytest.raises(StaleForm):
        decide_exemption(by=office, request=row, version=7, approve=True)
    decide_exemption(by=office, request=row, version=1, approve=True)
    with pytest.raises(StaleForm):
        end_exemption(by=office, request=row, version=1, reason="已复工")


def test_ended_early_the_project_is_judged_again_the_same_day(
    late, office, staff, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = ask_exemption(by=office, project=late, plea=plea(document="菏政字〔2024〕2号"))
    first, position = Alert.objects.get(), Change.objects.latest("seq").seq
    assert not is_open()

    with clock.set_to(date(2024, 1, 17)):
        with pytest.raises(Forbidden):
            end_exemption(by=staff, request=row, version=2, reason="已复工")
        with pytest.raises(Refusal) as silent:
            end_exemption(by=office, request=row, version=2, reason="")
        with django_capture_on_commit_callbacks(execute=True):
            ended = end_exemption(by=office, request=row, version=2, reason="已复工")

    assert silent.value.field == "reason"
    assert overdue(late)
    assert Alert.objects.get(cleared_on=None).previous == first
    assert (Exemption.objects.known().get().valid_to, ended.last_day) == (date(2024, 1, 16), date(2024, 1, 16))
    assert Exemption.objects.known(position).get().valid_to == JUNE


def test_ended_before_it_began_it_never_held(late, office) -> None:
    later = plea(first=date(2024, 3, 1), document="菏政字〔2024〕2号")
    row = ask_exemption(by=office, project=late, plea=later)

    ended = end_exemption(by=office, request=row, version=2, reason="不再需要")

    assert not Exemption.objects.known().exists()
    assert not ended.ever_held
    with pytest.raises(Refusal):
        end_exemption(by=office, request=row, version=3, reason="再次")


def test_its_date_ends_it_and_the_night_after_judges_the_project_again(late, office) -> None:
    last = date(2024, 1, 16)
    ask_exemption(by=office, project=late, plea=plea(last=last, document="菏政字〔2024〕2号"))
    refresh(as_of=FRIDAY)
    watch.night()
    seen = []
    for day in (date(2024, 1, 15), last, last + timedelta(days=1)):
        refresh(as_of=day)
        watch.night(day)
        seen.append((light(late), is_open()))

    assert seen == [("exempt", False), ("exempt", False), ("milestone_overdue", True)]


def test_one_to_come_begins_on_its_day(late, office) -> None:
    first = date(2024, 1, 16)
    ask_exemption(by=office, project=late, plea=plea(first=first, document="菏政字〔2024〕2号"))
    refresh(as_of=FRIDAY)
    seen = []
    for day in (FRIDAY, date(2024, 1, 15), first):
        refresh(as_of=day)
        watch.night(day)
        seen.append((light(late), is_open()))

    assert [one for one, _open in seen] == ["milestone_overdue", "milestone_overdue", "exempt"]
    assert [stands for _code, stands in seen] == [True, True, False]


def test_how_a_request_stands_is_the_same_alone_and_in_a_list(late, office) -> None:
    days = [FRIDAY + timedelta(days=number) for number in range(-2, 4)]
    for first in days:
        for last in (one for one in days if one >= first):
            for state in ExemptionRequest.State:
                make.ExemptionRequestFactory(
                    project=late, valid_from=first, valid_to=last, state=state,
                    decided_on=None if state == "asked" else first, ended_on=last if state == "ended" else None,
                )  # fmt: skip

    listed = {stand: ids(requests_for(office).filter(standing(stand, FRIDAY))) for stand in Stand}

    assert sum(map(len, listed.values())) == ExemptionRequest.objects.count() == 105
    for row in ExemptionRequest.objects.all():
        assert row.pk in listed[stand_of(row, FRIDAY)]
