"""What tests of returning workbooks share: read one, commit it, look at its plan."""

from projects.actions import imports
from projects.actions.return_import import read
from projects.actions.returns import ReturnEntry, ReturnFigures, save_draft

KEY, STONE = "T23-0001/2023-12", "T23-0001/D04"


def planned(user, data, **options):
    return read(data=data, name="曹县.xlsx", by=user, options=options)


def committed(user, data, *, whole=True, **options):
    """Received, shown and committed; gives the plan that was written."""
    batch = imports.receive(by=user, kind="returns", name="曹县.xlsx", data=data, options=options)
    imports.plan_batch(by=user, batch=batch)
    batch.refresh_from_db()
    return imports.commit_batch(by=user, batch=batch, whole=whole)


def difference(plan, key=KEY):
    return next(row for row in plan.differences if row.key == key)


def errors(plan):
    return [(item.cell, item.field) for item in plan.errors]


def entry(invested, **figures):
    return ReturnEntry(project="T23-0001", period="2023-12", figures=ReturnFigures(invested=invested, **figures))


def keep_draft(user, project, **values):
    """A draft on the web, as the form keeps it."""
    save_draft(by=user, project=project, period="2023-12", version=0, values=values)
