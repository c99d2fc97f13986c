"""Names of codes in the reader's language: steps, lists, units, chains; one statement."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from projects.models import Division, Industry, MilestoneStep, Programme


def names_of_codes() -> dict[str, str]:
    """Every code of the reference data with its name. Codes of these kinds never coincide."""
    kinds: list[QuerySet[Any, Any]] = [
        kind.objects.order_by().values_list("code", "name_zh", "name_en")
        for kind in (MilestoneStep, Programme, Division, Industry)
    ]
    chinese = (get_language() or "").startswith("zh")
    rows = kinds[0].union(*kinds[1:], all=True)
    return {code: name_zh if chinese or not name_en else name_en for code, name_zh, name_en in rows}
