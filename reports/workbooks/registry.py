"""The workbooks that there are. A declaration that lacks its title, permission, sheets or columns, or that gives two
columns one key, is an error when its module is imported.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from portfolio.refusals import Refusal
from portfolio.sheets.book import Book
from portfolio.sheets.columns import Column, MoneyUnit, check_columns
from portfolio.sheets.sheet import Layout, Placed, Sheet
from portfolio.web.access import Act
from projects.core.money import MoneyUnit as Unit
from reports.queries.frames import Frame
from reports.workbooks import words

AMOUNT = "#,##0.00######_ "
COUNT = "#,##0_ "
RATE = "0.0000%_ "


@dataclass(frozen=True, slots=True)
class Check:
    """A printed figure and the formula that works it out again; both show `value`, and their difference is 0.

    `printed` and `formula` are expressions without their equals signs; `places` decimals are compared; `number` is the
    format in which both stand.
    """

    what: str
    where: str
    printed: str
    formula: str
    value: Any
    places: int = 8
    number: str = AMOUNT


@dataclass
class Making:
    """One workbook being made: the book, its data, and what stands where so far."""

    workbook: type["Workbook"]
    book: Book
    frame: Frame
    data: Any
    placed: dict[str, Placed] = field(default_factory=dict)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)

    def title_of(self, key: str) -> str:
        """The name of a sheet's tab."""
        return next(str(sheet.title) for sheet in self.workbook.sheets if sheet.key == key)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSpec:
    """A sheet: its tab, and how it is drawn. `stage` orders drawing: a sheet may refer to those of earlier stages;
    `finish` is called when every sheet stands, for what refers to later ones."""

    key: str
    title: Any
    draw: Callable[[Making, "SheetSpec"], None]
    stage: int = 0
    columns: tuple[Column, ...] = ()
    finish: Callable[[Making], None] | None = None

    def check(self) -> None:
        """Raise ValueError for a sheet that cannot be drawn."""
        if not self.key.isidentifier() or not str(self.title).strip():
            raise ValueError(f"a sheet has a key and a title: {self.key!r}")
        check_columns(self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec(SheetSpec):
    """A sheet with one table: a row source, columns that read its rows, perhaps totals, notes and checks.

    The first `frozen` columns stay in sight; only the first `printed` go on paper, where it says so.
    """

    draw: Callable[[Making, SheetSpec], None] = field(default_factory=lambda: draw_table)
    source: Callable[[Making], Sequence[Any]]
    heading: Any = ""
    unit: Unit | None = None
    total: Callable[[Making], Mapping[str, Any]] | None = None
    total_first: bool = False
    notes: tuple[Any, ...] = ()
    frozen: int = 0
    filtered: bool = False
    one_page: bool = False
    printed: int | None = None
    checks: Callable[[Making, Placed], Iterator[Check]] | None = None

    def check(self) -> None:
        SheetSpec.check(self)
        units = {column.unit for column in self.columns if column.unit is not None}
        if units and self.unit not in units:
            raise ValueError(f"sheet {self.key} has money and does not say its unit")


def draw_table(making: Making, spec: SheetSpec) -> None:
    """Title, unit line, header, rows, totals, notes."""
    assert isinstance(spec, TableSpec)
    rows = spec.source(making)
    values = [[column.of(row) for column in spec.columns] for row in rows]
    sums = spec.total(making) if spec.total else None
    total = [sums.get(column.key) for column in spec.columns] if sums is not None else None
    columns = with_units(spec.columns, spec.unit)
    measured = [*values, *([total] if total else [])]
    sheet = making.book.table_sheet(str(spec.title), columns, measured, one_page=spec.one_page)
    sheet.print_only(spec.printed or len(columns))
    sheet.title(f"{spec.heading or spec.title}{words.covered(making.frame)}")
    sheet.line(words.basis_line(making.frame), words.unit_line(spec.unit))
    layout = Layout(
        top=total if spec.total_first else None,
        bottom=None if spec.total_first else total,
        frozen=spec.frozen,
        filtered=spec.filtered,
    )
    placed = sheet.table(columns, values, layout)
    for note in spec.notes:
        sheet.note(str(note))
    making.placed[spec.key] = placed
    making.rows[spec.key] = len(values)
    if spec.checks:
        making.checks.extend(spec.checks(making, placed))


def with_units(columns: Sequence[Column], unit: MoneyUnit | None) -> list[Column]:
    """The columns, those of another unit than the sheet's naming it in their header."""
    return [
        column
        if column.unit is None or column.unit is unit
        else column.headed(f"{column.header}{words.in_brackets(column.unit)}")
        for column in columns
    ]


class Workbook:
    """A kind of workbook. Subclasses declare and register themselves; they are never made."""

    id: ClassVar[str] = ""
    title: ClassVar[Any] = ""
    purpose: ClassVar[Any] = ""
    act: ClassVar[Act | None] = None
    sheets: ClassVar[tuple[SheetSpec, ...]] = ()
    by_month: ClassVar[bool] = True
    """Whether a month has to be named; otherwise it may be left out for everything there is."""
    place: ClassVar[int] = 0
    """Order in lists."""

    def __init_subclass__(cls, *, declared: bool = True, **options: Any) -> None:
        """`declared=False` for what several workbooks share."""
        super().__init_subclass__(**options)
        if declared:
            _check(cls)
            _kinds[cls.id] = cls

    @classmethod
    def titled(cls, frame: Frame) -> str:
        """The title with what it covers, in the active language."""
        return f"{cls.title}{words.covered(frame)}"

    @classmethod
    def read(cls, frame: Frame) -> Any:
        """The facts that the sheets print. Raises Refusal."""
        raise NotImplementedError

    @classmethod
    def control_totals(cls, data: Any) -> dict[str, Any]:
        """The sums by which a reader sees that nothing is missing; integer yuan, rates as decimal strings."""
        raise NotImplementedError


_kinds: dict[str, type[Workbook]] = {}


def _check(cls: type[Workbook]) -> None:
    if not cls.id.isidentifier() or cls.id in _kinds:
        raise ValueError(f"a workbook has an id of its own, not {cls.id!r}")
    if not str(cls.title).strip() or not str(cls.purpose).strip():
        raise ValueError(f"workbook {cls.id} has no title or does not say what it is for")
    if not isinstance(cls.act, Act):
        raise ValueError(f"workbook {cls.id} does not say who may build it")
    if not cls.sheets:
        raise ValueError(f"workbook {cls.id} has no sheets")
    keys = [sheet.key for sheet in cls.sheets]
    if len(set(keys)) < len(keys):
        raise ValueError(f"workbook {cls.id}: two sheets have one key")
    for sheet in cls.sheets:
        sheet.check()


def kinds() -> list[type[Workbook]]:
    """Every kind, in the order of lists."""
    return sorted(_kinds.values(), key=lambda kind: (kind.place, kind.id))


def find(kind: str) -> type[Workbook]:
    """The kind with an id. Raises Refusal that names those there are."""
    if kind not in _kinds:
        known = ", ".join(one.id for one in kinds())
        raise Refusal(_("There is no workbook “%(kind)s”. There are: %(known)s.") % {"kind": kind, "known": known})
    return _kinds[kind]
