"""The change log with its hashes: what an auditor needs to work the chain out again without the product."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio.sheets.columns import Column, Kind
from portfolio.web.access import Act
from projects.models import Change
from reports.queries.frames import Frame
from reports.queries.workbooks import changes
from reports.workbooks.cover import COVER_SHEET
from reports.workbooks.registry import Making, TableSpec, Workbook


@dataclass(frozen=True)
class Log:
    """The rows of a stretch of the log."""

    rows: Sequence[Change]

    @property
    def first(self) -> Change | None:
        """The first row, if any."""
        return self.rows[0] if self.rows else None


def _read(name: str) -> Any:
    return lambda row: getattr(row, name)


COLUMNS = (
    Column("seq", _("Position"), Kind.WHOLE, width=9, value=_read("seq")),
    Column("at", _("Time"), Kind.CODE, width=31, value=_read("at")),
    Column("business_date", _("Business date"), Kind.CODE, width=12, value=_read("business_date")),
    Column("actor", _("Account"), width=14, value=_read("actor")),
    Column("actor_name", _("Who"), width=18, value=_read("actor_name")),
    Column("origin", _("Origin"), Kind.MARK, width=9, value=_read("origin")),
    Column("model", _("Kind of row"), width=16, value=_read("model")),
    Column("key", _("Row"), width=22, value=_read("key")),
    Column("project", _("Project code"), width=13, value=_read("project")),
    Column("act", _("Act"), Kind.MARK, width=9, value=_read("act")),
    Column("changes", _("Changes: field, before, after"), width=60, value=_read("changes")),
    Column("reason", _("Reason"), width=24, value=_read("reason")),
    Column("source", _("Source"), width=18, value=_read("source")),
    Column("short", _("Hash, first characters"), Kind.CODE, width=15, value=lambda row: f"{row.hash[:12]}…"),
    Column("batch", _("Batch"), Kind.CODE, width=36, value=_read("batch")),
    Column("hash_version", _("Hash version"), Kind.WHOLE, width=7, value=_read("hash_version")),
    Column("leaf", _("Hash of the content"), Kind.CODE, width=68, value=_read("leaf")),
    Column("previous", _("Hash before"), Kind.CODE, width=68, value=_read("previous")),
    Column("hash", _("Hash"), Kind.CODE, width=68, value=_read("hash")),
)


def rows(making: Making) -> Sequence[Change]:
    """The rows in order."""
    log: Log = making.data
    return log.rows


CHANGES_SHEET = TableSpec(
    key="changes",
    title=_("Change log"),
    heading=_("Change log of key projects"),
    columns=COLUMNS,
    source=rows,
    notes=(
        _(
            "Hash of the content: sha256 of “leaf”, a zero byte and the columns from time to batch as JSON with sorted "
            "keys and no spaces, in UTF-8. Hash: sha256 of “node”, the hash before, the position and the hash of the "
            "content, set apart by zero bytes."
        ),
        _("Amounts are yuan. Texts stand as the log has them. The columns with whole hashes are not printed."),
    ),
    frozen=1,
    filtered=True,
    printed=[column.key for column in COLUMNS].index("short") + 1,
)


class ChangesWorkbook(Workbook):
    """Cover and change log, of a month or from the first change on."""

    id = "changes"
    place = 4
    title = _("Change log of key projects")
    purpose = _("Who changed what, when and why, with the hashes by which the chain can be worked out again.")
    act = Act.VIEW_LEDGER
    sheets = (COVER_SHEET, CHANGES_SHEET)
    by_month = False

    @classmethod
    def read(cls, frame: Frame) -> Log:
        return Log(list(changes(frame)))

    @classmethod
    def control_totals(cls, data: Log) -> dict[str, Any]:
        """How many rows from where to where."""
        ends = (data.rows[0], data.rows[-1]) if data.rows else None
        return {
            "rows": len(data.rows),
            "first": ends[0].seq if ends else None,
            "last": ends[1].seq if ends else None,
            "head": f"{ends[1].seq}:{ends[1].hash}" if ends else "",
        }
