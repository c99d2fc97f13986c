"""The project register as screens and workbooks read it: one statement for a page of it. Amounts are yuan."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, Substr
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from projects.models import (
    Assignment,
    Division,
    Industry,
    LightChoice,
    Listing,
    Person,
    PlanRevision,
    Programme,
    Project,
    ProjectAlias,
    ReturnVersion,
)
from projects.queries.figures import tracked
from projects.queries.restated import restates
from projects.queries.scope import led_by
from projects.queries.standings import holds_to

SEVERITY = (LightChoice.RED, LightChoice.YELLOW, LightChoice.GREEN)

COLUMNS = (
    "pk", "code", "name", "provenance", "package", "unit", "unit_code", "chain", "chain_place", "stage",
    "total_investment", "plan", "completed", "rate", "gap", "judged_gap", "light", "severity", "overdue",
    "leader", "own", "as_of", "period", "restated",
)  # fmt: skip
"""What a row of the register holds: names in the reader's language, amounts in yuan. `rate` and `gap` are rounded to
hundredths and only for sorting; what is printed comes from the amounts and from `judged_gap`, the exact figure as
reasons keep it.

`severity` orders lights from red (0) to not judged (3); `package` is the project that this one is a part of; `own` is
true where the reader is the responsible leader, or their liaison officer; `restated` where a month that `completed`
rests on was corrected after its lock.
"""


def register_rows(
    projects: QuerySet[Project], as_of: date, person: str = "", plans_of: int | None = None
) -> QuerySet[Any, Any]:
    """The register's row of each project, as named tuples: a page of them costs a third of as many model instances.

    `plans_of`: a year that was not judged yet, whose plans are wanted; then nothing is completed. None: as judged.
    To be asked last, after filtering, so that a count of the projects needs none of these joins.
    """
    leader = (
        Assignment.objects.known()
        .filter(project=OuterRef("pk"), kind=Assignment.Kind.LEADER, valid_from__lte=as_of)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=as_of))
        .order_by("-valid_from")
        .values("person__name")[:1]
    )
    severity = Case(
        *(When(standing__light=light, then=Value(rank)) for rank, light in enumerate(SEVERITY)),
        default=Value(len(SEVERITY)),
        output_field=IntegerField(),
    )
    measures = {name: F(f"standing__{name}") for name in ("plan", "completed", "rate", "gap")}
    measures["judged_gap"] = F("standing__reasons__pace__figures__gap")
    if plans_of:
        measures = dict.fromkeys(measures, Value(None, output_field=BigIntegerField())) | {
            "plan": _plan(plans_of, as_of)
        }
    return projects.annotate(
        package=F("parent__name"),
        unit=name_of("division"),
        unit_code=F("division__code"),
        chain=name_of("industry"),
        chain_place=F("industry__position"),
        severity=severity,
        own=Case(When(led_by(person, as_of), then=True), default=False) if person else Value(False),
        leader=Subquery(leader),
        as_of=holds_to(),
        restated=Value(False) if plans_of else _restated(),
        **{name: F(f"standing__{name}") for name in ("light", "stage", "overdue", "period")},
        **measures,
    ).values_list(*COLUMNS, named=True)


def _restated() -> Any:
    """Whether a month of the judged year was corrected after its lock, for the project or a part of it."""
    year = Concat(Substr(OuterRef("standing__period"), 1, 4), Value("-01"))
    rows = ReturnVersion.objects.filter(
        restates(), period__gte=year, period__lte=OuterRef("standing__period")
    ).order_by()
    return Exists(rows.filter(project=OuterRef("pk"))) | Exists(rows.filter(project__parent=OuterRef("pk")))


def _plan(year: int, as_of: date) -> Any:
    """The year's plan in force on a day: the project's own, or that of a package's parts together."""
    plans = PlanRevision.objects.known().filter(year=year, approved_on__lte=as_of).order_by()
    later = plans.filter(project=OuterRef("project"), revision__gt=OuterRef("revision"))
    in_force = plans.filter(~Exists(later))
    parts = in_force.filter(project__parent=OuterRef("pk")).values("project__parent").annotate(total=Sum("amount"))
    own = in_force.filter(project=OuterRef("pk")).values("amount")
    return Coalesce(Subquery(own[:1]), Subquery(parts.values("total")))


def name_of(relation: str) -> Any:
    """A bilingual row's name in the reader's language, as its own `name` has it."""
    if (get_language() or "").startswith("zh"):
        return F(f"{relation}__name_zh")
    return Case(When(**{f"{relation}__name_en": ""}, then=F(f"{relation}__name_zh")), default=F(f"{relation}__name_en"))


