"""What the register says now, read in a constant number of statements, and how a row of a file finds its project."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from projects.core.periods import Period
from projects.intake.register_names import plain
from projects.models import Assignment, Listing, OpeningFigure, Project, ProjectAlias, Provenance
from projects.queries.figures import figures
from projects.queries.rewound import columns_then
from projects.queries.scope import visible_to

COLUMNS: Final = (
    "code", "name", "national_code", "project_type", "industry", "nature", "carried_over", "approval_kind", "funding",
    "owner", "content", "start_year", "end_year", "total_investment", "approved_estimate", "division",
)  # fmt: skip
"""The project's own fields that a register brings; other rows by their codes."""
_LINKED: Final = {"industry": "industry__code", "owner": "owner__code", "division": "division__code"}
_DIGITS: Final = frozenset("0123456789一二三四五六七八九十")
_RAREST: Final = 4
_ALIKE: Final = 0.72
_CONTAINED: Final = 6
_OFFERS: Final = 3


@dataclass(slots=True)
class Known:
    """One project as the register has it. `values` by COLUMNS; `mine`: whether the person sees it."""

    pk: int
    version: int
    is_package: bool
    values: dict[str, Any]
    mine: bool = True

    @property
    def code(self) -> str:
        """Its code."""
        return str(self.values["code"])

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.values["name"])


@dataclass(slots=True)
class Published:
    """Projects that are known from public sources alone, which no import changes: code and name by what tells them."""

    by_code: dict[str, tuple[str, str]] = field(default_factory=dict)
    by_national: dict[str, tuple[str, str]] = field(default_factory=dict)
    by_name: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, code: str, name: str, national: str) -> None:
        """One of them."""
        self.by_code[code] = self.by_name[plain(name)] = (code, name)
        if national:
            self.by_national[national] = (code, name)


@dataclass(slots=True)
class Facts:
    """Projects and what else a register's rows are compared with. Amounts are yuan."""

    projects: dict[str, Known] = field(default_factory=dict)
    by_name: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_alias: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_national: dict[str, str] = field(default_factory=dict)
    plans: dict[str, int] = field(default_factory=dict)
    plan_months: dict[str, list[int]] = field(default_factory=dict)
    openings: dict[str, int] = field(default_factory=dict)
    listed: dict[str, str] = field(default_factory=dict)
    """Class on the list by project code."""
    left: dict[str, tuple[date, str]] = field(default_factory=dict)
    """Since when projects that stood on the list stand on it no more, and in which class they stood."""
    published: Published = field(default_factory=lambda: Published())
    answering: dict[tuple[str, str], str] = field(default_factory=dict)
    """Who answers: (project code, leader or responsible) → code."""
    drawn_at: int | None = None
    """The ledger position that the file says it was made at, if it is one of ours."""
    then: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What changed since, as it stood then: project code → column → value; the year's plan as “plan”."""

    def stood(self, code: str, name: str, now: Any) -> tuple[Any, bool]:
        """What a field said when the file was made, and whether it changed since."""
        changed = self.then.get(code, {})
        return changed.get(name, now), name in changed


def load_facts(*, by: Any, year: int | None, programme: str, as_of: date) -> Facts:
    """Everything that rows are compared with; a dozen statements, whatever their number."""
    facts = Facts()
    codes = _load_projects(facts)
    if not getattr(by, "is_system", False):
        mine = set(visible_to(by).order_by().values_list("pk", flat=True))
        for known in facts.projects.values():
            known.mine = known.pk in mine
    for project, name in ProjectAlias.objects.order_by().values_list("project_id", "name"):
        if project in codes:
            facts.by_alias[plain(name)].add(codes[project])
    if year is not None:
        _load_year(facts, codes, year)
    if programme:
        _load_list(facts, codes, programme)
    _load_answering(facts, codes, as_of)
    return facts


def _load_projects(facts: Facts) -> dict[int, str]:
    """Every project; gives codes by primary key, without those that are known from public sources alone."""
    codes: dict[int, str] = {}
    names = [_LINKED.get(name, name) for name in COLUMNS]
    everything = Project.objects.order_by().values_list("provenance", "pk", "version", "is_package", *names)
    for provenance, pk, version, is_package, *values in everything:
        known = Known(pk, version, is_package, dict(zip(COLUMNS, values, strict=True)))
        if provenance == Provenance.PUBLISHED:
            facts.published.add(known.code, known.name, known.values["national_code"])
            continue
        codes[pk] = known.code
        facts.projects[known.code] = known
        facts.by_name[plain(known.name)].add(known.code)
        if known.values["national_code"]:
            facts.by_national[known.values["national_code"]] = known.code
    return codes


