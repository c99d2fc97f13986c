"""The register's filter bar: list, class, unit, chain, stage, light, leader, text."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portfolio.web.filters import ChoiceFilter, FilterSet, TextFilter
from projects.models import LightChoice, Project, ProjectClass, Stage
from projects.queries import register
from projects.queries.register import Choices
from projects.queries.scope import in_division

NO_LIST = "none"


class RegisterFilter(FilterSet):
    """Filters narrow each other; `class` says which members of the chosen list are meant."""

    programme = ChoiceFilter(label=_("List"), method="on_list")
    project_class = ChoiceFilter(label=_("Class on the list"), choices=ProjectClass.choices, method="in_class")
    division = ChoiceFilter(label=_("County or zone"), method="in_division")
    chain = ChoiceFilter(label=_("Industry chain"), field_name="industry__code")
    stage = ChoiceFilter(label=_("Stage"), field_name="standing__stage", choices=Stage.choices)
    light = ChoiceFilter(label=_("Light"), choices=LightChoice.choices, method="with_light")
    leader = ChoiceFilter(label=_("Responsible city leader"), method="led_by")
    q = TextFilter(label=_("Name, code or project unit"), method="mentioning")

    def __init__(self, data: QueryDict, *args: Any, as_of: date, choices: Choices, **kwargs: Any) -> None:
        of_a_list = data.get("programme") not in (None, "", NO_LIST)
        if of_a_list and not data.get("project_class"):
            # A list is counted by its projects of class implementation, so that is what it means unless said.
            data = data.copy()
            data["project_class"] = ProjectClass.IMPLEMENTATION
        super().__init__(data, *args, **kwargs)
        self.as_of = as_of
        offered = {
            "programme": [*choices.programmes, (NO_LIST, _("On no list"))],
            "division": choices.divisions,
            "chain": choices.chains,
            "leader": choices.leaders,
        }
        for name, pairs in offered.items():
            self.filters[name].extra["choices"] = pairs
        if of_a_list:
            self.filters["project_class"].extra["empty_label"] = None

    def on_list(self, rows: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        """Members of a list on the day; of class implementation unless the other is asked for."""
        if value == NO_LIST:
            return rows.filter(register.on_no_list(self.as_of))
        wanted = self.form.cleaned_data.get("project_class") or ProjectClass.IMPLEMENTATION
        return rows.filter(register.member_of(value, wanted, self.as_of))

    def in_class(self, rows: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        """Of one class on any list; with a list chosen, `on_list` has asked for the class there."""
        if self.form.cleaned_data.get("programme"):
            return rows
        return rows.filter(register.member_of_any(value, self.as_of))

    def in_division(self, rows: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        """Projects of the unit, and those in which it holds a share."""
        return rows.filter(in_division(value))

    def with_light(self, rows: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        """By overall light; a project without a standing is not judged."""
        if value == LightChoice.NOT_JUDGED:
            return rows.exclude(standing__light__in=register.SEVERITY)
        return rows.filter(standing__light=value)

    def led_by(self, rows: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        """By responsible city leader on the day."""
        return rows.filter(register.answering(value, self.as_of))

    def mentioning(self, rows: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        """By text."""
        return rows.filter(register.mentions(value.strip())) if value.strip() else rows
