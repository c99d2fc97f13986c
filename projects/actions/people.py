"""Keeps organisations and people, by code; a second loading of the same changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from portfolio.web.access import Act as Right
from portfolio.web.access import require
from projects.actions.bulk import add_rows
from projects.actions.lookup import by_code
from projects.actions.record import Batch, created, diff, ledger_batch
from projects.models import Act, Division, Organisation, Origin, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFacts:
    """A firm, department or office; its unit by code."""

    code: str
    name: str
    kind: str
    provenance: str
    credit_code: str = ""
    division: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """A leader, liaison officer, contact …; organisation, unit and the leader served by code."""

    code: str
    name: str
    kind: str
    provenance: str
    title: str = ""
    organisation: str = ""
    division: str = ""
    serves: str = ""
    email: str = ""


def keep_organisations(*, by: Any, rows: Sequence[OrganisationFacts], origin: str = Origin.WEB) -> None:
    """Create or change organisations."""
    require(by, Right.MANAGE_LISTS)
    links = {"division": by_code(Division, (row.division for row in rows))}
    with ledger_batch(by=by, origin=origin) as book:
        _keep(book, Organisation, rows, links)


def keep_people(*, by: Any, rows: Sequence[PersonFacts], origin: str = Origin.WEB) -> None:
    """Create or change people; those who are served before those who serve them."""
    require(by, Right.MANAGE_LISTS)
    links: dict[str, Any] = {
        "division": by_code(Division, (row.division for row in rows)),
        "organisation": by_code(Organisation, (row.organisation for row in rows)),
    }
    with ledger_batch(by=by, origin=origin) as book:
        for serving in (False, True):
            batch = [row for row in rows if bool(row.serves) == serving]
            links["serves"] = by_code(Person, (row.serves for row in batch))
            _keep(book, Person, batch, links)


def _keep(book: Batch, model: Any, rows: Sequence[Any], links: dict[str, dict[str, Any]]) -> None:
    codes = {row.code for row in rows}
    existing = {row.code: row for row in model.objects.all() if row.code in codes}
    new = []
    for row in rows:
        values = {item.name: getattr(row, item.name) for item in fields(row)}
        values |= {name: found.get(values[name]) for name, found in links.items()}
        old = existing.get(row.code)
        if old is None:
            new.append(model(**values))
            book.add(model._meta.model_name, Act.CREATE, created(values), key=row.code)
        elif changes := diff(old, values):
            for field, (_before, value) in changes.items():
                setattr(old, field, value)
            old.save(update_fields=list(changes))
            book.add(old, Act.UPDATE, changes)
    add_rows(new)
