"""A portfolio of any size, made inside the database by SQL that SQLite and PostgreSQL both read.

Twelve milestones and thirty-six months a project. Slips follow the demonstration's shares: 62 % on time, 18 % about
two working weeks, 12 % about seven and 8 % about sixteen weeks late; one project in eight lies behind pace.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from typing import Any

from django.db import DatabaseError, connection, models, transaction

from projects import models as projects

AS_OF = date(2024, 1, 12)
MONTHS = 36
STEPS = 12
YEARS = (2021, 2022, 2023)


def noise(seed: int, below: int, *parts: str) -> str:
    """An expression that looks random and is the same on every engine: 0 … below − 1, from whole-number columns."""
    mixed = " + ".join(f"{part} * {69069 + 12_820 * at}" for at, part in enumerate(parts))
    return f"((({mixed} + {seed * 7_654_321}) % 4294967296 / 4096 * 48271 + {seed}) % 2147483647 / 64 % {below})"


def day_after(start: date, days: str) -> str:
    """A date so many days after a fixed one."""
    if connection.vendor == "postgresql":
        return f"(DATE '{start}' + CAST({days} AS integer))"
    return f"date('{start}', CAST({days} AS text) || ' days')"


def fill(model: type[models.Model], source: str, /, **columns: str) -> None:
    """INSERT … SELECT: the columns named, and every other one its model's default."""
    values = dict(columns)
    for field in model._meta.concrete_fields:
        column = field.column
        if column in values or (field.primary_key and column == "id" and "id" not in columns):
            continue
        values[column] = _default(field)
    names = ", ".join(connection.ops.quote_name(name) for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(values.values())} {source}")


def _default(field: Any) -> str:
    value = field.get_default()
    if value is None:
        return "NULL"
    value = getattr(value, "value", value)
    if isinstance(value, bool):
        return ("true" if value else "false") if connection.vendor == "postgresql" else str(int(value))
    if isinstance(value, dict | list):
        return f"'{'[]' if isinstance(value, list) else '{}'}'"
    return str(value) if isinstance(value, int) else f"'{value}'"


def build(count: int, stuck: int = 4) -> None:
    """Fill an empty, migrated database that holds the reference data with `count` projects.

    `stuck` percent of all milestones are never reached: they decide how many alerts there are.
    """
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_number (i bigint PRIMARY KEY)")
        cursor.execute(
            "INSERT INTO bench_number WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
            "SELECT i FROM n",
            [max(count, MONTHS)],
        )
    with _unchecked(), _without_indexes(projects.Milestone, projects.MonthlyReturn, projects.ReturnVersion):
        _projects(count)
        _milestones(count, stuck)
        _plans(count)
        _returns(count)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


@contextmanager
def _unchecked() -> Iterator[None]:
    """Rows that are made here refer to rows that are made here: no foreign key is looked up, where one may say so."""
    off, on = {
        "postgresql": ("SET session_replication_role = replica", "SET session_replication_role = DEFAULT"),
        "sqlite": ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"),
    }[connection.vendor]
    with connection.cursor() as cursor:
        try:
            with transaction.atomic() if connection.vendor == "postgresql" else nullcontext():
                cursor.execute(off)
        except DatabaseError:  # for a superuser alone
            off = ""
        yield
        if off:
            cursor.execute(on)


@contextmanager
def _without_indexes(*tables: type[models.Model]) -> Iterator[None]:
    """Indexes are built at the end, which takes a fraction of the time."""
    found = {
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN "
        "(SELECT conname FROM pg_constraint)",
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL",
    }[connection.vendor]
    indexes: list[tuple[str, str]] = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(found, [table._meta.db_table])
            indexes += cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for _name, definition in indexes:
            cursor.execute(definition)


def _projects(count: int) -> None:
    division = projects.Division.objects.order_by("pk").values_list("pk", flat=True)
    units = list(division)
    low, number = min(units), len(units)
    fill(
        projects.Project,
        f"FROM bench_number WHERE i <= {count}",
        id="i",
        code=f"'B' || CAST({10_000_000} + i AS text)",
        name="'测算项目' || CAST(i AS text) || '（示例）'",
        provenance="'demo'",
        project_type="'industry'",
        funding="'private'",
        total_investment="500000000 + i % 9000 * 100000",
        division_id=f"{low} + i % {number}",
    )
    projects.Programme.objects.create(
        code="BENCH", name_zh="测算名单", year=2021, year_to=2024, level="other", provenance="demo", is_tracked=True
    )
    programme = projects.Programme.objects.get(code="BENCH").pk
    fill(
        projects.Listing,
        f"FROM bench_number WHERE i <= {count}",
        project_id="i",
        programme_id=str(programme),
        project_class="'implementation'",
        joined_on="'2021-01-01'",
        joined_as="'initial'",
        known_from="1",
    )


