"""The register's filter bar: list, class, unit, chain, stage, light, leader, text."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
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
    project_class = ChoiceFilter(
        label=_("Class"), choices=[(ProjectClass.PREPARATORY, _("Preparatory"))], empty_label=_("Implementation"),
        method="as_it_is",
    )  # fmt: skip
    division = ChoiceFilter(label=_("County or zone"), method="in_division")
    chain = ChoiceFilter(label=_("Industry chain"), field_name="industry__code")
    stage = ChoiceFilter(label=_("Stage"), field_name="standing__stage", choices=Stage.choices)
    light = ChoiceFilter(label=_("Light"), choices=LightChoice.choices, method="with_light")
    leader = ChoiceFilter(label=_("Responsible city leader"), method="led_by")
    q = TextFilter(label=_("Name, code or project unit"), method="mentioning")

    def __init__(self, *args: Any, as_of: date, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of
        offered = {
            "programme": [*choices.programmes, (NO_LIST, _("On no list"))],
            "division": choices.divisions,
            "chain": choices.chains,
            "leader": choices.leaders,
        }
        for name, pairs in offered.items():
            self.filters[name].extra["choices"] = pairs

    def on_list(self, rows: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        """Members of a list on the day; of class implementation unless the other is asked for."""
        if value == NO_LIST:
            return rows.filter(register.on_no_list(self.as_of))
        wanted = self.form.cleaned_data.get("project_class") or ProjectClass.IMPLEMENTATION
        return rows.filter(register.member_of(value, wanted, self.as_of))

    def as_it_is(self, rows: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        """The class alone filters nothing: it belongs to the list."""
        return rows

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
