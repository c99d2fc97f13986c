"""The reporting rules as a form: the cut-off, its exceptions, the lock and the reminders; drawn with those in force."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.refusals import Refusal
from portfolio.web.forms import Form
from projects.core.calendar import ShiftKind
from projects.core.cycle import FEWEST_WORKDAYS, LATEST_OPENING, Anchor, CutOff, CycleRule
from projects.core.periods import Period
from projects.templatetags.figures import month

AHEAD = 18
WORKDAY, SAME, NEXT = "workday", "same", "next"
WHENS = [
    (WORKDAY, _("Working day after the month's end")),
    (NEXT, _("Day of the next month")),
    (SAME, _("Day of the month itself")),
]
SHIFTS = [
    (ShiftKind.NONE.value, _("stays")),
    (ShiftKind.PREVIOUS.value, _("moves to the working day before")),
    (ShiftKind.NEXT.value, _("moves to the next working day")),
    (ShiftKind.NTH_AFTER.value, _("moves to the n-th working day after")),
]
JANUARY_FEBRUARY = [
    ("usual", _("like other months")),
    ("own", _("with a cut-off of their own")),
    ("merged", _("as one period, reported with February")),
]
CUTS = (("cut", "cut_off"), ("december", "december"), ("early", "january_february"))
LABELS = {
    "cut": _("Cut-off"),
    "december": _("Cut-off in December"),
    "early": _("Cut-off in January and February"),
}


class RulesForm(Form):
    """Drawn with the rules in force; `definition` is what was typed, as the core reads it."""

    layout = "fields-2"
    effective_from = forms.ChoiceField(label=_("In force from"), help_text=_("Months that are open keep their days."))
    source = forms.CharField(label=_("Document"), max_length=200, help_text=_("The notice that lays the rules down."))

    def __init__(self, *args: Any, rule: CycleRule, first: Period, version: int, **kwargs: Any) -> None:
        super().__init__(*args, initial={**_initial(rule), "version": version}, **kwargs)
        months = [first.plus(ahead) for ahead in range(AHEAD)]
        field: Any = self.fields["effective_from"]
        field.choices = [(one.first_day.isoformat(), month(one)) for one in months]
        self._add("opens_day", _whole(_("Opens on day"), 1, LATEST_OPENING, _("of the month that is reported")))
        self._add_cut("cut")
        self._add("december_differs", forms.BooleanField(label=_("December has a cut-off of its own"), required=False))
        self._add_cut("december", required=False)
        self._add("january_february", forms.ChoiceField(label=_("January and February"), choices=JANUARY_FEBRUARY))
        self._add_cut("early", required=False)
        self._add("lock_after", _whole(
            _("Locked after"), 0, FEWEST_WORKDAYS, _("working days from the cut-off; empty: by hand"), required=False
        ))  # fmt: skip
        for name, label in (
            ("remind_before", _("First reminder")),
            ("remind_after", _("Second reminder")),
            ("list_after", _("List to the county")),
        ):
            side = (
                _("working days before the cut-off") if name == "remind_before" else _("working days after the cut-off")
            )
            self._add(name, _whole(label, 1, FEWEST_WORKDAYS, side))
        reason = forms.CharField(label=_("Reason"), required=False, max_length=300)
        self._add("reason", reason)

    def _add(self, name: str, field: forms.Field) -> None:
        from portfolio.web.forms import dress

        self.fields[name] = dress(field)

    def _add_cut(self, prefix: str, *, required: bool = True) -> None:
        self._add(f"{prefix}_when", forms.ChoiceField(label=LABELS[prefix], choices=WHENS, required=required))
        self._add(f"{prefix}_number", _whole(_("n-th working day, or day"), 1, 31, "", required=required))
        self._add(f"{prefix}_shift", forms.ChoiceField(label=_("On a rest day it"), choices=SHIFTS, required=False))
        self._add(f"{prefix}_shift_days", _whole(_("n, where it moves so"), 0, FEWEST_WORKDAYS, "", required=False))

    def definition(self) -> dict[str, Any]:
        """What was typed, as CycleRule.from_json reads it."""
        said = self.cleaned_data
        early = said["january_february"]
        return {
            "code": "office", "name": "本办规定", "name_en": "The office's own rules", "version": 1,
            "effective_from": said["effective_from"], "source": said["source"], "opens_day": said["opens_day"],
            "cut_off": self._cut("cut"),
            "december": self._cut("december") if said["december_differs"] else None,
            "january_february": self._cut("early") if early == "own" else None,
            "merge_jan_feb": early == "merged",
            "lock_after": said["lock_after"],
            **{name: said[name] for name in ("remind_before", "remind_after", "list_after")},
        }  # fmt: skip

    def _cut(self, prefix: str) -> dict[str, Any]:
        said = self.cleaned_data
        when, shift = said[f"{prefix}_when"] or WORKDAY, said[f"{prefix}_shift"] or ShiftKind.NONE.value
        by_workday = when == WORKDAY
        days = (said[f"{prefix}_shift_days"] or 0) if shift == ShiftKind.NTH_AFTER and not by_workday else 0
        return {
            "anchor": str(Anchor.WORKDAY if by_workday else Anchor.DAY),
            "number": said[f"{prefix}_number"] or 0,
            "months_after": 0 if when == SAME else 1,
            "shift": ShiftKind.NONE.value if by_workday else shift,
            "shift_days": days,
        }

    def refuse_field(self, refusal: Refusal) -> None:
        """Bring the core's name of a field to the form's own, so that the sentence stands beside it."""
        cut, _dot, part = (refusal.field or "").rpartition(".")
        prefix = {core: own for own, core in CUTS}.get(cut or part, "cut")
        parts = {"number": "number", "shift_days": "shift_days", "anchor": "when", "months_after": "when"}
        if part in parts:
            refusal.field = f"{prefix}_{parts[part]}"
        elif part in {core for _own, core in CUTS}:
            refusal.field = f"{prefix}_number"


def _whole(label: Any, least: int, most: int, words: Any, *, required: bool = True) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "input input-short"})
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, help_text=words, required=required, widget=widget
    )


def _initial(rule: CycleRule) -> dict[str, Any]:
    early = "merged" if rule.merge_jan_feb else "own" if rule.january_february else "usual"
    found: dict[str, Any] = {
        "source": rule.source, "opens_day": rule.opens_day, "december_differs": rule.december is not None,
        "january_february": early, "lock_after": rule.lock_after, "remind_before": rule.remind_before,
        "remind_after": rule.remind_after, "list_after": rule.list_after,
    }  # fmt: skip
    for prefix, name in CUTS:
        found |= _initial_cut(prefix, getattr(rule, name) or rule.cut_off)
    return found


def _initial_cut(prefix: str, cut: CutOff) -> dict[str, Any]:
    when = WORKDAY if cut.anchor is Anchor.WORKDAY else SAME if cut.months_after == 0 else NEXT
    return {
        f"{prefix}_when": when,
        f"{prefix}_number": cut.number,
        f"{prefix}_shift": cut.shift.kind.value,
        f"{prefix}_shift_days": cut.shift.days or None,
    }
