"""The base of every table: django-tables2 as it is documented, drawn fast, in a total order, readable on a phone.

A table says what it shows; it reads nothing. Declare `class Meta(Table.Meta)`; in templates `{% render_table table %}`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, ClassVar
from urllib.parse import urlencode

import django_tables2 as stock
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django_tables2.data import TableQuerysetData

from portfolio.web.cells import body_rows
from portfolio.web.templatetags.badges import light, light_key, provenance

MOST_ROWS = 200


class Rows(TableQuerysetData):
    """A queryset whose order is total, so that no row is lost or doubled between pages; what is empty stands last."""

    tie_breaker = "pk"
    data: Any

    def __init__(self, data: QuerySet[Any, Any], count_of: QuerySet[Any] | None = None) -> None:
        super().__init__(data)
        self.count_of = data if count_of is None else count_of

    def order_by(self, aliases: Sequence[Any]) -> None:
        """Order by the columns named, then by the tie-breaker."""
        super().order_by(aliases)
        self.make_total()

    def make_total(self) -> None:
        """Add what is missing to the queryset's order; the same on every database."""
        present = self.data.query.order_by or (self.data.query.get_meta().ordering if self._by_default() else ())
        if any(_name_of(item) in {"pk", self.tie_breaker} for item in present):
            return
        self.data = self.data.order_by(*map(_empty_last, present), self.tie_breaker)

    def _by_default(self) -> bool:
        return bool(self.data.query.default_ordering)

    def __len__(self) -> int:
        if not hasattr(self.table, "paginator"):
            return len(self.data)
        if not hasattr(self, "_length"):
            # Neither order nor joined names matter to a count.
            self._length = self.count_of.order_by().select_related(None).count()
        return int(self._length)


def _name_of(item: Any) -> str:
    if isinstance(item, OrderBy):
        item = item.expression
    return getattr(item, "name", item).lstrip("-") if isinstance(getattr(item, "name", item), str) else ""


def _empty_last(item: Any) -> Any:
    if not isinstance(item, str):
        return item
    descending, name = item.startswith("-"), item.lstrip("-")
    return F(name).desc(nulls_last=True) if descending else F(name).asc(nulls_last=True)


@dataclass(frozen=True, slots=True)
class Heading:
    """One header cell: its text, the attributes of its <th>, and the address that sorts by it."""

    text: Any
    attributes: Any
    sort_url: str
    sorted: str


@dataclass(frozen=True, slots=True)
class PageLink:
    """One entry of the pager; `number` is 0 for the gap between runs of pages."""

    number: int
    url: str
    current: bool


class Table(stock.Table):
    """A table of the product. Fifty rows a page; the body comes from portfolio/web/cells.py."""

    class Meta:
        template_name = "portfolio/tables/table.html"
        attrs: ClassVar[dict[str, Any]] = {"class": "data-table sticky-head cards-narrow"}
        per_page = 50
        default = "—"
        empty_text: Any = ""

    empty_hint: Any = ""
    empty_url = ""
    empty_action: Any = ""

    def __init__(self, data: Any = None, count_of: QuerySet[Any] | None = None, **kwargs: Any) -> None:
        """`count_of`: the same rows without what was joined to print them, where that differs."""
        rows = Rows(data, count_of) if isinstance(data, QuerySet) else data
        self.request: Any = None
        self._rests: dict[str, str] = {}
        super().__init__(data=rows, **kwargs)

    def paginate(
        self, paginator_class: Any = Paginator, per_page: int | None = None, page: int = 1, **kwargs: Any
    ) -> "Table":
        """As django-tables2, within bounds: a page beyond the last is the last, before the first the first."""
        if isinstance(self.data, Rows):
            self.data.make_total()
        size = per_page if per_page and per_page > 0 else self._meta.per_page
        self.paginator = paginator_class(self.rows, min(size, MOST_ROWS), **kwargs)
        try:
            self.page = self.paginator.page(page)
        except (EmptyPage, PageNotAnInteger):
            self.page = self.paginator.page(1 if page < 1 else self.paginator.num_pages)
        return self

    @cached_property
    def body(self) -> SafeString:
        """The finished rows."""
        return mark_safe("".join(body_rows(self)))  # each value was escaped where it became a cell

    @property
    def headings(self) -> list[Heading]:
        """The header row; a sort link keeps the filter and goes back to the first page."""
        drawn = []
        for column in self.columns:
            alias = column.order_by_alias
            state = ("descending" if alias.is_descending else "ascending") if column.is_ordered else ""
            url = self._address(self.prefixed_order_by_field, alias.next) if column.orderable else ""
            drawn.append(Heading(column.header, column.attrs["th"].as_html(), url, state))
        return drawn

    @property
    def page_links(self) -> list[PageLink]:
        """First, last and the pages around the present one, with gaps between."""
        present, last = self.page.number, self.paginator.num_pages
        shown = sorted({1, last, *range(max(1, present - 2), min(last, present + 2) + 1)})
        links: list[PageLink] = []
        for number in shown:
            if links and number - links[-1].number > 1:
                links.append(PageLink(0, "", False))
            links.append(PageLink(number, self.page_url(number), number == present))
        return links

    def page_url(self, number: int) -> str:
        """The present address with another page."""
        return self._address(self.prefixed_page_field, str(number))

    @property
    def count_line(self) -> str:
        """Which rows this page shows, and how many there are."""
        if self.paginator.num_pages == 1:
            return ngettext("%(count)s row", "%(count)s rows", self.paginator.count) % {"count": self.paginator.count}
        return _("%(first)s–%(last)s of %(count)s") % {
            "first": self.page.start_index(),
            "last": self.page.end_index(),
            "count": self.paginator.count,
        }

    @property
    def previous_url(self) -> str:
        """The page before, or nothing on the first."""
        return self.page_url(self.page.previous_page_number()) if self.page.has_previous() else ""

    @property
    def next_url(self) -> str:
        """The page after, or nothing on the last."""
        return self.page_url(self.page.next_page_number()) if self.page.has_next() else ""

    def _address(self, name: str, value: str) -> str:
        """The present address with one parameter changed; a changed order goes back to the first page."""
        if self.request is None:
            return ""
        return f"?{self._rest(name)}{urlencode({name: value})}"

    def _rest(self, name: str) -> str:
        """Everything else of the address; the same for each link of a kind, so it is written once."""
        if name not in self._rests:
            left_out = {name, self.prefixed_page_field}
            kept = [(key, item) for key, values in self.request.GET.lists() if key not in left_out for item in values]
            self._rests[name] = urlencode(kept) + "&" if kept else ""
        return self._rests[name]