_EVERY = "all-"


def every_list(year: int) -> str:
    """What the list filter calls the tracked lists of a year together: all-2023."""
    return f"{_EVERY}{year}"


def member_of(programme: str, project_class: str, as_of: date) -> Q:
    """Projects that stand on a list on a day, in one class; `every_list` names the lists of a year together."""
    spells = (
        Listing.objects.known()
        .filter(project_class=project_class, joined_on__lte=as_of)
        .filter(Q(left_on__isnull=True) | Q(left_on__gt=as_of))
    )
    year = programme.removeprefix(_EVERY)
    if programme.startswith(_EVERY) and year.isdecimal():
        spells = spells.filter(programme__in=tracked(int(year)))
    else:
        spells = spells.filter(programme__code=programme)
    return Q(pk__in=spells.values("project"))


def member_of_any(project_class: str, as_of: date) -> Q:
    """Projects that stand on any tracked list on a day, in one class."""
    spells = (
        Listing.objects.known()
        .filter(programme__is_tracked=True, project_class=project_class, joined_on__lte=as_of)
        .filter(Q(left_on__isnull=True) | Q(left_on__gt=as_of))
    )
    return Q(pk__in=spells.values("project"))


def on_no_list(as_of: date) -> Q:
    """Projects that stand on no list on a day: published mentions, and those that were withdrawn."""
    spells = Listing.objects.known().filter(joined_on__lte=as_of).filter(Q(left_on__isnull=True) | Q(left_on__gt=as_of))
    return ~Q(pk__in=spells.values("project"))


def answering(person_code: str, as_of: date) -> Q:
    """Projects for which a city leader answers on a day."""
    assigned = (
        Assignment.objects.known()
        .filter(kind=Assignment.Kind.LEADER, person__code=person_code, valid_from__lte=as_of)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=as_of))
    )
    return Q(pk__in=assigned.values("project"))


def mentions(text: str) -> Q:
    """Projects whose name, code, former name or unit's name contains the text."""
    other_names = ProjectAlias.objects.filter(name__icontains=text)
    return (
        Q(name__icontains=text)
        | Q(code__icontains=text)
        | Q(national_code__icontains=text)
        | Q(owner__name__icontains=text)
        | Q(pk__in=other_names.values("project"))
    )


@dataclass(slots=True)
class Choices:
    """What the register's filter bar offers, as (code, name) pairs in the reader's language; `years` of the lists."""

    years: dict[str, int] = field(default_factory=dict)
    programmes: list[tuple[str, str]] = field(default_factory=list)
    divisions: list[tuple[str, str]] = field(default_factory=list)
    chains: list[tuple[str, str]] = field(default_factory=list)
    leaders: list[tuple[str, str]] = field(default_factory=list)


def choices() -> Choices:
    """Tracked lists, units, chains and city leaders, all in one statement."""
    parts: Sequence[tuple[int, QuerySet[Any], str, str]] = (
        (0, Programme.objects.filter(is_tracked=True), "year", "name_en"),
        (1, Division.objects.exclude(kind=Division.Kind.HISTORICAL), "pk", "name_en"),
        (2, Industry.objects.all(), "position", "name_en"),
    )
    rows = [
        part.order_by().annotate(group=_number(kind)).values_list("group", place, "code", "name_zh", english)
        for kind, part, place, english in parts
    ]
    leaders = Person.objects.filter(kind=Person.Kind.LEADER).order_by().annotate(group=_number(3))
    every = rows[0].union(*rows[1:], leaders.values_list("group", "pk", "code", "name", "name"), all=True)
    found = Choices()
    years: list[int] = []
    lists = (found.programmes, found.divisions, found.chains, found.leaders)
    chinese = (get_language() or "").startswith("zh")
    # Counties go by code, never by pinyin: 单县 would be read wrongly.
    for kind, place, code, name_zh, name_en in sorted(every, key=lambda row: (row[0], row[2] * (row[0] == 1), row[1])):
        name = name_zh if chinese or not name_en else name_en
        lists[kind].append((code, _("%(year)s %(name)s") % {"year": place, "name": name} if kind == 0 else name))
        found.years |= {code: int(place)} if kind == 0 else {}
        years.extend([int(place)] if kind == 0 else [])
    for year in sorted({year for year in years if years.count(year) > 1}):
        found.programmes.insert(years.index(year), (every_list(year), _("All lists of %(year)s") % {"year": year}))
        found.years[every_list(year)] = year
        years.insert(years.index(year), year)
    return found


def _number(value: int) -> Value:
    return Value(value, output_field=IntegerField())
