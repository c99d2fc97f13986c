"""rescue: takes back what lost its worker, builds workbooks that wait, and removes old records of runs."""

from typing import Any

from portfolio.commands import ProductCommand
from portfolio.models import User
from reports.actions import archive, delivery, jobs


class Command(ProductCommand):
    """For offices that run the product from cron. Prints mail taken back, workbooks built, records removed."""

    help = "Take back mail that got stuck, build workbooks that wait, remove old records of runs."

    def answer(self, **options: Any) -> dict[str, int]:
        built = [archive.build(archive_id=number) for number in archive.rescue()]
        return {"mail": delivery.rescue(by=User.system()), "workbooks": len(built), "pruned": jobs.prune()}