def _load_list(facts: Facts, codes: Mapping[int, str], programme: str) -> None:
    """What stands on a list, and since when what stood on it does so no more."""
    spells = Listing.objects.known().filter(programme__code=programme).order_by()
    for project, kind, left_on in spells.values_list("project_id", "project_class", "left_on"):
        code = codes.get(project, "")
        if left_on is None:
            facts.listed[code] = kind
        else:
            facts.left[code] = max((left_on, kind), facts.left.get(code, (left_on, kind)))


def rewind(facts: Facts, position: int, year: int | None) -> None:
    """Read what the facts were when the file was made. Three statements and those of one reading of figures."""
    facts.drawn_at = position
    for code, columns in columns_then(position).items():
        facts.then.setdefault(code, {}).update(columns)
    if year is None:
        return
    codes = {known.pk: code for code, known in facts.projects.items()}
    plans = {codes[pk]: row.plan for pk, row in figures(Period(year, 12), position).items() if pk in codes}
    for code in facts.projects:
        if plans.get(code) != facts.plans.get(code):
            facts.then.setdefault(code, {})["plan"] = plans.get(code)


def _load_year(facts: Facts, codes: Mapping[int, str], year: int) -> None:
    for pk, row in figures(Period(year, 12)).items():
        if row.plan is not None and pk in codes:
            facts.plans[codes[pk]], facts.plan_months[codes[pk]] = row.plan, list(row.plan_months)
    openings = OpeningFigure.objects.known().filter(year=year).order_by()
    for project, amount in openings.values_list("project_id", "amount"):
        if project in codes:
            facts.openings[codes[project]] = amount


def _load_answering(facts: Facts, codes: Mapping[int, str], as_of: date) -> None:
    kinds = {Assignment.Kind.LEADER: "leader", Assignment.Kind.UNIT: "responsible"}
    places = Assignment.objects.known().filter(kind__in=list(kinds), valid_to__isnull=True, valid_from__lte=as_of)
    columns = ("project_id", "kind", "person__code", "organisation__code")
    for project, kind, person, organisation in places.order_by("valid_from", "pk").values_list(*columns):
        if project in codes:
            facts.answering[codes[project], kinds[Assignment.Kind(kind)]] = person or organisation


class Alike:
    """Finds projects whose names are nearly a text. Names that differ in a number are never alike: 一期 is not 二期."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._names: list[tuple[str, str, frozenset[str]]] = []
        self._having: dict[tuple[str, str], list[int]] = defaultdict(list)
        for called in (facts.by_name, facts.by_alias):
            for name, codes in called.items():
                for code in codes:
                    if facts.projects[code].mine:
                        self._add(name, code)

    def _add(self, name: str, code: str) -> None:
        pairs = _pairs(_bare(name))
        number = _number(name)
        for pair in pairs:
            self._having[number, pair].append(len(self._names))
        self._names.append((_bare(name), code, pairs))

    def offers(self, text: str) -> list[str]:
        """The codes of the projects that a name may mean, the likeliest first."""
        name = _bare(plain(text))
        pairs = _pairs(name)
        number = _number(name)
        having = sorted((self._having.get((number, pair), []) for pair in pairs), key=len)
        near = {place for places in [one for one in having if one][:_RAREST] for place in places}
        scored: dict[str, float] = {}
        for place in near:
            other, code, others = self._names[place]
            score = 2 * len(pairs & others) / (len(pairs) + len(others) or 1)
            if min(len(name), len(other)) >= _CONTAINED and (name in other or other in name):
                score = max(score, _ALIKE)
            if score >= _ALIKE:
                scored[code] = max(score, scored.get(code, 0))
        return sorted(scored, key=lambda code: (-scored[code], code))[:_OFFERS]


def _bare(name: str) -> str:
    """A compared name without the words that nearly every name ends in."""
    for ending in ("(示例)", "建设项目", "项目", "工程", "建设"):
        name = name.removesuffix(ending)
    return name


def _pairs(name: str) -> frozenset[str]:
    return frozenset(name[at : at + 2] for at in range(len(name) - 1)) or frozenset({name})


def _number(name: str) -> str:
    return "".join(sign for sign in name if sign in _DIGITS)
