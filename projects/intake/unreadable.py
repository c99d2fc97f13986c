"""Why a file was not read, in the reader's language, each time with what to do instead."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portfolio.refusals import Refusal
from projects.intake.book import address
from projects.intake.limits import MB

_SAVE_AS = _("Open it in WPS or Excel, choose “Save as” and the type .xlsx, and upload that file.")
_REPAIR = _("Open it in WPS or Excel, let it repair the file, save it as .xlsx, and upload that file.")
_COPY = _("Copy the filled cells into a new workbook, save it as .xlsx, and upload that file.")
_SHORTEN = _("Keep only the sheets, rows and columns that are to be read, and save it again.")
_SLIM = _("Delete pictures and sheets that do not belong to it, and save it again.")
_THE_BOOK = _("Figures can only be read from a workbook: upload the .xlsx itself.")

SENTENCES: Final[dict[str, tuple[Any, Any]]] = {
    "too_large": (_("The file has {size} MB; at most {limit} MB are taken."), _SLIM),
    "empty": (_("The file is empty (0 bytes)."), _("Save the workbook again, and upload that file.")),
    "et": (_("This is an .et file, which only WPS can read."), _SAVE_AS),
    "xlsb": (_("This is a binary workbook (.xlsb), which is not read."), _SAVE_AS),
    "xls_bare": (_("This workbook is of a kind older than Excel 97."), _SAVE_AS),
    "html": (_("This is a web page with the name of a workbook, as some platforms export it."), _SAVE_AS),
    "xml": (_("This is an XML file, not a workbook."), _SAVE_AS),
    "text": (_("This is a text file (such as .csv), not a workbook."), _SAVE_AS),
    "pdf": (_("This is a PDF."), _THE_BOOK),
    "picture": (_("This is a picture."), _THE_BOOK),
    "document": (_("This is a text document or a presentation, not a workbook."), _COPY),
    "archive": (
        _("This is a compressed archive, not a workbook."),
        _("Unpack it, and upload the workbook that is in it."),
    ),
    "unknown": (_("The content of this file is not that of a workbook, whatever its name says."), _SAVE_AS),
    "encrypted": (
        _("The workbook is protected by a password and cannot be read."),
        _("Take the password off (File, Protect, Encrypt with password), save it, and upload it again."),
    ),
    "damaged": (_("The workbook is damaged, or was not uploaded whole."), _REPAIR),
    "malformed": (_("The workbook is damaged: its part {part} is not well-formed."), _REPAIR),
    "unpacked": (_("The workbook unpacks to {size} MB; at most {limit} MB are taken."), _SHORTEN),
    "bomb": (_("The part {part} unpacks to more than {limit} times its size, as in no ordinary workbook."), _COPY),
    "parts": (_("The file consists of {count} parts; at most {limit} are taken."), _SLIM),
    "sheets": (_("The workbook has {count} sheets; at most {limit} are taken."), _SHORTEN),
    "no_sheets": (_("The workbook has no sheet with cells."), _SAVE_AS),
    "entities": (_("The part {part} declares a document type, which no office program writes."), _COPY),
    "macros": (
        _("The workbook contains macros, which are not taken."),
        _("Choose “Save as” and the type .xlsx (without macros), and upload that file."),
    ),
    "linked": (
        _("Cell {cell} of sheet “{sheet}” takes its value from another workbook, which cannot be checked here."),
        _("Break the links (Data, Edit links, Break link), save it, and upload it again."),
    ),
    "area": (
        _("Sheet “{sheet}” is used as far as cell {cell}, an area too large to be read."),
        _("Delete what stands there and the empty rows and columns before it, and save it again."),
    ),
    "cells": (_("The workbook has more than {limit} cells."), _SHORTEN),
    "long": (_("The workbook holds more text than can be read."), _SHORTEN),
    "memory": (
        _("Reading the file takes more memory than is allowed; perhaps a cell far to the right or far down is filled."),
        _COPY,
    ),
    "slow": (_("Reading the file takes longer than is allowed."), _COPY),
    "crashed": (_("The file could not be read: the reader stopped at it."), _COPY),
}


class Unreadable(Refusal):
    """A file that was not read; `name` is the file's. The sentence says what is wrong and what to do instead.

    `code` is a key of SENTENCES; `figures` what was found (sizes in bytes, row and column counted from 1).
    """

    def __init__(self, code: str, figures: Mapping[str, Any] | None = None, *, name: str = "") -> None:
        self.code = code if code in SENTENCES else "damaged"
        self.figures = dict(figures or {})
        self.name = name
        what, instead = SENTENCES[self.code]
        super().__init__(format_lazy(_("{what} {instead}"), what=format_lazy(what, **self._shown()), instead=instead))

    @property
    def sheet(self) -> str:
        """The sheet that is to blame; "" where it is the file."""
        return str(self.figures.get("sheet", ""))

    @property
    def cell(self) -> str:
        """The cell that is to blame, as C7; "" where it is none."""
        row, column = self.figures.get("row"), self.figures.get("column")
        return address(row, column) if isinstance(row, int) and isinstance(column, int) else ""

    def _shown(self) -> dict[str, str]:
        """Figures as people read them; each name that a sentence may use is there."""
        shown = {name: "" for name in ("part", "count", "size", "limit")}
        in_mb = self.code in {"too_large", "unpacked"}
        for name, value in self.figures.items():
            if in_mb and isinstance(value, int):
                shown[name] = f"{-(-value * 10 // MB) / 10:.1f}".removesuffix(".0")
            else:
                shown[name] = f"{value:,}" if isinstance(value, int) else str(value)
        return {**shown, "sheet": self.sheet, "cell": self.cell}
