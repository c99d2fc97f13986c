"""The policy in force on a day."""

from datetime import date
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from portfolio.refusals import Refusal
from projects.core.handling import DEFAULT as DEFAULT_HANDLING
from projects.core.handling import HandlingRule
from projects.core.policies import LightPolicy
from projects.models import Policy

PolicyKey: TypeAlias = tuple[str, int]
"""Code and edition of a policy."""


def policy_in_force(as_of: date, position: int | None = None) -> LightPolicy:
    """The adopted policy that began last on or before the day, as known at a ledger position.

    Raises Refusal when none was adopted by then.
    """
    row = (
        Policy.objects.known(position).filter(effective_from__lte=as_of).order_by("-effective_from", "-edition").first()
    )
    if row is None:
        raise Refusal(_("No policy for lights is in force on %(day)s.") % {"day": as_of})
    return read_policy(row)


def handling_in_force(as_of: date) -> HandlingRule:
    """How alerts are handled by the policy in force; the default days where none was adopted yet."""
    try:
        return policy_in_force(as_of).handling
    except Refusal:
        return DEFAULT_HANDLING


def every_policy() -> dict[PolicyKey, LightPolicy]:
    """All policies there are, by code and edition; one statement."""
    return {(row.code, row.edition): read_policy(row) for row in Policy.objects.known()}


def read_policy(row: Policy) -> LightPolicy:
    """A stored policy as the core judges by it."""
    definition = dict(row.definition)
    definition.update(code=row.code, name=row.name_zh, version=row.edition)
    return LightPolicy.from_json(definition)
