"""Policies by hand: a new edition, an edition from a file, and the day from which one is in force.

A policy is never overwritten: an edit is a new edition, and adopting one closes its row and writes the next. It begins
on a day to come, so that no light and no alert of a day gone by changes under anybody.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.refusals import Refusal
from portfolio.web.access import Act as Right
from portfolio.web.access import require
from projects.actions.record import Batch, created, ledger_batch
from projects.core.policies import LightPolicy
from projects.core.policy_rules import PolicyError
from projects.models import Act, Origin, Policy

LONGEST_CODE, LONGEST_NAME, LONGEST_SOURCE = 40, 200, 300


class PolicyRefused(Refusal):
    """A policy that cannot be kept; `problems` names each field and what is wrong with it, as the core says it."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__(_("The policy has %(count)s faults; nothing was kept.") % {"count": len(problems)})
        self.problems = problems


def read_policy_text(text: str) -> LightPolicy:
    """A policy file's text. Raises PolicyRefused that names every field, or Refusal for what is no JSON object."""
    try:
        data = json.loads(text)
        json.dumps(data, ensure_ascii=False).encode()  # half a character passes as JSON, and no database keeps it
    except (ValueError, RecursionError):
        raise Refusal(_("This is not a policy file: it is not JSON.")) from None
    if not isinstance(data, dict):
        raise Refusal(_("This is not a policy file: it does not hold one object."))
    return checked(data)


def checked(data: Mapping[str, object]) -> LightPolicy:
    """A policy from its JSON form. Raises PolicyRefused that names every field that is wrong."""
    try:
        policy = LightPolicy.from_json(data)
    except PolicyError as error:
        raise PolicyRefused(error.problems) from None
    lengths = (("code", LONGEST_CODE), ("name", LONGEST_NAME), ("name_en", LONGEST_NAME), ("source", LONGEST_SOURCE))
    long = [(name, "is too long") for name, most in lengths if len(getattr(policy, name)) > most]
    texts = ((name, getattr(policy, name)) for name in ("name", "name_en", "source", "local_settings", "notes"))
    long += [(name, "must be a text") for name, text in texts if "\x00" in "".join(text)]  # no database keeps it
    if not policy.code.replace("-", "").replace("_", "").isalnum() or not policy.code.isascii():
        long.append(("code", "must be letters, digits and hyphens"))
    if policy.version > 32_000:
        long.append(("version", "out of range"))
    if long:
        raise PolicyRefused(tuple(long))
    return policy


def import_policy(*, by: Any, text: str, source: str = "", origin: str = Origin.WEB) -> tuple[Policy, bool]:
    """Keep a policy file as an edition, not adopted; gives the row and whether it is new.

    Raises Forbidden, PolicyRefused, and Refusal for an edition that is there already and says something else.
    """
    require(by, Right.MANAGE_REFERENCE)
    policy = replace(read_policy_text(text), effective_from=None)
    with ledger_batch(by=by, origin=origin, source=source) as book:
        row = Policy.objects.known().filter(code=policy.code, edition=policy.version).first()
        if row is None:
            return _keep(book, policy), True
        if _fields(replace(policy, effective_from=row.effective_from)) != _stored(row):
            raise Refusal(
                _("Edition %(edition)s of %(code)s is here already and says something else. Give yours a new version.")
                % {"edition": policy.version, "code": policy.code}
            )
        return row, False


def new_edition(*, by: Any, policy: LightPolicy, on: date | None = None, origin: str = Origin.WEB) -> Policy:
    """Keep changed rules as the next edition of their code, in force from a day to come if one is given.

    Raises Forbidden, and Refusal where nothing differs from the edition before, or the day cannot be.
    """
    require(by, Right.MANAGE_REFERENCE)
    with ledger_batch(by=by, origin=origin) as book:
        last = Policy.objects.known().filter(code=policy.code).order_by("-edition").first()
        edition = last.edition + 1 if last else 1
        if last is not None:
            same = replace(policy, version=last.edition, effective_from=last.effective_from)
            if _fields(same) == _stored(last):
                raise Refusal(_("Nothing differs from edition %(edition)s.") % {"edition": last.edition})
        if on is not None:
            _check_day(on)
        return _keep(book, replace(policy, version=edition, effective_from=on))


def adopt_policy(*, by: Any, row: Policy, on: date | None, origin: str = Origin.WEB) -> Policy:
    """Let an edition be in force from a day to come, or take back an adoption that has not begun (None).

    Raises Forbidden, and Refusal for a day that is not to come or belongs to another policy, for an adoption that has
    begun, and where somebody changed the edition meanwhile.
    """
    require(by, Right.MANAGE_REFERENCE)
    with ledger_batch(by=by, origin=origin) as book:
        current = Policy.objects.known().filter(pk=row.pk).first()
        if current is None:
            raise Refusal(_("Somebody changed this policy after you opened the page."))
        if current.effective_from is not None and current.effective_from <= clock.today():
            raise Refusal(_("This edition has been in force since %(day)s.") % {"day": current.effective_from})
        if on == current.effective_from:
            return current
        if on is not None:
            _check_day(on)
        fields = _stored(current) | {"effective_from": on}
        fields["definition"] = fields["definition"] | {"effective_from": on.isoformat() if on else None}
        changes = {"effective_from": (current.effective_from, on)}
        seq = book.add("policy", Act.UPDATE, changes, key=f"{current.code}/{current.edition}")
        Policy.objects.filter(pk=current.pk).update(known_to=seq)
        return Policy.objects.create(code=current.code, edition=current.edition, known_from=seq, **fields)


def _check_day(on: date) -> None:
    if on <= clock.today():
        raise Refusal(_("A policy begins on a day to come: lights of days gone by stay as judged."), field="on")
    other = Policy.objects.known().filter(effective_from=on).first()
    if other is not None:
        raise Refusal(
            _("%(policy)s begins on that day already.") % {"policy": f"{other.name} v{other.edition}"}, field="on"
        )


def _keep(book: Batch, policy: LightPolicy) -> Policy:
    fields = _fields(policy)
    seq = book.add("policy", Act.CREATE, created(fields), key=f"{policy.code}/{policy.version}")
    return Policy.objects.create(code=policy.code, edition=policy.version, known_from=seq, **fields)


def _fields(policy: LightPolicy) -> dict[str, Any]:
    return {
        "name_zh": policy.name,
        "name_en": policy.name_en,
        "effective_from": policy.effective_from,
        "definition": policy.to_json(),
        "source": policy.source,
        "is_local": bool(policy.local_settings),
    }


def _stored(row: Policy) -> dict[str, Any]:
    names = ("name_zh", "name_en", "effective_from", "definition", "source", "is_local")
    return {name: getattr(row, name) for name in names}