def _milestones(count: int, stuck: int) -> None:
    steps = list(projects.MilestoneStep.objects.order_by("code").values_list("pk", flat=True)[:STEPS])
    cases = " ".join(f"WHEN {at} THEN {step}" for at, step in enumerate(steps, 1))
    # Two years of starts, a step about every eighty days: two in three milestones have been due by the day.
    offset = f"{noise(1, 730, 'p.i')} + k.i * 80 - 60 + {noise(2, 40, 'p.i', 'k.i')}"
    luck = noise(3, 100, "p.i", "k.i")
    slip = f"CASE WHEN {luck} < 62 THEN 0 WHEN {luck} < 80 THEN 10 WHEN {luck} < 92 THEN 50 "
    slip += f"WHEN {luck} < {100 - stuck} THEN 110 ELSE 9999 END"
    planned, actual = day_after(date(2021, 1, 4), "planned"), day_after(date(2021, 1, 4), "planned + slip")
    fill(
        projects.Milestone,
        f"FROM (SELECT p.i AS p, k.i AS k, {offset} AS planned, {slip} AS slip FROM bench_number p, bench_number k "
        f"WHERE p.i <= {count} AND k.i <= {STEPS}) drawn",
        project_id="p",
        step_id=f"CASE k {cases} END",
        position="k",
        planned_on=planned,
        baseline_on=planned,
        due_on=planned,
        actual_on=f"CASE WHEN {actual} <= DATE('{AS_OF}') THEN {actual} END",
    )


def _plans(count: int) -> None:
    for year in YEARS:
        month = f"(1000000 + {noise(year, 20_000_000, 'i')})"
        fill(
            projects.PlanRevision,
            f"FROM bench_number WHERE i <= {count}",
            project_id="i",
            year=str(year),
            amount=f"12 * {month}",
            approved_on=f"'{year}-01-10'",
            known_from="1",
            **dict.fromkeys(projects.MONTHS, month),
        )


def _returns(count: int) -> None:
    for year in YEARS:
        span = f"FROM bench_number p, bench_number k WHERE p.i <= {count} AND k.i <= 12"
        period = f"'{year}-' || CASE WHEN k.i < 10 THEN '0' ELSE '' END || CAST(k.i AS text)"
        fill(
            projects.MonthlyReturn,
            f"{span} ORDER BY k.i, p.i",
            project_id="p.i",
            period=period,
            state="'accepted'",
            version="3",
        )
        # A month of a project that keeps pace is its twelfth of the plan; seven in eight keep pace or better.
        month = f"(1000000 + {noise(year, 20_000_000, 'r.project_id')})"
        share = f"CASE WHEN {noise(5, 8, 'r.project_id')} = 0 THEN 30 + {noise(6, 65, 'r.project_id')} "
        share += f"ELSE 95 + {noise(7, 40, 'r.project_id')} END"
        fill(
            projects.ReturnVersion,
            f"FROM {projects.MonthlyReturn._meta.db_table} r WHERE r.period >= '{year}-01' AND r.period <= '{year}-12' "
            "ORDER BY r.id",
            monthly_return_id="r.id",
            project_id="r.project_id",
            period="r.period",
            number="1",
            invested=f"{month} * CAST(substr(r.period, 6, 2) AS integer) * ({share}) / 100",
            submitted_by="'bench'",
            submitted_at="'2024-01-05 08:00:00+00'" if connection.vendor == "postgresql" else "'2024-01-05 08:00:00'",
            known_from="1",
        )


def change(one_in: int) -> int:
    """A day's work on every so many-th project, in the change log as actions leave it; gives how many projects.

    Its first open milestone is done, or its last one is taken back, and what December's return said is corrected.
    """
    chosen = f"project_id % {one_in} = 0"
    milestone, version, change_log, head = (
        model._meta.db_table
        for model in (projects.Milestone, projects.ReturnVersion, projects.Change, projects.LedgerHead)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {milestone} SET actual_on = CASE WHEN actual_on IS NULL THEN DATE('{AS_OF}') END WHERE id IN "
            f"(SELECT COALESCE(min(CASE WHEN actual_on IS NULL AND due_on < DATE('{AS_OF}') THEN id END), max(id)) "
            f"FROM {milestone} WHERE {chosen} GROUP BY project_id)"
        )
        cursor.execute(f"UPDATE {version} SET invested = invested * 9 / 10 WHERE {chosen} AND period = '2023-12'")
        cursor.execute(f"SELECT seq FROM {head}")
        (seq,) = cursor.fetchone()
    fill(
        projects.Change,
        f"FROM {projects.Project._meta.db_table} p WHERE p.id % {one_in} = 0",
        seq=f"{seq} + p.id / {one_in}",
        project="p.code",
        key="p.code",
        model="'project'",
        act="'update'",
        at=f"'{AS_OF}T09:00:00.000+08:00'",
        business_date=f"'{AS_OF}'",
        actor="'bench'",
        actor_name="'bench'",
        origin="'task'",
        batch="'bench'",
        changes="'{}'",
        hash_version="1",
        previous="''",
        leaf="''",
        hash="''",
    )
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {head} SET seq = (SELECT max(seq) FROM {change_log})")
        cursor.execute(f"SELECT count(*) FROM {change_log} WHERE seq > {seq}")
        return int(cursor.fetchone()[0])
