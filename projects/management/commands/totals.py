"""totals: what the lists planned and completed."""

from typing import Any

from django.core.management.base import CommandParser

from portfolio.commands import ProductCommand
from projects.core.summary import Totals
from projects.management.arguments import moment, period
from projects.queries.figures import default_position, position_at, totals, tracked


class Command(ProductCommand):
    """Prints projects, plan_yuan, completed_yuan, rate_percent and without_plan, for one list or for each and all."""

    help = "Totals of a month: one list's, or every tracked list's and over distinct projects."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--period", metavar="YYYY-MM", type=period, required=True)
        parser.add_argument("--programme", metavar="CODE")
        parser.add_argument("--as-known", metavar="ISO-TIME", type=moment, help="default for a locked month: its lock")

    def answer(self, **options: Any) -> dict[str, Any]:
        month, moment_known = options["period"], options["as_known"]
        position = position_at(moment_known) if moment_known else default_position(month)
        if options["programme"]:
            return said(totals(month, position, options["programme"]))
        lists = [
            {"code": code} | said(totals(month, position, code))
            for code in tracked(month.year).values_list("code", flat=True)
        ]
        return {"programmes": lists, "distinct": said(totals(month, position))}


def said(found: Totals) -> dict[str, Any]:
    """Totals as JSON: integer yuan, the rate as a decimal string with one decimal."""
    return {
        "projects": found.projects,
        "plan_yuan": found.plan_yuan,
        "completed_yuan": found.completed_yuan,
        "rate_percent": found.rate_percent,
        "without_plan": found.without_plan,
    }
