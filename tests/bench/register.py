"""The register page, fifty of the rows, as a browser asks for it: against the stock page, and against raw SQL.

The stock page is django-tables2 with its Bootstrap 5 template over a stock django-filter form: the same rows, columns
and formats through the same middleware, but nothing around them, while ours is the whole page.
"""

from collections.abc import Sequence
from datetime import date
from html import escape
from types import ModuleType
from typing import Any

import django_filters
import django_tables2
from django import urls
from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils.html import format_html
from django_tables2 import RequestConfig

from portfolio import clock
from portfolio.models import Role, User
from portfolio.urls import urlpatterns
from portfolio.web.access import Act
from portfolio.web.doors import opened_by
from portfolio.web.templatetags.badges import light
from projects.actions.standing import refresh
from projects.core.money import rate_percent
from projects.core.reasons import decode
from projects.models import Assignment, Division, Industry, LightChoice, Person, Programme, Project, Stage
from projects.queries.register import SEVERITY
from projects.tables.register import whole_wan
from projects.templatetags.figures import percent, points, yi
from tests.bench import dataset
from tests.bench.harness import Figure, Rounds

DAY = dataset.AS_OF
LEADERS = 20
OURS, FILTERED = "register page", "register page, filtered and sorted"
STOCK, RAW = "stock django-tables2 + django-filter", "raw SQL + f-strings"
LIMIT = 0.5
MOST_STATEMENTS = 4


class StockTable(django_tables2.Table):
    """The register's columns as django-tables2's manual writes them."""

    light = django_tables2.Column("亮灯", accessor="standing__light", empty_values=())
    name = django_tables2.Column("项目", linkify=lambda record: f"/projects/{record.code}/")
    division = django_tables2.Column("县区")
    industry = django_tables2.Column("产业链")
    stage = django_tables2.Column("阶段", accessor="standing__stage")
    total_investment = django_tables2.Column("总投资")
    plan = django_tables2.Column("年度计划投资", accessor="standing__plan")
    completed = django_tables2.Column("自年初累计完成投资", accessor="standing__completed")
    rate = django_tables2.Column("完成率", accessor="standing__rate")
    gap = django_tables2.Column("超/慢序时", accessor="standing__gap")
    overdue = django_tables2.Column("逾期节点", accessor="standing__overdue", empty_values=(None, 0))
    leader = django_tables2.Column("包保领导")

    class Meta:
        template_name = "django_tables2/bootstrap5.html"
        order_by = ("code",)

    def render_light(self, record: Project) -> Any:
        return light(record.standing.light)

    def render_name(self, value: str, record: Project) -> Any:
        return format_html('{}<span class="sub">{} {}</span>', value, record.code, record.get_provenance_display())

    def render_total_investment(self, value: int) -> str:
        return yi(value, 2)

    def render_plan(self, value: int) -> str:
        return whole_wan(value)

    def render_completed(self, value: int) -> str:
        return whole_wan(value)

    def render_rate(self, record: Project) -> str:
        return percent(rate_percent(record.standing.completed, record.standing.plan))

    def render_gap(self, record: Project) -> str:
        judged = record.standing.reasons.get("pace", {}).get("figures", {}).get("gap")
        return points(decode(judged) if judged else None)


class StockFilter(django_filters.FilterSet):
    """The register's filters as django-filter's manual writes them."""

    programme = django_filters.ModelChoiceFilter(
        field_name="listings__programme", queryset=Programme.objects.filter(is_tracked=True)
    )
    division = django_filters.ModelChoiceFilter(queryset=Division.objects.all())
    industry = django_filters.ModelChoiceFilter(queryset=Industry.objects.all())
    stage = django_filters.ChoiceFilter(field_name="standing__stage", choices=Stage.choices)
    light = django_filters.ChoiceFilter(field_name="standing__light", choices=LightChoice.choices)
    leader = django_filters.ModelChoiceFilter(
        field_name="assignments__person", queryset=Person.objects.filter(kind=Person.Kind.LEADER)
    )
    name = django_filters.CharFilter(lookup_expr="icontains")

    class Meta:
        model = Project
        fields: Sequence[str] = ()


@opened_by(Act.VIEW_PROJECTS)
def stock_page(request: HttpRequest) -> HttpResponse:
    """The table and the form, and nothing around them."""
    bar = StockFilter(request.GET, queryset=_rows())
    table = StockTable(bar.qs)
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    page = engines["django"].from_string(
        "{% load django_tables2 %}<form>{{ filter.form.as_p }}</form>{% render_table table %}"
    )
    return HttpResponse(page.render({"filter": bar, "table": table}, request))


def _rows() -> QuerySet[Project]:
    leader = Assignment.objects.known().filter(project=OuterRef("pk"), kind=Assignment.Kind.LEADER)
    return Project.objects.select_related("division", "industry", "parent", "standing").annotate(
        leader=Subquery(leader.order_by("-valid_from").values("person__name")[:1])
    )


