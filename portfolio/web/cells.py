"""The body of a django-tables2 table, made in Python: the same cells as the stock template, several times faster.

The stock path asks for a function's signature at every cell and compiles a template for every date. Here each column
is looked at once per table and becomes one function from row to finished <td>. What is unusual about a column
(attributes that are computed, a link through an accessor) still goes through django-tables2's own code.
"""

import inspect
from collections.abc import Callable, Iterable
from functools import partialmethod
from html import escape
from typing import Any

from django.db.models import Model
from django.template.defaultfilters import date as date_filter
from django.utils.encoding import force_str
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData, SafeString
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]  # the stubs forget it
from django_tables2 import columns as stock
from django_tables2.rows import BoundRow
from django_tables2.utils import Accessor, AttributeDict, signature

Read = Callable[[Any], Any]
Cell = Callable[[BoundRow], str]


def body_rows(table: Any) -> Iterable[str]:
    """Every <tr> of the table's present page, pinned rows included."""
    cells = [cell_of(table, column) for column in table.columns]
    fixed_attributes = None if _computed(table.row_attrs) else _attributes(table.row_attrs)
    for row in table.paginated_rows:
        own = fixed_attributes if fixed_attributes is not None and type(row) is BoundRow else _attributes(row.attrs)
        yield f"<tr{own}>{''.join([cell(row) for cell in cells])}</tr>"


def cell_of(table: Any, column: Any) -> Cell:
    """The function that makes this column's <td> from a row; on a phone a cell that holds nothing is left out."""
    content = _content_of(table, column)
    label = f' data-label="{escape(label_of(column))}"'
    finish = _finisher(column.localize)
    if _computed({**table.attrs, **column.column.attrs}, ("td", "cell")):

        def computed(row: BoundRow) -> str:
            value = content(row)
            column.current_value, column.current_record = value, row.record
            return f"<td{_attributes(column.attrs['td'])}{label}>{finish(value)}</td>"

        return computed
    opening, nothing = f"<td{_attributes(column.attrs['td'])}{label}", finish(column.default)

    def drawn(row: BoundRow) -> str:
        text = finish(content(row))
        return f"{opening} data-empty>{text}</td>" if text == nothing or not text else f"{opening}>{text}</td>"

    return drawn


def label_of(column: Any) -> str:
    """The column's header as plain text; on a phone it stands before the figure."""
    plain = getattr(column.column, "label", None)
    return str(plain if plain else column.header)


def _content_of(table: Any, column: Any) -> Callable[[BoundRow], Any]:
    """As BoundRow.get_cell: read, default where empty, render, link."""
    read = _reader(table, column)
    render = _renderer(table, column)
    empty = column.column.empty_values
    link = _linker(table, column)
    if isinstance(column.column, stock.ManyToManyColumn | stock.linkcolumn.BaseLinkColumn):
        return lambda row: row.get_cell(column.name)

    def content(row: BoundRow) -> Any:
        value = read(row.record)
        if value in empty:
            return column.default
        rendered = render(row, value)
        return link(row, value, rendered) if link else rendered

    return content


def _reader(table: Any, column: Any) -> Read:
    """The value of a column in a record: its choice's words, else what the accessor leads to, else None."""
    accessor = Accessor(column.accessor)
    *way, last = accessor.bits or ("",)
    model = getattr(table.data, "model", None)
    if model is None or not last:
        return lambda record: _slowly(accessor, record)
    words = None if getattr(column.column, "reads_stored", False) else _words(accessor.get_field(model))

    def read(record: Any) -> Any:
        owner = record
        try:
            for bit in way:
                owner = getattr(owner, bit)
            value = getattr(owner, last)
        except Exception:
            return _slowly(accessor, record)
        # Records that are no rows of the model, and attributes to be called, have rules of their own.
        if callable(value) or not (isinstance(owner, Model) or hasattr(owner, "_fields")):
            return _slowly(accessor, record)
        return words(owner, value) if words else value

    return read


def _words(field: Any) -> Callable[[Any, Any], Any] | None:
    """How a choice is put in words: from a dictionary made once, or by the model's own method where it has one."""
    if not getattr(field, "choices", None):
        return None
    method = f"get_{field.attname}_display"
    if not isinstance(inspect.getattr_static(field.model, method, None), partialmethod):
        return lambda owner, value: getattr(owner, method)()
    known = {key: force_str(label, strings_only=True) for key, label in field.flatchoices}
    return lambda owner, value: known.get(value, value)


