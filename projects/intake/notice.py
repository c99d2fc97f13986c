"""The lines of a mid-year adjustment notice (调整通知): which project each means, and what becomes of its place.

Typed on the page or read from a workbook, they are checked alike and all at once. Near names are offered, never taken.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from projects.intake.book import Book, Sheet, address
from projects.intake.plan import Difference, Finding, ImportPlan
from projects.intake.plan import Kind as Becomes
from projects.intake.reader import read_workbook
from projects.intake.register_facts import Alike, Facts, load_facts
from projects.intake.register_names import plain
from projects.intake.values import as_text
from projects.models import Listing, Programme, Project, ProjectClass

KIND: Final = "adjustment"
IMPLEMENTATION, PREPARATORY = str(ProjectClass.IMPLEMENTATION), str(ProjectClass.PREPARATORY)

EFFECTS: Final[Mapping[str, tuple[str, str]]] = {
    "added_implementation": ("", IMPLEMENTATION),
    "added_preparatory": ("", PREPARATORY),
    "promoted": (PREPARATORY, IMPLEMENTATION),
    "demoted": (IMPLEMENTATION, PREPARATORY),
    "withdrawn": ("*", ""),
}
"""The class in which a project has to stand for each kind of adjustment, and the one in which it stands afterwards."""

NAME_HEADERS: Final = ("项目名称", "名称", "项目", "project", "projectname", "name")
CODE_HEADERS: Final = ("项目编码", "项目代码", "编码", "代码", "code", "projectcode")
KIND_HEADERS: Final = ("调整类型", "调整类别", "调整情况", "调整方式", "类型", "类别", "kind", "adjustment")
OUT: Final = ("退出", "撤销", "调出", "移出", "取消", "剔除", "withdraw")
IN: Final = ("增补", "增加", "新增", "调入", "增列", "补充", "added")
SUMS: Final = ("合计", "小计", "总计", "共计")
HEADER_ROWS: Final = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what was written for project, code and kind, and where. `kind` is a key of EFFECTS or ""."""

    project: str
    kind: str
    code: str = ""
    where: tuple[str, int] = ("", 0)
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Placed:
    """A line understood: the project, its class before and after; or why not, at which field, and what may be meant."""

    line: Line
    code: str = ""
    name: str = ""
    before: str = ""
    after: str = ""
    problem: str = ""
    field: str = ""
    suggestion: str = ""
    offers: tuple[tuple[str, str], ...] = ()


def kind_of(text: str) -> str:
    """The kind of adjustment that a heading or a cell names, "" for none: 准备类转实施类, （五）退出项目."""
    said = unicodedata.normalize("NFKC", text).replace("储备", "准备").strip().lower()
    if said in EFFECTS:
        return said
    if any(word in said for word in OUT):
        return "withdrawn"
    first, second = said.find("准备"), said.find("实施")
    if first >= 0 and second >= 0:
        return "promoted" if first < second else "demoted"
    if any(word in said for word in IN) and (first >= 0 or second >= 0):
        return "added_preparatory" if first >= 0 else "added_implementation"
    return ""


def place(lines: Sequence[Line], *, by: Any, programme: str, on: date) -> list[Placed]:
    """Every line with what it would do to the list on a day; a handful of statements, nothing is written."""
    facts = load_facts(by=by, year=None, programme="", as_of=on)
    parts = set(Project.objects.filter(parent__isnull=False).values_list("code", flat=True))
    spells = Listing.objects.known().filter(programme__code=programme, left_on__isnull=True).order_by()
    standing = {code: (kind, joined) for code, kind, joined in spells.values_list(
        "project__code", "project_class", "joined_on"
    )}  # fmt: skip
    alike: list[Alike] = []
    used: set[str] = set()
    found = []
    for line in lines:
        one = Placed(line)
        if _find(one, facts, alike):
            _judge(one, standing.get(one.code), on, parts, used)
        used.add(one.code)
        found.append(one)
    return found


def _find(one: Placed, facts: Facts, alike: list[Alike]) -> bool:
    """The project that a line means: by own code, national code, name or other name."""
    code, text = one.line.code.strip(), one.line.project.strip()
    key = plain(text)
    for said in (code, text):
        known = facts.projects.get(said) or facts.projects.get(facts.by_national.get(said, ""))
        if known is not None:
            one.code, one.name = known.code, known.name
            return True
    for named in (facts.by_name.get(key), facts.by_alias.get(key)) if key else ():
        if named and len(named) == 1:
            known = facts.projects[next(iter(named))]
            one.code, one.name = known.code, known.name
            return True
        if named:
            return _wrong(
                one, "project", _("Several projects are called so."), _("Write the project code."), named, facts
            )
    alike[:] = alike or [Alike(facts)]
    offers = alike[0].offers(text) if text else []
    told = _("Choose it by its code.") if offers else _("Enter it in the register first, or correct the name.")
    return _wrong(one, "project", _("There is no such project in the register."), told, offers, facts)


def _wrong(
    one: Placed, name: str, problem: str, suggestion: str, offers: Iterable[str] = (), facts: Facts | None = None
) -> bool:
    one.field, one.problem, one.suggestion = name, problem, suggestion
    if facts is not None:
        one.offers = tuple((code, facts.projects[code].name) for code in sorted(offers)[:5])
    return False


