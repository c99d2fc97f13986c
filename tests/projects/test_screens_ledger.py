"""The change log on screen: who reads it, how a change is told, what each filter leaves, and what proves the chain."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.actions.record import ledger_batch
from projects.models import Act, Change
from projects.queries.ledger import holds
from projects.telling import tell
from tests import factories as make

pytestmark = pytest.mark.django_db


def get(client, user, query=""):
    client.force_login(user)
    return client.get(reverse("ledger") + query)


def seqs(response):
    assert response.status_code == 200
    return [row.record.seq for row in response.context["table"].paginated_rows]


@pytest.fixture
def written(office, on_5_january):
    """Three changes by the office's own hand: a project, a milestone's date, a plan."""
    project = make.ProjectFactory(code="T23-0001")
    with ledger_batch(by=office, reason="调整", source="台账.xlsx") as book:
        book.add(project, Act.UPDATE, {"total_investment": (100_000_000, 120_000_000)}, project=project)
        book.add("milestone", Act.UPDATE, {"actual_on": (None, "2024-01-04")}, key="T23-0001/D04", project=project)
        book.add("planrevision", Act.APPROVE, {"amount": (None, 5_000_000)}, key="T23-0001/2023/1", project=project)
    return project


@pytest.mark.parametrize(
    ("role", "status"), [({}, 200), ({"auditor": True}, 200), ({"county_staff": True}, 403), ({"leader": True}, 403)]
)
def test_the_office_and_the_auditor_read_it_others_do_not(role, status, client, written):
    assert get(client, make.UserFactory(**role)).status_code == status


def test_the_newest_change_comes_first_and_the_head_is_shown(client, office, written):
    response = get(client, office)

    assert seqs(response) == [3, 2, 1]
    assert Change.objects.get(seq=3).hash in response.content.decode()


def test_a_change_s_moment_stands_as_people_read_it_and_as_it_was_hashed(client, office, written):
    row = Change.objects.get(seq=3)
    client.force_login(office)
    page = client.get("/ledger/3/").content.decode()

    assert f"<dd>{row.business_date} {row.at[11:19]}</dd>" in page
    assert page.count(row.at) == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?kind=milestone", [2]),
        ("?act=approve", [3]),
        ("?who=office", [3, 2, 1]),
        ("?who=nobody", []),
        ("?project=T23-0001", [3, 2, 1]),
        ("?project=T23-0002", []),
        ("?q=2024-01-04", [2]),
        ("?q=台账.xlsx", [3, 2, 1]),
        ("?since=2024-01-06", []),
        ("?since=2024-01-05&until=2024-01-05", [3, 2, 1]),
        ("?until=2024-01-04", []),
        ("?sort=seq", [1, 2, 3]),
    ],
)
def test_each_filter_leaves_what_it_names(query, expected, client, office, written):
    assert seqs(get(client, office, query)) == expected


def test_a_date_that_is_none_is_said_at_its_field(client, office, written):
    response = get(client, office, "?since=yesterday")

    assert seqs(response) == []
    assert response.context["filter"].form.errors["since"]


def test_a_change_is_told_with_both_values_in_their_units(client, office, written):
    html = get(client, office, "?kind=project").content.decode()

    assert "1亿元" in html
    assert "1.2亿元" in html
    assert "调整" in html


def test_money_dates_choices_and_codes_are_put_in_words():
    change = make.ChangeFactory.build(
        model="project",
        changes=json.dumps(
            {
                "total_investment": [None, 86_500_000],
                "project_type": ["industry", "livelihood"],
                "division": [None, "371721"],
                "is_package": [False, True],
                "version": [1, 2],
            }
        ),
    )

    told = {line.label: (line.before, line.after) for line in tell(change, {"371721": "曹县"}).lines}

    assert told == {
        "总投资": ("—", "8,650万元"),
        "项目类型": ("产业", "民生"),
        "单位": ("—", "曹县"),
        "打包项目": ("否", "是"),
    }


def test_a_plan_tells_its_months_and_a_share_its_units():
    plan = make.ChangeFactory.build(
        model="planrevision", changes=json.dumps({"months": [None, [10_000] * 2 + [0] * 10]})
    )
    shares = make.ChangeFactory.build(
        model="projectshare", changes=json.dumps({"shares": [None, {"371721": 6000, "371722": 4000}]})
    )

    assert tell(plan, {}).lines[0].after == "1月 1万元；2月 1万元"
    assert tell(shares, {"371721": "曹县", "371722": "单县"}).lines[0].after == "曹县 60%；单县 40%"


def test_a_milestone_is_named_by_its_step_and_a_return_by_its_month():
    milestone = make.ChangeFactory.build(model="milestone", key="T23-0001/D04", project="T23-0001")
    monthly = make.ChangeFactory.build(model="monthlyreturn", key="T23-0001/2023-12", project="T23-0001")

    assert tell(milestone, {"D04": "主体封顶"}).subject == "节点 主体封顶"
    assert tell(monthly, {}).subject == "月报 2023年12月"


def test_a_kind_of_row_that_no_longer_exists_is_still_told():
    change = make.ChangeFactory.build(model="retired", key="X", changes=json.dumps({"gone": [1, {"a": "<b>"}]}))

    told = tell(change, {})

    assert (told.subject, told.lines[0].label, told.lines[0].before) == ("retired X", "gone", "1")


def test_walking_the_chain_says_that_it_holds(client, office, written):
    client.force_login(office)
    response = client.post(reverse("ledger"), follow=True)

    assert "验证通过：共3条记录" in response.content.decode()


def test_a_reader_without_the_right_cannot_walk_the_chain(client, caoxian, written):
    client.force_login(caoxian)

    assert client.post(reverse("ledger")).status_code == 403


def test_the_log_costs_the_same_however_much_is_on_the_page(client, office, written):
    client.force_login(office)
    client.get(reverse("ledger"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("ledger"))
    for seq in range(10, 50):
        make.ChangeFactory(seq=seq, project="T23-0001")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("ledger"))

    assert len(few) == len(many)


def test_a_position_leads_to_its_row_with_who_when_why_and_which_file(client, office, written):
    log = get(client, office).content.decode()
    response = client.get(reverse("change", args=[2]))

    html = response.content.decode()
    assert reverse("change", args=[2]) in log
    for told in ("2024-01-04", "2024-01-05", "调整", "台账.xlsx", office.display_name, Change.objects.get(seq=2).hash):
        assert told in html, told
    assert response.context["holds"]
    assert client.get(reverse("change", args=[4])).status_code == 404


@pytest.mark.parametrize("column", ["changes", "actor", "reason", "source", "at", "previous", "leaf", "hash"])
def test_a_row_with_an_altered_column_no_longer_holds(column, written):
    row = Change.objects.get(seq=2)
    assert holds(row)

    setattr(row, column, "x")

    assert not holds(row)


def test_a_row_that_was_altered_says_so_on_its_own_page(client, office, written, monkeypatch):
    monkeypatch.setattr("projects.views.change.holds", lambda row: False)
    client.force_login(office)

    assert "notice-error" in client.get(reverse("change", args=[2])).content.decode()
