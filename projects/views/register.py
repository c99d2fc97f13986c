"""/projects/ – the project register."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property

from portfolio import clock
from portfolio.models import Role
from portfolio.web.access import Act, may
from portfolio.web.doors import opened_by
from portfolio.web.screens import ListScreen
from projects.core.periods import Period
from projects.filters.register import RegisterFilter
from projects.models import Project
from projects.queries.register import Choices, choices, register_rows
from projects.queries.scope import visible_to, without_scope
from projects.tables.register import RegisterTable


@opened_by(Act.VIEW_PROJECTS)
class Register(ListScreen):
    """Every project that the reader may see; a filter makes it a list's, a county's, a leader's."""

    template_name = "projects/register.html"
    table_class = RegisterTable
    filterset_class = RegisterFilter

    def get_queryset(self) -> QuerySet[Project]:
        return visible_to(self.request.user)

    def get_rows(self, rows: QuerySet[Project]) -> QuerySet[Any, Any]:
        return register_rows(rows, clock.today(), self._person, self._unjudged_year)

    @cached_property
    def _choices(self) -> Choices:
        return choices()

    @property
    def _unjudged_year(self) -> int | None:
        """The year of the list that is asked for, where it has begun but no month of it was judged yet."""
        year = self._choices.years.get(self.request.GET.get("programme", ""))
        return year if year and year > Period.last_ended(clock.today()).year else None

    @property
    def _person(self) -> str:
        """A leader's or liaison officer's own code: their projects come first."""
        user: Any = self.request.user
        return user.person if user.role in (Role.LEADER, Role.LIAISON) else ""

    def get_filter_kwargs(self) -> dict[str, Any]:
        return {"as_of": clock.today(), "choices": self._choices}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = [row.record for row in context["table"].paginated_rows]
        context["no_scope"] = "" if rows else without_scope(self.request.user)
        context["own"] = self._person if getattr(self.request.user, "role", "") == Role.LEADER else ""
        context["unjudged_year"] = self._unjudged_year
        context["may_adjust"] = may(self.request.user, Act.MANAGE_LISTS)
        context["judged"] = next((row for row in rows if row.as_of), None)
        return context
