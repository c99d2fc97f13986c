"""Order, pages, counts and links of a table: no row is lost, the filter stays, nothing is joined to be counted."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django_tables2 import RequestConfig

from portfolio.web.tables import Column, NumberColumn, Table
from projects.models import Division, Project, ProjectStanding

pytestmark = pytest.mark.django_db


class Small(Table):
    code = Column("Code")
    name = Column("Name", linkify=lambda record: f"/projects/{record.code}/")
    unit = Column("Unit", accessor="division__name_zh")
    rate = NumberColumn("Rate", accessor="standing__rate")
    note = Column("Note", orderable=False)

    class Meta(Table.Meta):
        per_page = 10


@pytest.fixture
def projects() -> Any:
    unit = Division.objects.create(code="371721", kind="county", name_zh="曹县")
    for number in range(33):
        project = Project.objects.create(
            code=f"P{number:02d}", name=f"项目{number % 3}", provenance="demo", division=unit, note="x"
        )
        if number % 4:
            ProjectStanding.objects.create(
                project=project, as_of=date(2024, 1, 12), period="2023-12", rate=number % 5 * 100
            )
    return Project.objects.select_related("division", "standing")


def drawn(rows: Any, query: str = "") -> Small:
    request = RequestFactory().get(f"/projects/?{query}")
    table = Small(rows)
    RequestConfig(request, paginate={"per_page": 10}).configure(table)
    return table


def codes(table: Small) -> list[str]:
    return [row.record.code for row in table.paginated_rows]


@pytest.mark.parametrize("sort", ["", "name", "-name", "rate", "-rate", "unit", "name,-rate"])
def test_pages_in_any_order_show_every_row_once(sort: str, projects: Any) -> None:
    seen = [code for page in range(1, 5) for code in codes(drawn(projects, f"sort={sort}&page={page}"))]

    assert sorted(seen) == [f"P{number:02d}" for number in range(33)]


@pytest.mark.parametrize("sort", ["rate", "-rate"])
def test_rows_without_a_figure_stand_last_in_both_directions(sort: str, projects: Any) -> None:
    last = drawn(projects, f"sort={sort}&page=4")

    assert all(getattr(row.record, "standing", None) is None for row in last.paginated_rows)


@pytest.mark.parametrize(
    ("asked", "page"), [("4", 4), ("5", 4), ("99999999999999999999", 4), ("0", 1), ("-3", 1), ("x", 1), ("", 1)]
)
def test_a_page_that_is_not_there_is_the_nearest(asked: str, page: int, projects: Any) -> None:
    assert drawn(projects, f"page={asked}").page.number == page


@pytest.mark.parametrize("asked", ["100000", "0", "-5", "x"])
def test_nobody_asks_for_a_boundless_page(asked: str, projects: Any) -> None:
    assert len(codes(drawn(projects, f"per_page={asked}"))) <= 200


def test_an_unknown_or_forbidden_order_is_ignored(projects: Any) -> None:
    assert codes(drawn(projects, "sort=password,note,--code")) == codes(drawn(projects))


def test_drawing_takes_one_count_without_joins_and_one_read(projects: Any) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        drawn(projects, "sort=-rate&page=2").as_html(RequestFactory().get("/"))

    count, read = (query["sql"] for query in queries)
    assert "COUNT(" in count
    assert "JOIN" not in count
    assert "LIMIT 10" in read


def test_sorting_and_paging_keep_the_filter(projects: Any) -> None:
    table = drawn(projects, "q=%E6%9B%B9+%26&light=red&page=2&sort=name")
    sort_links = {str(heading.text): heading.sort_url for heading in table.headings}

    assert sort_links["Name"] == "?q=%E6%9B%B9+%26&light=red&sort=-name"
    assert sort_links["Rate"] == "?q=%E6%9B%B9+%26&light=red&sort=rate"
    assert sort_links["Note"] == ""
    assert table.next_url == "?q=%E6%9B%B9+%26&light=red&sort=name&page=3"


def test_the_sorted_column_says_so_to_a_screen_reader(projects: Any) -> None:
    html = drawn(projects, "sort=-name").as_html(RequestFactory().get("/"))

    assert html.count('aria-sort="descending"') == 1


def test_the_pager_shows_ends_neighbours_and_gaps() -> None:
    Project.objects.bulk_create(Project(code=f"Q{n:03d}", name="x", provenance="demo") for n in range(200))
    numbers = [link.number for link in drawn(Project.objects.all(), "page=10").page_links]

    assert numbers == [1, 0, 8, 9, 10, 11, 12, 0, 20]


def test_an_empty_table_says_so_in_words() -> None:
    class Empty(Small):
        empty_hint = "Try another filter."

        class Meta(Small.Meta):
            empty_text = "No project fits"

    html = Empty(Project.objects.none()).as_html(RequestFactory().get("/"))

    assert "No project fits" in html
    assert "Try another filter." in html
    assert "<table" not in html
