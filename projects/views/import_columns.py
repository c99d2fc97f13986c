"""/imports/<number>/mapping/ – what each column of a file was taken for, to be looked at and corrected."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from portfolio.refusals import OutOfScope, Refusal
from portfolio.web.access import Act, may
from portfolio.web.doors import opened_by
from portfolio.web.forms import sent_number
from portfolio.web.responses import refuse_with_message, saved
from projects.actions.columns import book_of, correct_columns
from projects.actions.importers import find
from projects.core.money import MoneyUnit
from projects.intake.book import Book
from projects.intake.headers import Head, heads
from projects.intake.register_doubles import doubles
from projects.intake.register_fields import BY_KEY, FIELDS, Form
from projects.intake.register_sheets import find_heads, recognised
from projects.models import ImportBatch
from projects.views.imports import batch_of, page_of

UNITS = {
    MoneyUnit.WAN.symbol: _("10,000 yuan"),
    MoneyUnit.YI.symbol: _("100 million yuan"),
    MoneyUnit.YUAN.symbol: _("yuan"),
}


@opened_by(Act.IMPORT_REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def columns_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Each column with its header, samples and unit; what is corrected is remembered for the office."""
    batch = batch_of(request, pk)
    importer = find(batch.kind)
    if not importer.mapped or not may(request.user, importer.act) or batch.state != ImportBatch.State.PLANNED:
        raise OutOfScope(_("The columns of this import cannot be corrected any more."))
    if request.method == "POST":
        return _correct(request, batch)
    try:
        book = book_of(batch)
    except Refusal as refusal:
        return refuse_with_message(request, refusal, page_of(batch))
    return render(request, "projects/import_columns.html", {"batch": batch, **_context(request, batch, book)})


def _context(request: HttpRequest, batch: ImportBatch, book: Book) -> dict[str, Any]:
    kept = dict(batch.options.get("mapping") or {})
    sheet, row = request.GET.get("sheet", ""), sent_number(request.GET.get("header_row"))
    if sheet or row:
        kept = {"sheet": sheet, "header_row": row} if row else {"sheet": sheet}
    head = _head(book, kept)
    return {
        "sheets": [one.name for one in book.sheets],
        "sheet": head.sheet.name if head else sheet or book.sheets[0].name,
        "header_row": head.last if head else row or 1,
        "found": bool(head and head.taken),
        "unit": head.unit.symbol if head and head.unit else "",
        "rows": _rows(head) if head else [],
        "fields": [(field.key, field.label, field.form is Form.MONEY) for field in FIELDS if field.taken],
        "units": list(UNITS.items()),
    }


def _head(book: Book, mapping: dict[str, Any]) -> Head | None:
    """The head as the mapping has it; where none is recognised, the row that was named, or the first, as it stands."""
    if found := find_heads(book, mapping):
        return found[0]
    sheet = book.sheet(str(mapping.get("sheet") or "")) or book.sheets[0]
    row = int(mapping.get("header_row") or sheet.first_row)
    return heads(sheet, {"header_row": row}, anything=True)


def _rows(head: Head) -> list[dict[str, Any]]:
    doubted = {finding.cell: finding for finding in doubles(head)}
    return [
        {
            "letter": one.column,
            "header": one.header,
            "samples": one.samples,
            "field": one.field,
            "label": BY_KEY[one.field].label if one.field else "",
            "taken": bool(one.field) and BY_KEY[one.field].taken,
            "unit": one.unit,
            "doubted": doubted.get(f"{one.column}{head.last}"),
        }
        for one in recognised([head])
    ]


def _correct(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    sent = request.POST
    sheet = str(sent.get("sheet", "")).replace("\x00", "")  # which PostgreSQL cannot keep
    mapping: dict[str, Any] = {"sheet": sheet, "header_row": sent_number(sent.get("header_row"))}
    mapping |= {field.key: "" for field in FIELDS if field.taken}
    units: dict[str, str] = {}
    for name in sent:
        key = str(sent.get(name))
        letter = name.removeprefix("field-")
        if not name.startswith("field-") or key not in BY_KEY or not (letter.isascii() and letter.isalpha()):
            continue
        if mapping.get(key):
            twice = _("Two columns were chosen for “%(field)s”. One column holds a field.")
            return refuse_with_message(request, Refusal(twice % {"field": BY_KEY[key].label}), request.path)
        mapping[key] = letter
        if (unit := str(sent.get(f"unit-{letter}"))) in UNITS:
            units[key] = unit
    mapping = {name: value for name, value in mapping.items() if value or name in BY_KEY} | {"units": units}
    try:
        correct_columns(by=request.user, batch=batch, mapping=mapping, remember="remember" in sent)
    except Refusal as refusal:
        return refuse_with_message(request, refusal, page_of(batch))
    if "remember" in sent:
        return saved(request, _("The columns are remembered for your office; the file was read anew."), page_of(batch))
    return HttpResponseRedirect(page_of(batch))