def _slowly(accessor: Accessor, record: Any) -> Any:
    """The stock way to a value, with its rule that the words of a choice win."""
    penultimate, remainder = accessor.penultimate(record)
    if isinstance(penultimate, Model):
        field = accessor.get_field(record)
        words = getattr(penultimate, f"get_{remainder}_display", None)
        if getattr(field, "choices", ()) and words:
            return words()
    try:
        return accessor.resolve(record) if remainder else None
    except Exception:
        return None


def _renderer(table: Any, column: Any) -> Callable[[BoundRow, Any], Any]:
    """The column's render method, its signature read once."""
    render = column.render
    if getattr(render, "__func__", None) is stock.Column.render:
        return lambda row, value: value
    if type(column.column) in (stock.DateColumn, stock.DateTimeColumn) and _is_own_render(render, column):
        return _date_renderer(column)
    names, takes_all = signature(render)
    if takes_all:
        return lambda row, value: render(**_arguments(table, column, row, value))
    if names == ("value",):
        return lambda row, value: render(value)
    if names == ("record",):
        return lambda row, value: render(row.record)
    if set(names) == {"value", "record"}:
        return lambda row, value: render(value=value, record=row.record)

    def general(row: BoundRow, value: Any) -> Any:
        given = _arguments(table, column, row, value)
        return render(**{name: given[name] for name in names}) if all(name in given for name in names) else None

    return general


def _is_own_render(render: Any, column: Any) -> bool:
    return getattr(render, "__self__", None) is column.column


def _date_renderer(column: Any) -> Callable[[BoundRow, Any], Any]:
    """Stock date columns write {{ value|date:"FORMAT"|default:default }}; the same without a template."""
    pattern = column.column.template_code.partition('date:"')[2].partition('"')[0]

    def render(row: BoundRow, value: Any) -> Any:
        local = template_localtime(value)
        return SafeString(conditional_escape(date_filter(local, pattern) or column.default))

    return render


def _linker(table: Any, column: Any) -> Callable[[BoundRow, Any, Any], Any] | None:
    """The <a> around a cell; its fixed attributes written once, its address found for each row."""
    link = column.link
    if link is None:
        return None
    if _computed(link.attrs or {}):
        return lambda row, value, rendered: link(rendered, **_arguments(table, column, row, value))
    opening = f"<a {fixed} " if (fixed := AttributeDict(link.attrs or {}).as_html()) else "<a "
    names, takes_all = signature(link.url) if callable(link.url) else ((), True)

    def wrap(row: BoundRow, value: Any, rendered: Any) -> Any:
        given = _arguments(table, column, row, value)
        if takes_all:
            address = link.compose_url(**given)
        else:
            address = link.url(**{name: given[name] for name in names})
        if address is None:
            return rendered
        return SafeString(f'{opening}href="{conditional_escape(address)}">{conditional_escape(rendered)}</a>')

    return wrap


def _arguments(table: Any, column: Any, row: BoundRow, value: Any) -> dict[str, Any]:
    return {
        "value": value,
        "record": row.record,
        "column": column.column,
        "bound_column": column,
        "bound_row": row,
        "table": table,
    }


def _finisher(localized: bool | None) -> Callable[[Any], str]:
    """What {{ cell }} does: local time, the language's digits, escaping unless it is safe."""

    def finish(value: Any) -> str:
        if type(value) is str:
            return escape(value)
        if isinstance(value, SafeData):
            return str(value)
        return conditional_escape(str(localize(template_localtime(value), use_l10n=localized)))

    return finish


def _computed(attributes: Any, keys: tuple[str, ...] | None = None) -> bool:
    """Whether any attribute is a function that has to be asked for each row."""
    for key, value in attributes.items():
        if keys is not None and key not in keys:
            continue
        if callable(value) or (isinstance(value, dict) and _computed(value)):
            return True
    return False


def _attributes(attributes: Any) -> str:
    written = AttributeDict(attributes).as_html()
    return f" {written}" if written else ""
