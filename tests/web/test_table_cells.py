"""The fast table body says what the stock django-tables2 template says, cell by cell, and escapes what it must."""

import re
from datetime import UTC, date, datetime
from html import unescape
from types import SimpleNamespace
from typing import Any

import django_tables2 as stock
import pytest
from django.test import RequestFactory
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from portfolio.web.tables import Column, DateColumn, LightColumn, NumberColumn, Table
from projects.models import Division, Project, ProjectStanding

pytestmark = pytest.mark.django_db


def cells_of(html: str) -> list[list[tuple[str, str]]]:
    """Every body row as (class, content) pairs; surrounding white space does not count."""
    body = re.search(r"<tbody.*?</tbody>", html, re.S)
    assert body is not None
    return [
        [
            (" ".join(re.findall(r'class="([^"]*)"', attributes)), content.strip())
            for attributes, content in re.findall(r"<td([^>]*)>(.*?)</td>", row, re.S)
        ]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", body[0], re.S)
    ]


def both(columns: dict[str, Any], data: Any, **options: Any) -> tuple[list[Any], list[Any]]:
    """The same table drawn by the stock template and by ours."""
    stock_class = type("StockTable", (stock.Table,), {**columns, "__module__": __name__})
    ours_class = type("OurTable", (Table,), {**columns, "__module__": __name__})
    request = RequestFactory().get("/")
    return (
        cells_of(stock_class(data, template_name="django_tables2/bootstrap5.html", **options).as_html(request)),
        cells_of(ours_class(data, template_name="portfolio/tables/table.html", **options).as_html(request)),
    )


@pytest.fixture
def rows() -> Any:
    caoxian = Division.objects.create(code="371721", kind="county", name_zh="曹县", name_en="Cao County")
    for number, name in enumerate(["新材料产业园（示例）", "<script>alert(1)</script>", 'A & B "quoted"', ""]):
        project = Project.objects.create(
            code=f"P{number}",
            name=name,
            provenance="demo",
            project_type=["industry", "livelihood", "", "infrastructure"][number],
            division=caoxian if number % 2 == 0 else None,
            total_investment=[123_456_789, None, 0, 5][number],
            stopped_on=date(2023, 5, 6) if number == 1 else None,
        )
        if number < 2:
            ProjectStanding.objects.create(
                project=project, as_of=date(2024, 1, 12), period="2023-12", light="red", stage="construction"
            )
    return Project.objects.select_related("division", "standing").order_by("code")