def _judge(one: Placed, spell: tuple[str, date] | None, on: date, parts: set[str], used: set[str]) -> None:
    """Whether the adjustment can be made to this project's place on the list."""
    one.before, joined = spell or ("", None)
    if one.line.kind not in EFFECTS:
        _wrong(one, "kind", _("The kind of adjustment is missing."), _("One of the five kinds of the notice."))
        return
    wanted, one.after = EFFECTS[one.line.kind]
    if one.code in used:
        _wrong(one, "project", _("This project stands in the notice already."), _("Leave one of the two lines."))
    elif one.code in parts:
        _wrong(one, "project", _("It is part of a package; lists count the package."), _("Name the package."))
    elif wanted == "" and one.before:
        _wrong(one, "kind", _("It is on the list already."), _("Perhaps it changes its class?"))
    elif wanted != "" and not one.before:
        _wrong(one, "kind", _("It is not on this list."), _("Is it another list, or is it added?"))
    elif wanted not in ("", "*", one.before):
        _wrong(one, "kind", _("It stands in the other class."), _("Perhaps the other way round?"))
    elif joined is not None and on <= joined:
        _wrong(one, "kind", _("It joined the list on %(day)s; it cannot leave before.") % {"day": joined.isoformat()},
               _("Check the date of the notice."))  # fmt: skip


def read_notice(*, data: bytes, name: str, by: Any, as_of: date, options: Mapping[str, Any]) -> ImportPlan:
    """The plan of an adjustment notice in a workbook. Raises Unreadable.

    The kind stands in a column, in a heading above the rows, or in the sheet's name.
    """
    plan = ImportPlan(KIND, options=dict(options))
    on = _about(plan, as_of)
    book = read_workbook(data, name)
    lines = list(lines_of(book))
    if not lines:
        message = _("No row of a notice was found.")
        told = _("A header with 项目名称, and the kind in a column 调整类型 or in headings such as “退出项目”.")
        plan.errors.append(Finding("", 0, "", "project", message, told))
    for one in place(lines, by=by, programme=str(options.get("programme") or ""), on=on):
        plan.differences.append(_difference(one))
        if one.problem:
            sheet, row = one.line.where
            plan.errors.append(Finding(
                sheet, row, one.line.cells.get(one.field, ""), one.field, one.problem, one.suggestion,
                one.line.project, one.offers,
            ))  # fmt: skip
    return plan


def _about(plan: ImportPlan, as_of: date) -> date:
    """The day of the notice; what is not said of it is an error of the plan."""
    said = plan.options
    if not Programme.objects.filter(code=str(said.get("programme") or ""), is_tracked=True).exists():
        plan.errors.append(Finding("", 0, "", "programme", _("The list that is adjusted is not named."), _("Name it.")))
    if not str(said.get("document") or "").strip():
        plan.errors.append(
            Finding("", 0, "", "document", _("The notice's document number is missing."), _("Write it."))
        )
    day = str(said.get("effective_on") or "")
    if not day:
        told = _("Name the day from which it holds.")
        plan.errors.append(Finding("", 0, "", "effective_on", _("The notice's date is missing."), told))
        return as_of
    on = date.fromisoformat(day)
    if on > as_of:
        told = _("Enter it once that day has come.")
        plan.errors.append(Finding("", 0, "", "effective_on", _("The notice's date lies in the future."), told))
    return on


def lines_of(book: Book) -> Iterator[Line]:
    """The rows of a notice, sheet by sheet; headings and sums are none."""
    for sheet in book.sheets:
        columns, last = _columns(sheet)
        if "project" not in columns and "code" not in columns:
            continue
        kind = kind_of(sheet.name) or _above(sheet, last)
        for row in range(last + 1, sheet.last_row + 1):
            said = {name: as_text(sheet.value(row, column)).strip() for name, column in columns.items()}
            whole = [as_text(cell).strip() for cell in sheet.rows[row - sheet.first_row]]
            filled = [text for text in whole if text]
            if len(filled) == 1 and kind_of(filled[0]):
                kind = kind_of(filled[0])
                continue
            project, code = said.get("project", ""), said.get("code", "")
            if not (project or code) or any(word in text[:4] for text in (project, filled[0]) for word in SUMS):
                continue
            cells = {name: address(row, column) for name, column in columns.items()}
            yield Line(project, kind_of(said.get("kind", "")) or kind, code, (sheet.name, row), cells)


def _columns(sheet: Sheet) -> tuple[dict[str, int], int]:
    """The columns by field, and the row of their headers."""
    for row in range(sheet.first_row, min(sheet.last_row, sheet.first_row + HEADER_ROWS) + 1):
        found: dict[str, int] = {}
        for column in range(sheet.first_column, sheet.last_column + 1):
            text = plain(as_text(sheet.value(row, column))).partition("(")[0]
            for name, headers in (("project", NAME_HEADERS), ("code", CODE_HEADERS), ("kind", KIND_HEADERS)):
                if text in headers:
                    found.setdefault(name, column)
        if "project" in found or "code" in found:
            return found, row
    return {}, 0


def _above(sheet: Sheet, header: int) -> str:
    """The kind that a title above the header names."""
    for row in range(header - 1, sheet.first_row - 1, -1):
        for cell in sheet.rows[row - sheet.first_row]:
            if kind := kind_of(as_text(cell)):
                return kind
    return ""


def _difference(one: Placed) -> Difference:
    changed = {"kind": (None, one.line.kind), "project_class": (one.before or None, one.after or None)}
    return Difference(
        key=one.code or f"{one.line.where[0]}!{one.line.where[1]}",
        project_code=one.code,
        title=one.name or one.line.project,
        kind=Becomes.ERROR if one.problem else Becomes.UPDATE,
        fields=changed,
        where=one.line.where,
        cells=one.line.cells,
    )
