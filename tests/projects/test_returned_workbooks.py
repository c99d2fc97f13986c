"""Every return workbook that came back is taken as it should be, or its fault is named: cell, field and words."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.utils import translation

from portfolio import clock
from projects.actions import imports
from projects.actions.return_import import read_before
from projects.intake.plan import ImportPlan
from projects.intake.unreadable import Unreadable
from projects.models import Change, ImportBatch, ReportingPeriod
from tests import factories as make
from tests.projects.return_books import changed, drawn
from tests.reports.office_program import OfficeProgram
from tests.workbooks import returned
from tests.workbooks.imported import ON, county

pytestmark = pytest.mark.django_db
LANGUAGES = {"en": "english", "zh-hans": "chinese"}


@pytest.fixture
def clerk():
    with clock.set_to(ON):
        yield county()


def come_back(clerk: Any, book: bytes, cases: Mapping[str, Any], language: str) -> dict[str, ImportPlan | str]:
    """The plan of each, or the sentence with which it is refused; nothing of any is written."""
    found: dict[str, ImportPlan | str] = {}
    before = Change.objects.count()
    files = [(f"{name}.xlsx", changed(book, case.change)) for name, case in cases.items()]
    with translation.override(language), read_before(files):
        for name, data in files:
            batch = imports.receive(by=clerk, kind="returns", name=name, data=data)
            try:
                found[name.removesuffix(".xlsx")] = imports.plan_batch(by=clerk, batch=batch)
            except Unreadable as refusal:
                found[name.removesuffix(".xlsx")] = str(refusal)
    assert Change.objects.count() == before
    return found


def test_what_can_be_taken_is_taken_as_it_is_meant(clerk):
    found = come_back(clerk, drawn(clerk, ON), returned.PASSES, "zh-hans")

    for name, case in returned.PASSES.items():
        plan = found[name]
        assert isinstance(plan, ImportPlan) and plan.errors == [], (name, plan)
        assert {row.key: dict(row.fields) for row in plan.changes} == case.fields, name
        assert tuple((one.cell, one.field) for one in plan.warnings) == case.warnings, name
        assert plan.counts()["unchanged"] == case.unchanged, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_wrong_is_named_with_its_cell_and_in_words(clerk, language):
    book = drawn(clerk, ON)
    make.ListingFactory(project=make.ProjectFactory(code="T23-0009"))

    found = come_back(clerk, book, returned.FAILS, language)

    said = {
        name: [(one.sheet, one.cell, one.field, one.message) for one in plan.errors] for name, plan in found.items()
    }
    assert said == {
        name: [(case.sheet, case.cell, case.field, getattr(case, LANGUAGES[language]))]
        for name, case in returned.FAILS.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_taken_at_all_is_a_sentence_and_stays_refused(clerk, language):
    found = come_back(clerk, drawn(clerk, ON), returned.REFUSED, language)

    assert found == {name: getattr(case, LANGUAGES[language]) for name, case in returned.REFUSED.items()}
    assert set(ImportBatch.objects.values_list("state", flat=True)) == {"refused"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_month_that_is_locked_or_not_open_takes_nothing(clerk, language):
    book = changed(drawn(clerk, ON), returned.LOCKED.change)
    ReportingPeriod.objects.update(state="locked", locked_at="2024-01-05T00:00:00+08:00", locked_position=0)
    words = LANGUAGES[language]

    assert refusal_of(clerk, book, language) == getattr(returned.LOCKED, words)
    ReportingPeriod.objects.all().delete()
    ImportBatch.objects.all().delete()
    assert refusal_of(clerk, book, language) == getattr(returned.OTHER_MONTH, words)


def refusal_of(clerk: Any, data: bytes, language: str) -> str:
    with translation.override(language), pytest.raises(Unreadable) as refused:
        imports.plan_batch(by=clerk, batch=imports.receive(by=clerk, kind="returns", name="a.xlsx", data=data))
    return str(refused.value)


@pytest.mark.libreoffice
def test_saved_by_libreoffice_it_says_what_it_said(clerk, tmp_path):
    program, empty = OfficeProgram(tmp_path), drawn(clerk, ON)
    full = changed(empty, returned.typed(month=100))

    for book, changes in ((empty, {}), (full, {returned.KEY: {"invested": (None, 10_000_000)}})):
        batch = imports.receive(by=clerk, kind="returns", name="a.xlsx", data=program.saved(book))
        plan = imports.plan_batch(by=clerk, batch=batch)
        assert plan.errors == [] and {row.key: dict(row.fields) for row in plan.changes} == changes