COLUMNS: dict[str, Any] = {
    "text": lambda: {"name": stock.Column()},
    "number": lambda: {"total_investment": stock.Column()},
    "number, localized": lambda: {"total_investment": stock.Column(localize=True)},
    "words of a choice": lambda: {"project_type": stock.Column()},
    "through a relation": lambda: {"unit": stock.Column(accessor="division__name_zh")},
    "words of a choice through a relation": lambda: {"stage": stock.Column(accessor="standing__stage")},
    "row itself": lambda: {"division": stock.Column()},
    "property": lambda: {"unit": stock.Column(accessor="division__name")},
    "method": lambda: {"label": stock.Column(accessor="__str__")},
    "missing attribute": lambda: {"nothing": stock.Column(accessor="no_such_thing")},
    "own default": lambda: {"stopped_on": stock.Column(default="never")},
    "date": lambda: {"stopped_on": stock.DateColumn()},
    "date with a format": lambda: {"stopped_on": stock.DateColumn(format="Y/m/d")},
    "boolean": lambda: {"is_package": stock.BooleanColumn()},
    "template": lambda: {"name": stock.TemplateColumn("<b>{{ value }}</b>{{ record.code }}")},
    "fixed attributes": lambda: {"name": stock.Column(attrs={"td": {"class": "main wide"}})},
    "computed attributes": lambda: {
        "name": stock.Column(attrs={"td": {"class": lambda record, value: f"c-{record.code} l-{len(str(value))}"}})
    },
    "link by a function": lambda: {"name": stock.Column(linkify=lambda record: f"/projects/{record.code}/?a=1&b=2")},
    "link by a function that has none": lambda: {"name": stock.Column(linkify=lambda value: None)},
    "link by a pattern": lambda: {"name": stock.Column(linkify=("login", []), attrs={"a": {"class": "x"}})},
    "link with computed attributes": lambda: {
        "name": stock.Column(linkify=lambda record: "/", attrs={"a": {"title": lambda record: record.code}})
    },
    "link column": lambda: {"name": stock.LinkColumn("login", text="go")},
    "invisible": lambda: {"name": stock.Column(visible=False), "code": stock.Column()},
    "render by value": lambda: {
        "name": stock.Column(),
        "render_name": lambda self, value: format_html("<i>{}</i>", value),
    },
    "render by record": lambda: {"name": stock.Column(), "render_name": lambda self, record: record.code},
    "render by both": lambda: {
        "name": stock.Column(),
        "render_name": lambda self, record, value: f"{record.code} <{value}>",
    },
    "render by everything": lambda: {"name": stock.Column(), "render_name": lambda self, **given: sorted(given)},
    "render by position": lambda: {
        "name": stock.Column(),
        "render_name": lambda self, bound_row, column, bound_column, table: f"{bound_row.row_counter}{bound_column}",
    },
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_cell_is_the_stock_cell(kind: str, rows: Any) -> None:
    expected, drawn = both(COLUMNS[kind](), rows)

    assert len(expected) == 4
    assert drawn == expected


def test_a_date_of_a_plain_record_is_the_stock_cell() -> None:
    data = [{"on": date(2024, 1, 12), "at": datetime(2024, 1, 12, 1, 30, tzinfo=UTC)}, {"on": None, "at": None}]

    expected, drawn = both({"on": stock.DateColumn(), "at": stock.DateTimeColumn()}, data)

    assert drawn == expected


def test_records_that_are_no_models_are_read_as_stock_does() -> None:
    data = [{"a": {"b": [10, 20]}, "c": "x"}, SimpleNamespace(a={"b": [30]}, c=lambda: "called")]

    expected, drawn = both({"first": stock.Column(accessor="a__b__0"), "c": stock.Column()}, data)

    assert drawn == expected


def test_pinned_rows_and_row_attributes_are_kept(rows: Any) -> None:
    class Pinned(Table):
        name = stock.Column()

        class Meta(Table.Meta):
            row_attrs = {"data-code": lambda record: record.code if isinstance(record, Project) else "pinned"}

        def get_bottom_pinned_data(self) -> list[dict[str, str]]:
            return [{"name": "合计"}]

    html = Pinned(rows).as_html(RequestFactory().get("/"))

    assert re.findall(r'<tr[^>]*data-code="([^"]*)"', html) == ["P0", "P1", "P2", "P3"]
    assert cells_of(html)[-1] == [("", "合计")]
    assert 'class="odd pinned-row' in html or 'class="even pinned-row' in html


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'; DROP", "a & b"])
def test_text_is_escaped_wherever_it_stands(text: str) -> None:
    Project.objects.create(code=f"X{len(text)}", name=text, provenance="demo", note=text)

    class Everywhere(Table):
        name = Column(text, linkify=lambda record: f"/?q={record.name}", attrs={"td": {"title": lambda value: value}})
        note = Column("Note", unit=text)

        class Meta(Table.Meta):
            row_attrs = {"data-name": lambda record: record.name}

    html = Everywhere(Project.objects.all()).as_html(RequestFactory().get("/"))

    assert "<script" not in html
    assert "<img" not in html
    assert text in unescape(re.sub(r"<[^>]*>", "", html))
    assert all(f'"{text}"' not in tag for tag in re.findall(r"<[^>]*>", html) if "<" in text)


def test_what_is_marked_safe_stays_as_it_is(rows: Any) -> None:
    class Marked(Table):
        name = Column()

        def render_name(self, value: Any) -> str:
            return mark_safe("<b>bold</b>")

    assert cells_of(Marked(rows).as_html(RequestFactory().get("/")))[0] == [("", "<b>bold</b>")]


def test_our_columns_write_units_lights_and_figures(rows: Any) -> None:
    class Ours(Table):
        name = Column("项目", phone="title")
        total_investment = NumberColumn("总投资", unit="万元", form=lambda yuan: f"{yuan // 10_000:,}")
        stopped_on = DateColumn("停工")
        light = LightColumn("亮灯", accessor="standing__light")

        class Meta(Table.Meta):
            pass

    html = Ours(rows).as_html(RequestFactory().get("/"))
    first, second = cells_of(html)[:2]

    assert '总投资 <span class="unit">万元</span>' in html
    assert 'data-label="总投资（万元）"' in html
    assert first[1] == ("num", "12,345")
    assert second[1] == ("num", "—")
    assert second[2] == ("nowrap", "2023-05-06")
    assert "light-red" in first[3][1]
    assert "light-none" in cells_of(html)[2][3][1]


def test_a_cell_that_holds_nothing_says_so_for_a_phone(rows: Any) -> None:
    columns = {"total_investment": NumberColumn("总投资", form=str), "__module__": __name__}

    table = type("OurTable", (Table,), columns)(rows.order_by("code"), template_name="portfolio/tables/table.html")
    body = table.as_html(RequestFactory().get("/"))

    cells = re.findall(r"<td([^>]*)>([^<]*)</td>", body)
    assert [content for attributes, content in cells if "data-empty" in attributes] == ["—"]
    assert [content for attributes, content in cells if "data-empty" not in attributes] == ["123456789", "0", "5"]
