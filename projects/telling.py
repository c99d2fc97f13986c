"""Tells a row of the change log in the reader's language: what was done to what, by whom, each value before and after.

The log holds names of fields and plain values; words for both come from the models, so a new field tells itself.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from projects.core.periods import Period
from projects.models import Act, Assignment, Change, IndicatorChoice, Origin, ReturnVersion
from projects.models.milestones import MilestoneRevision
from projects.templatetags.figures import MISSING, money, month, month_short, share

# Where a row of the log speaks of fields that its own model does not have.
_COMPANIONS: Mapping[str, type[models.Model]] = {"milestone": MilestoneRevision, "monthlyreturn": ReturnVersion}
_LABELS: Mapping[str, Any] = {
    "reminded": gettext_lazy("people reminded"),
    "cut_off": gettext_lazy("Cut-off"),
    "december": gettext_lazy("Cut-off in December"),
    "january_february": gettext_lazy("Cut-off in January and February"),
    "merge_jan_feb": gettext_lazy("January and February as one period"),
    "opens_day": gettext_lazy("Opens on day"),
    "lock_after": gettext_lazy("Locked after"),
    "remind_before": gettext_lazy("First reminder"),
    "remind_after": gettext_lazy("Second reminder"),
    "list_after": gettext_lazy("List to the county"),
    "months": gettext_lazy("Plan by month"),
    "shares": gettext_lazy("Shares"),
    "projects": gettext_lazy("Projects counted"),
    "steps": gettext_lazy("Steps"),
    **dict(Assignment.Kind.choices),
}
_HIDDEN = frozenset({"version"})
_NOTHING: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class Line:
    """One field: its name, the value before (“—” for none) and the value after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Story:
    """One change as a reader sees it."""

    seq: int
    day: str
    time: str
    who: str
    subject: str
    act: str
    lines: list[Line]
    reason: str
    source: str
    origin: str
    project: str
    hash: str


def tell(change: Change, names: Mapping[str, str]) -> Story:
    """The change in words. `names` gives the names of codes (steps, lists, units, chains) in the reader's language."""
    changes: dict[str, list[Any]] = json.loads(change.changes)
    model = change.model
    lines = [
        Line(_label(model, name), _value(model, name, old, names), _value(model, name, new, names))
        for name, (old, new) in sorted(changes.items(), key=lambda item: _place(model, item[0]))
        if name not in _HIDDEN and not _says_nothing(change, old, new)
    ]
    return Story(
        seq=change.seq,
        day=change.business_date,
        time=change.at[11:16],
        who=change.actor_name,
        subject=_subject(change, names),
        act=_act(change),
        lines=lines,
        reason=change.reason,
        source=change.source,
        origin=str(Origin(change.origin).label),
        project=change.project,
        hash=change.hash,
    )


def _act(change: Change) -> str:
    """What was done; of a correction, on which side of the month's lock, where the query told it."""
    if change.act == Act.CORRECT and not getattr(change, "after_lock", True):
        return _("Corrected before the lock")
    return str(Act(change.act).label)


@lru_cache(maxsize=64)
def _places(model: str) -> dict[str, int]:
    names = [
        field.name
        for kind in (_COMPANIONS.get(model), _models().get(model))
        if kind
        for field in kind._meta.get_fields()
    ]
    return {name: place for place, name in reversed(list(enumerate(names)))}


def _place(model: str, name: str) -> int:
    """Where a reader expects a field: in the order of the models, what was reported before the state it is in."""
    return _places(model).get(name, len(_places(model)))


def _says_nothing(change: Change, old: Any, new: Any) -> bool:
    """A new row's empty fields and flags that are off, and the code that stands beside the row anyway."""
    return old in _NOTHING and (new in _NOTHING or new is False or new == change.project)


def _subject(change: Change, names: Mapping[str, str]) -> str:
    """The kind of row, and which one of the project's it is: a step, a month, a list, a year."""
    model = _models().get(change.model)
    kind = capfirst(model._meta.verbose_name) if model else change.model
    parts = [part for part in change.key.split("/") if part and part != change.project]
    if change.model == "planrevision" and len(parts) == 2:
        return _("%(kind)s %(year)s, revision %(number)s") % {"kind": kind, "year": parts[0], "number": parts[1]}
    which = " ".join(names.get(part) or _part_in_words(part, model) for part in parts)
    return f"{kind} {which}".strip()


def _part_in_words(part: str, model: type[models.Model] | None) -> str:
    """A part of a natural key: a month, a year, a choice of one of the row's fields, or itself."""
    written = month(part)
    if written != MISSING:
        return written
    if len(part) == len("2024") and part.isdecimal():
        return pgettext("a year", "%(year)s") % {"year": part}
    fields = model._meta.get_fields() if model else ()
    known = (dict(getattr(field, "flatchoices", None) or ()) for field in fields)
    return next((str(words[part]) for words in known if part in words), part)


@lru_cache(maxsize=1)
def _models() -> dict[str, type[models.Model]]:
    return {model._meta.model_name or "": model for model in apps.get_models()}


def _field(model: str, name: str) -> Any:
    """The model field that a name in the log stands for, or None."""
    for candidate in (_models().get(model), _COMPANIONS.get(model)):
        if candidate is not None and name in {field.name for field in candidate._meta.get_fields()}:
            return candidate._meta.get_field(name)
    return None


def _label(model: str, name: str) -> str:
    if name in _LABELS:
        return str(_LABELS[name])
    field = _field(model, name)
    return capfirst(str(field.verbose_name)) if field is not None and hasattr(field, "verbose_name") else name


def _month_name(number: int) -> str:
    return month_short(Period(2000, number))  # any year: only the month is written


def _value(model: str, name: str, value: Any, names: Mapping[str, str]) -> str:
    """A value in words: money with its unit, choices and codes by name, a missing one as “—”."""
    if value in _NOTHING:
        return MISSING
    if name == "months":
        parts = [f"{_month_name(number)} {money(amount)}" for number, amount in enumerate(value, 1) if amount]
        return _("; ").join(parts)
    if name == "shares":
        return _("; ").join(f"{names.get(unit, unit)} {share(points)}" for unit, points in value.items())
    if name == "indicators":
        return _("; ").join(str(dict(IndicatorChoice.choices).get(one, one)) for one in str(value).split(","))
    field = _field(model, name)
    if isinstance(field, models.BooleanField):
        return _("Yes") if value else _("No")
    if isinstance(field, models.BigIntegerField) and isinstance(value, int):
        return money(value)
    if choices := getattr(field, "flatchoices", None):
        return str(dict(choices).get(value, value))
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return names.get(str(value), str(value))
