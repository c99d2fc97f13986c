"""verify_archive: work out every archived file's sha256 again."""

from typing import Any

from portfolio.commands import ProductCommand
from reports.actions.archive import verify


class Command(ProductCommand):
    """Prints how many workbooks there are and which files are not what was archived; exit 1 when there is one."""

    help = "Work out the sha256 of every archived workbook again."

    def answer(self, **options: Any) -> dict[str, Any]:
        count, faults = verify()
        self.failed = bool(faults)
        for path, fault in faults:
            self.stderr.write(f"{path}: {fault}")
        return {"workbooks": count, "faults": [{"file": path, "fault": fault} for path, fault in faults]}
