"""The reporting rules as a form: the cut-off, its exceptions, the lock and the reminders; drawn with those in force."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.refusals import Refusal
from portfolio.web.forms import Form, dress
from projects.core.cycle import FEWEST_WORKDAYS, LATEST_OPENING, Anchor, CutOff, CycleRule
from projects.core.periods import Period
from projects.templatetags.figures import month

AHEAD = 18
USUAL, MERGED = "usual", "merged"
WORKDAY, SAME, NEXT = "workday", "same", "next"
WHENS = [
    (WORKDAY, _("working day n of the next month")),
    (NEXT, _("day n of the next month")),
    (SAME, _("day n of the month itself")),
]
SHIFTS = [
    ("none", _("stays")),
    ("previous_workday", _("moves to the working day before")),
    ("next_workday", _("moves to the next working day")),
    ("nth_workday_after:2", _("moves to the second working day after")),
    ("nth_workday_after:3", _("moves to the third working day after")),
]
CUTS = (("cut", "cut_off"), ("december", "december"), ("early", "january_february"))


class RulesForm(Form):
    """Drawn with the rules in force; `definition` is what was typed, as the core reads it."""

    layout = "fields-2"
    effective_from = forms.ChoiceField(label=_("In force from"), help_text=_("Months that are open keep their days."))
    source = forms.CharField(label=_("Document"), max_length=200, help_text=_("The notice that lays the rules down."))

    def __init__(self, *args: Any, rule: CycleRule, first: Period, version: int, **kwargs: Any) -> None:
        super().__init__(*args, initial={**_initial(rule), "version": version}, **kwargs)
        months = [first.plus(ahead) for ahead in range(AHEAD)]
        self.offer("effective_from", [(one.first_day.isoformat(), month(one)) for one in months])
        self._add(
            opens_day=_whole(_("Opens on day"), 1, LATEST_OPENING, _("of the month that is reported")),
            lock_after=_whole(
                _("Locked after"),
                0,
                FEWEST_WORKDAYS,
                _("working days after the cut-off; empty: by hand"),
                required=False,
            ),
            cut_when=forms.ChoiceField(label=_("Cut-off"), choices=WHENS),
            cut_number=_whole(_("n of the cut-off"), 1, 31, ""),
            cut_shift=forms.ChoiceField(
                label=_("A day that is a rest day"), choices=_with(SHIFTS, _initial(rule)["cut_shift"]), required=False
            ),
            list_after=_whole(_("List to the county"), 1, FEWEST_WORKDAYS, _("working days after the cut-off")),
            december_when=forms.ChoiceField(
                label=_("Cut-off in December"), choices=[(USUAL, _("like other months")), *WHENS], required=False
            ),
            december_number=_whole(_("n of the cut-off in December"), 1, 31, "", required=False),
            early_when=forms.ChoiceField(
                label=_("January and February"),
                choices=[(USUAL, _("like other months")), (MERGED, _("one period, reported with February")), *WHENS],
                required=False,
            ),
            early_number=_whole(_("n of the cut-off in January and February"), 1, 31, "", required=False),
            remind_before=_whole(_("First reminder"), 1, FEWEST_WORKDAYS, _("working days before the cut-off")),
            remind_after=_whole(_("Second reminder"), 1, FEWEST_WORKDAYS, _("working days after the cut-off")),
            reason=forms.CharField(label=_("Reason"), required=False, max_length=300),
        )

    def _add(self, **fields: forms.Field) -> None:
        for name, field in fields.items():
            self.fields[name] = dress(field)

    def definition(self) -> dict[str, Any]:
        """What was typed, as CycleRule.from_json reads it."""
        said = self.cleaned_data
        return {
            "code": "office", "name": "本办规定", "name_en": "The office's own rules", "version": 1,
            "effective_from": said["effective_from"], "source": said["source"],
            "cut_off": self._cut("cut"), "december": self._cut("december"), "january_february": self._cut("early"),
            "merge_jan_feb": said["early_when"] == MERGED,
            **{name: said[name] for name in ("opens_day", "lock_after", "remind_before", "remind_after", "list_after")},
        }  # fmt: skip

    def _cut(self, prefix: str) -> dict[str, Any] | None:
        """A cut-off as typed; a rest day is treated alike in all of them. None: like other months."""
        said = self.cleaned_data
        when = said[f"{prefix}_when"]
        if when in ("", USUAL, MERGED):
            return None
        kind, _colon, days = ("none" if when == WORKDAY else said["cut_shift"] or "none").partition(":")
        return {
            "anchor": str(Anchor.WORKDAY if when == WORKDAY else Anchor.DAY),
            "number": said[f"{prefix}_number"] or 0,
            "months_after": 0 if when == SAME else 1,
            "shift": kind,
            "shift_days": int(days or 0),
        }

    def refuse_field(self, refusal: Refusal) -> None:
        """Bring the core's name of a field to the form's own, so that the sentence stands beside it."""
        cut, _dot, part = (refusal.field or "").rpartition(".")
        prefix = {core: own for own, core in CUTS}.get(cut or part)
        if prefix is None and part in {
            "number",
            "anchor",
            "months_after",
        }:  # the core does not say of which
            prefix = next((own for own, _core in CUTS if self._is_wrong(own)), "cut")
        if prefix is not None:
            refusal.field = f"{prefix}_number"

    def _is_wrong(self, prefix: str) -> bool:
        number, when = self.cleaned_data.get(f"{prefix}_number") or 0, self.cleaned_data.get(f"{prefix}_when")
        return when in {WORKDAY, NEXT, SAME} and not 1 <= number <= (FEWEST_WORKDAYS if when == WORKDAY else 31)


def _with(choices: list[tuple[str, Any]], present: str) -> list[tuple[str, Any]]:
    """The choices, and the one in force where it is none of them."""
    return choices if present in dict(choices) else [*choices, (present, present)]


def _whole(label: Any, least: int, most: int, words: Any, *, required: bool = True) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "input input-short"})
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, help_text=words, required=required, widget=widget
    )


def _initial(rule: CycleRule) -> dict[str, Any]:
    found: dict[str, Any] = {
        "opens_day": rule.opens_day, "lock_after": rule.lock_after,
        "remind_before": rule.remind_before, "remind_after": rule.remind_after, "list_after": rule.list_after,
        "cut_shift": str(rule.cut_off.shift),
    }  # fmt: skip
    for prefix, name in CUTS:
        cut: CutOff | None = getattr(rule, name)
        found[f"{prefix}_when"] = _when(cut)
        found[f"{prefix}_number"] = cut.number if cut else None
    return found | ({"early_when": MERGED} if rule.merge_jan_feb else {})


def _when(cut: CutOff | None) -> str:
    if cut is None:
        return USUAL
    return WORKDAY if cut.anchor is Anchor.WORKDAY else SAME if cut.months_after == 0 else NEXT