class Column(stock.Column):
    """A column that knows its unit (printed in the header), its classes, and its place on a phone.

    `phone`: "title" heads the card, "wide" takes a line of it, "plain" one without its label, "hide" is left out,
    "pick" is the box in its corner.
    """

    css = ""

    def __init__(self, label: Any = None, *, unit: Any = "", css: str = "", phone: str = "", **kwargs: Any) -> None:
        classes = " ".join(filter(None, (self.css, css)))
        cell = " ".join(filter(None, (classes, f"card-{phone}" if phone else "")))
        attrs = dict(kwargs.pop("attrs", {}))
        if classes:
            attrs.setdefault("th", {"class": classes})
        if cell:
            attrs.setdefault("td", {"class": cell})
        super().__init__(verbose_name=label, attrs=attrs, **kwargs)
        self.unit = unit

    def __deepcopy__(self, memo: dict[int, Any]) -> "Column":
        # A table copies its columns for each request; nothing inside them changes but their own attributes.
        copied = object.__new__(type(self))
        copied.__dict__.update(self.__dict__)
        return copied

    @property
    def label(self) -> str:
        """The header as plain text, with its unit."""
        if not (self.verbose_name and self.unit):
            return str(self.verbose_name or "")
        return _("%(label)s (%(unit)s)") % {"label": self.verbose_name, "unit": self.unit}

    @property
    def header(self) -> Any:
        """The header with its unit on a line of its own."""
        if not (self.verbose_name and self.unit):
            return self.verbose_name
        return format_html('{} <span class="unit">{}</span>', self.verbose_name, self.unit)


class NumberColumn(Column):
    """A figure, to the right; `form` writes it (yuan as 万元, hundredths as percent), empty ones print “—”."""

    css = "num"

    def __init__(self, label: Any = None, *, form: Callable[[Any], str] = str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.form = form

    def render(self, value: Any) -> str:
        """The figure as written."""
        return self.form(value)


class DateColumn(Column):
    """A date as ISO writes it; a moment in local time to the minute."""

    css = "nowrap"

    def render(self, value: Any) -> str:
        """2024-01-12, or 2024-01-12 09:00."""
        if isinstance(value, datetime):
            return localtime(value).strftime("%Y-%m-%d %H:%M")
        return value.isoformat() if isinstance(value, date) else str(value)


class LightColumn(Column):
    """A light: shape, word and colour."""

    reads_stored = True
    empty_values = ()

    def render(self, value: Any) -> SafeString:
        """The badge; without a standing, “not judged”."""
        return _light(light_key(value), get_language())


class ProvenanceColumn(Column):
    """Where a row comes from; demonstration and published rows say so wherever they show."""

    reads_stored = True

    def render(self, value: Any) -> SafeString:
        """The badge."""
        return provenance_badge(value)


def provenance_badge(value: Any) -> SafeString:
    """The badge of a row's provenance, for a cell that holds more than it."""
    return _provenance(str(value), get_language())


# A page of fifty rows asks for the same four badges again and again.
@lru_cache(maxsize=32)
def _light(key: str, language: str | None) -> SafeString:
    return light(key)


@lru_cache(maxsize=32)
def _provenance(value: str, language: str | None) -> SafeString:
    return provenance(value)
