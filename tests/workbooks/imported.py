"""Feeds broken workbooks to an import as people would upload them, and looks at what became of the facts.

Each file is received, planned and committed, and then all of it is undone, so that every file meets the same world.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from unittest.mock import patch

from django.apps import apps
from django.db import transaction
from django.utils import translation

from portfolio import clock
from portfolio.models import User
from portfolio.refusals import Refusal
from projects.actions import imports
from projects.intake.plan import ImportPlan
from projects.intake.reader import Book, Unreadable, read_workbooks
from projects.models import Change, ColumnMemory, ImportBatch
from projects.queries.ledger import verify
from tests import factories as make
from tests.projects.return_books import drawn, filled
from tests.workbooks.mutate import mutation, mutation_of

ON = date(2024, 1, 5)
LANGUAGES = ("en", "zh-hans")
READERS = ("projects.intake.register.read_workbook", "projects.actions.return_import.read_workbook")
NO_FACTS = (ImportBatch, ColumnMemory)
SHORTEST = 8
"""Characters of the shortest sentence, which is Chinese."""


@dataclass(frozen=True, slots=True)
class Case:
    """An import of one kind by one person, and what makes its files from seeds."""

    kind: str
    by: User
    options: dict[str, Any]
    good: Sequence[tuple[str, bytes]] = ()

    def file(self, seed: int) -> tuple[str, bytes]:
        return mutation_of(seed, self.good) if self.good else mutation(seed)


def county() -> User:
    """A county with two projects that owe December; gives its clerk."""
    for year in (2023, 2024):
        make.CalendarYearFactory(year=year)
    make.DivisionFactory(caoxian=True)
    clerk: User = make.UserFactory(username="clerk", county_staff=True)
    for code, name in (("T23-0001", "试验一（示例）"), ("T23-0002", "试验二（示例）")):
        project = make.ProjectFactory(code=code, name=name)
        make.ListingFactory(project=project)
        make.PlanRevisionFactory(project=project)
        make.ReturnVersionFactory(project=project, period="2023-11", invested=9_000_000)
        milestone = make.MilestoneFactory(project=project)
        make.MilestoneRevisionFactory(milestone=milestone)
    make.ReportingPeriodFactory()
    return clerk


def world() -> tuple[Case, Case]:
    """The county, another one, a list, the office; and the two imports of them."""
    clerk = county()
    make.DivisionFactory(shanxian=True)
    make.ProgrammeFactory(code="P2024", year=2024)
    office = make.UserFactory(username="office")
    empty = drawn(clerk, ON)
    full = filled(empty, month=100, physical_percent=60, problem_kind="土地", problem_text="征地")
    full = filled(full, "T23-0002", month=50)
    dated = filled(full, step="D04", actual_on="2024-01-04")
    good = [("empty.xlsx", empty), ("full.xlsx", full), ("dated.xlsx", dated), ("full.xlsx", full)]
    return Case("register", office, {"year": 2024, "programme": "P2024"}), Case("returns", clerk, {}, good)


def outcomes(case: Case, seeds: range) -> Counter[str]:
    """What became of the files of these seeds. Raises AssertionError with the name of a file that did harm."""
    found: Counter[str] = Counter()
    files = [case.file(seed) for seed in seeds]
    with clock.set_to(ON):
        for seed, (name, data), book in zip(seeds, files, read_workbooks(files), strict=True):
            with translation.override(LANGUAGES[seed % 2]), transaction.atomic():
                try:
                    found[_outcome(case, name, data, book)] += 1
                except Exception as fault:  # any that comes up here is a crash: it is told with its file
                    raise AssertionError(f"{case.kind} {name}: {type(fault).__name__}: {fault}") from fault
                transaction.set_rollback(True)
    return found


def _outcome(case: Case, name: str, data: bytes, book: Book | Unreadable) -> str:
    before, position = facts(), Change.objects.count()
    with _read_already(book):
        try:
            batch = imports.receive(by=case.by, kind=case.kind, name="a.xlsx", data=data, options=case.options)
            plan = imports.plan_batch(by=case.by, batch=batch)
            _check_words([*plan.errors, *plan.warnings])
            assert facts() == before, "planning wrote"
            imports.commit_batch(by=case.by, batch=batch, whole=False, shown=plan.digest())
        except Refusal as refusal:
            said = str(refusal)
            assert len(said) >= SHORTEST and "%(" not in said, said
            assert facts() == before, "a refused file wrote"
            return "unreadable" if isinstance(book, Unreadable) else "refused"
        _check_written(case, batch, plan, position)
    return "committed"


def _check_written(case: Case, batch: ImportBatch, plan: ImportPlan, position: int) -> None:
    """All that was shown is in the change log, the chain holds, and the same rows have nothing more to change."""
    written = Change.objects.filter(seq__gt=position)
    assert written and {change.batch for change in written} == {f"import-{batch.pk}"}
    assert verify().broken_seq is None
    touched = {change.project for change in written}
    assert {row.project_code for row in plan.changes} <= touched, "not all that was shown was written"
    twin = ImportBatch.objects.create(
        kind=batch.kind, file_name=batch.file_name, size=batch.size, sha256=batch.sha256, options=batch.options,
        uploaded_by=case.by.username, uploaded_at=batch.uploaded_at, scope=batch.scope, target="once more",
    )  # fmt: skip
    left = imports.plan_batch(by=case.by, batch=twin).changes
    assert not {row.key for row in left} & {row.key for row in plan.changes}, [dict(row.fields) for row in left][:3]


def _check_words(findings: Sequence[Any]) -> None:
    for finding in findings:
        assert len(finding.message) >= 4 and "%(" not in finding.message + finding.suggestion, finding


def facts() -> dict[str, int]:
    """How many rows each table of facts has, the change log among them."""
    return {model.__name__: model._default_manager.count() for model in apps.get_app_config("projects").get_models()
            if model not in NO_FACTS}  # fmt: skip


@contextmanager
def _read_already(book: Book | Unreadable) -> Iterator[None]:
    """The child read it together with others; nobody starts another one."""

    def given(_data: bytes, _name: str) -> Book:
        if isinstance(book, Unreadable):
            raise book
        return book

    with patch(READERS[0], given), patch(READERS[1], given):
        yield
