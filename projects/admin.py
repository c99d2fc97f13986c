"""The domain's rows in the administration site: shown to those who enter it and may see facts, never written there."""

from typing import Any

from django.contrib import admin

from portfolio.web.access import Act
from portfolio.web.administration import ReadOnlyAdmin
from projects import models


def show(
    model: type[Any], *columns: str, search: tuple[str, ...] = (), filters: tuple[str, ...] = (), **more: Any
) -> None:
    """Register a model with its list; rows of other tables come along with it."""
    related = tuple(name for name in columns if "_" not in name and name in _RELATIONS)
    attributes = {"list_display": columns, "search_fields": search, "list_filter": filters, **more}
    if related:
        attributes["list_select_related"] = related
    admin.site.register(model, type(f"{model.__name__}Admin", (ReadOnlyAdmin,), attributes))


_RELATIONS = frozenset({"project", "programme", "division", "industry", "step", "milestone", "person", "organisation"})

show(models.Division, "code", "name_zh", "name_en", "kind", search=("code", "name_zh"), filters=("kind",))
show(models.Industry, "code", "name_zh", "name_en", "position")
show(models.Organisation, "code", "name", "kind", "division", search=("code", "name"), filters=("kind", "provenance"))
show(models.Person, "code", "name", "title", "kind", search=("code", "name"), filters=("kind", "provenance"))
show(
    models.Project, "code", "name", "division", "industry", "provenance",
    search=("code", "name", "national_code"), filters=("provenance", "project_type", "division"),
)  # fmt: skip
show(models.Programme, "code", "name_zh", "year", "level", "is_tracked", filters=("year", "level"))
show(models.Listing, "programme", "project", "project_class", "joined_on", "left_on", search=("project__code",))
show(
    models.Assignment, "project", "kind", "person", "organisation", "valid_from", "valid_to", search=("project__code",)
)
show(models.PlanRevision, "project", "year", "revision", "amount", "approved_on", search=("project__code",))
show(models.ReportingPeriod, "period", "state", "due_on", "locked_at", "locked_by")
show(models.MonthlyReturn, "project", "period", "state", "state_on", search=("project__code",), filters=("state",))
show(models.Milestone, "project", "step", "planned_on", "forecast_on", "actual_on", search=("project__code",))
show(models.MilestoneStep, "code", "name_zh", "phase", "usual_workdays", "moves_to_workday")
show(models.Policy, "code", "edition", "name_zh", "effective_from", "is_local")
show(models.CalendarDay, "day", "is_workday", "name", filters=("is_workday",), date_hierarchy="day")
show(models.ImportBatch, "kind", "file_name", "uploaded_by", "uploaded_at")
show(
    models.Change, "seq", "at", "actor", "model", "key", "act",
    act=Act.VIEW_LEDGER, search=("key", "project", "actor"), filters=("act", "origin"), show_full_result_count=False,
)  # fmt: skip
