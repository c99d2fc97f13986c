"""totals: what the lists planned and completed."""

from typing import Any

from django.core.management.base import CommandParser

from portfolio.commands import ProductCommand
from projects.core.summary import Totals
from projects.management.arguments import moment, period
from projects.queries.figures import default_position, member_ids, position_at, totals, tracked
from projects.queries.restated import restated_months


class Command(ProductCommand):
    """Prints projects, plan_yuan, completed_yuan, rate_percent, without_plan and restated, for one list or all."""

    help = "Totals of a month: one list's, or every tracked list's and over distinct projects."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--period", metavar="YYYY-MM", type=period, required=True)
        parser.add_argument("--programme", metavar="CODE")
        parser.add_argument("--as-known", metavar="ISO-TIME", type=moment, help="default for a locked month: its lock")

    def answer(self, **options: Any) -> dict[str, Any]:
        month, moment_known = options["period"], options["as_known"]
        position = position_at(moment_known) if moment_known else default_position(month)
        restated = set(restated_months(month, position))

        def told(programme: str | None) -> dict[str, Any]:
            corrected = restated.intersection(member_ids(month, position, [programme] if programme else None))
            return said(totals(month, position, programme), len(corrected))

        if options["programme"]:
            return told(options["programme"])
        codes = tracked(month.year).values_list("code", flat=True)
        return {"programmes": [{"code": code} | told(code) for code in codes], "distinct": told(None)}


def said(found: Totals, restated: int) -> dict[str, Any]:
    """Totals as JSON: integer yuan, the rate as a decimal string with one decimal.

    `restated`: projects with a month of the year, up to this one, that was corrected after its lock.
    """
    return {
        "projects": found.projects,
        "plan_yuan": found.plan_yuan,
        "completed_yuan": found.completed_yuan,
        "rate_percent": found.rate_percent,
        "without_plan": found.without_plan,
        "restated": restated,
    }
