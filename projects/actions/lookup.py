"""Finds rows by their codes for actions that take batches; an unknown code is refused by name."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portfolio.refusals import Refusal

Row = TypeVar("Row", bound=models.Model)

# SQLite takes a limited number of parameters in one statement; beyond it the whole table is read.
MANY = 500


def of_these(projects: Mapping[str, models.Model]) -> models.Q:
    """Rows of some projects; of all where a statement that names them would be too long."""
    if len(projects) > MANY:
        return models.Q()
    return models.Q(project__in=[project.pk for project in projects.values()])


def by_code(model: type[Row], codes: Iterable[str]) -> dict[str, Row]:
    """Rows of a model by code, one statement. Raises Refusal that names the codes that do not exist."""
    wanted = {code for code in codes if code}
    rows: Any = model._default_manager.all()
    if len(wanted) <= MANY:
        rows = rows.filter(code__in=wanted)
    found = {row.code: row for row in rows}
    if missing := sorted(wanted - set(found)):
        raise Refusal(
            _("Unknown %(kind)s: %(codes)s") % {"kind": model._meta.verbose_name, "codes": ", ".join(missing[:10])}
        )
    return found