def raw_page() -> str:
    """The same rows by hand: one count, one statement, one string."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM projects_project")
        (count,) = cursor.fetchone()
        cursor.execute(
            "SELECT p.code, p.name, p.provenance, d.name_zh, i.name_zh, s.stage, p.total_investment, s.plan, "
            "s.completed, s.light, s.gap, s.overdue, (SELECT n.name FROM projects_assignment a "
            "JOIN projects_person n ON n.id = a.person_id WHERE a.project_id = p.id AND a.kind = 'leader' "
            "AND a.known_from IS NOT NULL AND a.known_to IS NULL ORDER BY a.valid_from DESC LIMIT 1) "
            "FROM projects_project p LEFT JOIN projects_division d ON d.id = p.division_id "
            "LEFT JOIN projects_industry i ON i.id = p.industry_id "
            "LEFT JOIN projects_projectstanding s ON s.project_id = p.id ORDER BY CASE s.light "
            f"{' '.join(f'WHEN {chr(39)}{one}{chr(39)} THEN {at}' for at, one in enumerate(SEVERITY))} ELSE 3 END, "
            "p.code LIMIT 50"
        )
        body = "".join(_raw_row(row) for row in cursor)
    return f"<p>{count}</p><table>{body}</table>"


def _raw_row(row: tuple[Any, ...]) -> str:
    code, name, origin, unit, chain, stage, total, plan, completed, lit, gap, overdue, leader = row
    rate = f"{completed * 100 / plan:.1f}%" if plan and completed is not None else "—"
    return (
        f'<tr><td>{lit}</td><td><a href="/projects/{escape(code)}/">{escape(name)}</a> {escape(code)} {origin}</td>'
        f"<td>{escape(unit or '')}</td><td>{escape(chain or '')}</td><td>{stage}</td><td>{(total or 0) / 1e8:.2f}</td>"
        f"<td>{(plan or 0) // 10_000:,}</td><td>{(completed or 0) // 10_000:,}</td><td>{rate}</td>"
        f"<td>{(gap or 0) / 100:.1f}</td><td>{overdue}</td><td>{escape(leader or '')}</td></tr>"
    )


def measure(size: int, rounds: int) -> list[Figure]:
    """A portfolio of so many projects, an account of the office, and the three pages in turn."""
    dataset.build(size)
    _dress(size)
    refresh(as_of=DAY)
    addresses = ModuleType("tests.bench.addresses")
    addresses.urlpatterns = [urls.path("stock/", stock_page), *urlpatterns]  # type: ignore[attr-defined]
    with clock.set_to(DAY), override_settings(ROOT_URLCONF=addresses, ALLOWED_HOSTS=["testserver"]):
        client = Client()
        client.force_login(User.objects.create_user("bench", display_name="测算（示例）", role=Role.CITY_OFFICE))
        return _measure(client, rounds)


def _measure(client: Client, rounds: int) -> list[Figure]:
    filtered = "/projects/?programme=BENCH&light=red&leader=BENCH-1&sort=-rate"
    drawn = {address: _ask(client, address) for address in ("/projects/", "/stock/", filtered)}
    assert drawn["/projects/"].count("<tr") == drawn["/stock/"].count("<tr") == 51, "both show fifty rows and a header"
    assert raw_page().count("<tr") == 50
    statements = {address: _statements(client, address) for address in drawn}
    assert max(statements["/projects/"], statements[filtered]) <= MOST_STATEMENTS
    times = Rounds().run(
        [
            (OURS, lambda: _ask(client, "/projects/")),
            (STOCK, lambda: _ask(client, "/stock/")),
            (RAW, raw_page),
            (FILTERED, lambda: _ask(client, filtered)),
        ],
        rounds,
    )
    return [
        times.figure(
            OURS, STOCK, LIMIT, statements=statements["/projects/"], stock_statements=statements["/stock/"],
            bytes=len(drawn["/projects/"].encode()), stock_bytes=len(drawn["/stock/"].encode()),
        ),
        times.figure(FILTERED, STOCK, LIMIT, statements=statements[filtered]),
        times.figure(OURS, RAW),
        times.figure(STOCK, RAW),
    ]  # fmt: skip


def _ask(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, f"{address} answers {response.status_code}"
    return str(response.content.decode())


def _statements(client: Client, address: str) -> int:
    """How many beyond the reader's session and account."""
    with CaptureQueriesContext(connection) as captured:
        _ask(client, address)
    own = ("django_session", "portfolio_user", "SAVEPOINT", "BEGIN", "COMMIT")
    return sum(not any(word in one["sql"] for word in own) for one in captured)


def _dress(size: int) -> None:
    """What the dataset leaves out: a chain, and a leader with a name."""
    chains = list(Industry.objects.all())
    leaders = Person.objects.bulk_create(
        Person(code=f"BENCH-{at}", name=f"市领导{at:02d}（示例）", kind=Person.Kind.LEADER, provenance="demo")
        for at in range(LEADERS)
    )
    everyone = list(Project.objects.all())
    for at, project in enumerate(everyone):
        project.industry = chains[at % len(chains)] if at % 3 else None
    Project.objects.bulk_update(everyone, ["industry"], batch_size=500)
    Assignment.objects.bulk_create(
        Assignment(
            project=project, kind=Assignment.Kind.LEADER, person=leaders[at % LEADERS], valid_from=date(2023, 1, 1),
            known_from=1,
        )
        for at, project in enumerate(everyone)
    )  # fmt: skip
