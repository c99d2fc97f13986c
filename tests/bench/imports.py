"""A register of 10 000 rows and twelve columns, three foreign keys by name, 251 projects known before, imported.

The yardstick is django-import-export as its manual shows it: a ModelResource with ForeignKeyWidgets, which writes the
projects alone. Ours reads in its child process, plans, keeps the file, and writes projects and change log.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import openpyxl
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from import_export import fields, resources
from import_export.formats.base_formats import XLSX
from import_export.widgets import ForeignKeyWidget

from portfolio.models import User
from projects.actions.imports import import_file
from projects.actions.standing import refresh
from projects.models import Change, Division, Industry, Organisation, Project
from tests.bench.harness import Figure, Rounds

KNOWN, FIRMS, FEW = 251, 400, 1_000
OURS, STOCK, AFTER = "import a register", "django-import-export, default", "lights of what was imported"
LIMIT = 0.10
WAN = 10_000
HEADERS = (
    "项目编码", "项目名称", "项目类型", "建设性质", "建设内容和规模", "开工年份", "竣工年份", "总投资（万元）",
    "批复概算（万元）", "县区", "产业链", "项目单位",
)  # fmt: skip
NAMES = (
    "code", "name", "project_type", "nature", "content", "start_year", "end_year", "total_investment",
    "approved_estimate", "division", "industry", "owner",
)  # fmt: skip


class StockResource(resources.ModelResource):
    """Projects by their code; unit, chain and firm by name."""

    division = fields.Field("division", "division", ForeignKeyWidget(Division, "name_zh"))
    industry = fields.Field("industry", "industry", ForeignKeyWidget(Industry, "name_zh"))
    owner = fields.Field("owner", "owner", ForeignKeyWidget(Organisation, "name"))

    class Meta:
        model = Project
        import_id_fields = ["code"]
        fields = NAMES

    def init_instance(self, row: Any = None) -> Project:
        return Project(provenance="demo")


def rows(size: int) -> Iterator[list[Any]]:
    """The register: amounts in yuan, choices as they are stored."""
    divisions = list(Division.objects.exclude(kind="historical").order_by("code").values_list("name_zh", flat=True))
    industries = list(Industry.objects.order_by("code").values_list("name_zh", flat=True))
    for at in range(size):
        yield [
            f"B{at:06d}", f"基准项目{at:06d}号（示例）", ("industry", "infrastructure", "livelihood")[at % 3],
            ("new", "expansion")[at % 2], f"新建厂房{at % 900 + 10}平方米，购置设备{at % 70 + 3}台", 2022 + at % 3,
            2025 + at % 3, (at % 9_000 + 1_000) * WAN, (at % 9_000 + 900) * WAN, divisions[at % len(divisions)],
            industries[at % len(industries)], f"基准公司{at % FIRMS:03d}（示例）",
        ]  # fmt: skip


WORDS = {
    "industry": "产业", "infrastructure": "基础设施", "livelihood": "民生", "new": "新建", "expansion": "扩建",
}  # fmt: skip


def as_offices_write(row: list[Any]) -> list[Any]:
    """The same row with words for choices and 万元 for amounts."""
    said = [WORDS.get(value, value) if isinstance(value, str) else value for value in row]
    said[7], said[8] = said[7] // WAN, said[8] // WAN
    return said


def book(head: Sequence[str], body: Iterator[list[Any]]) -> bytes:
    """A workbook of one sheet."""
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet("台账")
    sheet.append(list(head))
    for row in body:
        sheet.append(row)
    content = BytesIO()
    made.save(content)
    return content.getvalue()


@contextmanager
def undone() -> Iterator[None]:
    """Nothing of it stays, and nothing follows it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ours(data: bytes) -> None:
    """Plan and commit."""
    plan, batch = import_file(by=User.system(), kind="register", name="台账.xlsx", data=data, options={}, commit=True)
    assert batch is not None, plan.errors[:3]


def stock(data: bytes) -> None:
    """Load and import."""
    result = StockResource().import_data(XLSX().create_dataset(data), raise_errors=True)
    assert not result.has_errors()


def statements(data: bytes) -> int:
    """How many statements an import takes."""
    with undone(), CaptureQueriesContext(connection) as captured:
        ours(data)
    return len(captured)


def measure(size: int, rounds: int) -> list[Figure]:
    """Both with the same register, in turn, each undone."""
    Organisation.objects.bulk_create(
        Organisation(code=f"B{at:03d}", name=f"基准公司{at:03d}（示例）", kind="owner", provenance="demo")
        for at in range(FIRMS)
    )
    links = {
        "division": dict(Division.objects.values_list("name_zh", "pk")),
        "industry": dict(Industry.objects.values_list("name_zh", "pk")),
        "owner": dict(Organisation.objects.values_list("name", "pk")),
    }
    for row in rows(KNOWN):
        values = dict(zip(NAMES, row, strict=True))
        values |= {f"{name}_id": found[values.pop(name)] for name, found in links.items()}
        Project.objects.create(**{**values, "content": "旧内容", "provenance": "demo"})
    mine, few = (book(HEADERS, map(as_offices_write, rows(count))) for count in (size, FEW))
    theirs = book(NAMES, rows(size))
    _same(mine, theirs, size)
    times = Rounds()
    for _round in range(rounds):
        with undone(), times.timed(STOCK):
            stock(theirs)
        with undone(), times.timed(OURS):
            ours(mine)
    with undone():
        ours(mine)
        with times.timed(AFTER):
            refresh(list(Project.objects.values_list("pk", flat=True)))
    said = {"statements": statements(mine), "statements_1000_rows": statements(few)}
    assert said["statements"] == said["statements_1000_rows"], said
    return [times.figure(OURS, STOCK, LIMIT, **said, then_lights_seconds=round(times.seconds[AFTER][0], 2))]


def _same(mine: bytes, theirs: bytes, size: int) -> None:
    """Both bring the same facts."""
    found = []
    for work, data in ((ours, mine), (stock, theirs)):
        with undone():
            work(data)
            assert Project.objects.count() == size
            found.append(list(Project.objects.order_by("code").values_list(*NAMES)))
            assert work is stock or Change.objects.count() >= size
    assert found[0] == found[1]
