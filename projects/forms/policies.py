"""Forms of policies: every threshold as a field, a file to import, the day of adoption, and what to compare."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from portfolio.web.forms import Form
from projects.core.handling import HandlingRule
from projects.core.money import MoneyUnit
from projects.core.policies import LightPolicy
from projects.core.policy_rules import PaceMeasure, SlightBand
from projects.core.reasons import Light
from projects.core.schedule import QUARTER_STEPS, PaceBasis
from projects.forms.fields import DayField
from projects.policy_wording import INDICATORS, problem_words

LARGEST_FILE = 200_000
WAN = MoneyUnit.WAN.factor
MEASURES = {
    PaceMeasure.POINTS_BELOW: _("Percentage points below pace"),
    PaceMeasure.RATIO_TO_PACE: _("Percent of pace"),
    PaceMeasure.SHARE_OF_SHORTFALL: _("Percent short of pace"),
    PaceMeasure.MONTH_TASK: _("Percent of the month's task"),
}
BASES = {
    PaceBasis.LINEAR_MONTH: _("One twelfth a month"),
    PaceBasis.LINEAR_HALF_MONTH: _("One twenty-fourth a half month"),
    PaceBasis.DAY_OF_YEAR: _("Days of the year"),
    PaceBasis.QUARTER_STEPS: _("Steps by quarter"),
    PaceBasis.MONTHLY_PLAN: _("The project's own months"),
}
BANDS = {SlightBand.GREEN: _("Green"), SlightBand.NOT_JUDGED: _("Not judged")}
HANDLING = tuple(one.name for one in fields(HandlingRule))
BELOW = {Light.YELLOW: _("Yellow"), Light.RED: _("Red")}


@dataclass(frozen=True, slots=True)
class Group:
    """Fields of one indicator, as the page sets them together."""

    title: Any
    fields: list[BoundField]


def _whole(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=10**9, **more)


def _flag(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


def _switch() -> forms.BooleanField:
    """Whether a policy judges an indicator at all; a row of its own."""
    return _flag(_("Judged"))


class PolicyForm(Form):
    """A policy's thresholds; `definition` gives the JSON form, which the core checks field by field."""

    name = forms.CharField(label=_("Chinese name"), max_length=200)
    name_en = forms.CharField(label=_("English name"), required=False, max_length=200)
    source = forms.CharField(label=_("Source"), max_length=300)
    start = _switch()
    start_red_after_periods = _whole(_("Red when missed at how many month ends in a row"))
    pace = _switch()
    pace_measure = forms.ChoiceField(label=_("How it is measured"), choices=list(MEASURES.items()), required=False)
    pace_basis = forms.ChoiceField(label=_("How pace is reckoned"), choices=list(BASES.items()), required=False)
    pace_yellow_limit = forms.CharField(label=_("Yellow limit"), required=False, max_length=12)
    pace_yellow_inclusive = _flag(_("The yellow limit itself is yellow"))
    pace_red_limit = forms.CharField(label=_("Red limit"), required=False, max_length=12)
    pace_red_inclusive = _flag(_("The red limit itself is red"))
    pace_slight_band = forms.ChoiceField(
        label=_("Behind pace, but not yet yellow"), choices=list(BANDS.items()), required=False
    )
    pace_red_after_periods = _whole(
        _("Red when yellow at how many month ends in a row"), help_text=_("0 or empty: not counted.")
    )
    pace_smallest_plan = _whole(_("Smallest annual plan, 10,000 yuan"))
    pace_quarter_steps = forms.CharField(
        label=_("Percent by quarter"), required=False, max_length=40, help_text=_("Such as 20, 50, 75, 100.")
    )
    funds = _switch()
    funds_steps = forms.CharField(
        label=_("Spending steps"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One a line: after how many months what percent must be paid out, such as 3 25. Write >6 50 for what holds "
            "only after more than six months."
        ),
    )
    funds_linear_months = _whole(_("Or evenly, over how many months"))
    funds_below = forms.ChoiceField(
        label=_("Light of a batch that is behind"), choices=list(BELOW.items()), required=False
    )
    funds_red_over = forms.CharField(
        label=_("Red when more than this percent is lacking"), required=False, max_length=12
    )
    funds_red_after_periods = _whole(
        _("Red when behind at how many month ends in a row"), help_text=_("0 or empty: not counted.")
    )
    funds_larger_than = _whole(_("Judged only when more than this was issued in the year, 10,000 yuan"))
    statistics = _switch()
    statistics_yellow_after_months = _whole(_("Yellow after how many months"))
    statistics_red_after_months = _whole(_("Red after more than how many months"))
    milestones = _switch()
    milestones_yellow_from = _whole(_("Yellow from how many working days late"))
    milestones_red_from = _whole(_("Red from how many working days late"), help_text=_("Empty: never."))
    milestones_red_after_periods = _whole(
        _("Red when overdue at how many month ends in a row"), help_text=_("0 or empty: not counted.")
    )
    milestones_warn_days = _whole(
        _("Yellow how many working days before it is due"), help_text=_("0 or empty: only once it is late.")
    )
    milestones_due_soon_days = _whole(_("Notice how many working days before it is due"))
    handling_county_after = _whole(_("Goes to the county office after how many working days"))
    handling_city_after = _whole(_("Goes to the city office after how many working days"))
    handling_leader_after = _whole(_("A red one goes to the leader after how many working days"))
    handling_longest_snooze = _whole(_("May be put off for how many working days at most"))
    handling_lock_window = _whole(
        _("A new date needs approval within how many working days of the due date"), help_text=_("0: never.")
    )
    handling_exempt_months = _whole(
        _("A project may be exempt for how many months in one go"), help_text=_("Then it has to be asked for again.")
    )
    merge_jan_feb = _flag(_("January and February are one period"))
    local_settings = forms.MultipleChoiceField(
        label=_("Set locally"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("What no published rule gives and the office has decided itself."),
    )  # fmt: skip
    notes = forms.CharField(
        label=_("Notes"), required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line."),
    )  # fmt: skip
    on = DayField(
        label=_("In force from"),
        help_text=_("A day to come. Left empty, the edition is kept and can be adopted later."),
    )

    def __init__(self, *args: Any, policy: LightPolicy, **kwargs: Any) -> None:
        super().__init__(*args, initial=_initial(policy), **kwargs)
        self._policy = policy
        self.one_of = list(self.fields)  # which are needed depends on what is judged
        texts = [name for name, field in self.fields.items() if isinstance(field.widget, forms.Textarea)]
        self.wide = [*(str(one) for one in INDICATORS), *texts, "local_settings"]
        self.offer("local_settings", self._settable(policy))

    def _settable(self, policy: LightPolicy) -> list[tuple[str, str]]:
        """Every threshold of a light as a definition names it, in words; what a file names beyond those stays."""
        titles = {str(one): title for one, title in INDICATORS.items()}
        found = {"merge_jan_feb": str(self.fields["merge_jan_feb"].label)}
        for name, field in self.fields.items():
            indicator, _bar, rest = name.partition("_")
            if rest and indicator in titles:
                found[f"{indicator}.{rest}"] = f"{titles[indicator]}{_(': ')}{field.label}"
        return list(({name: name for name in policy.local_settings} | found).items())

    def groups(self) -> list[Group]:
        """The fields as they stand together on the page."""
        titles = {"": _("Name and source")} | {str(one): title for one, title in INDICATORS.items()}
        titles["handling"] = _("How alerts are handled")
        found: dict[str, list[BoundField]] = {name: [] for name in titles}
        rest: list[BoundField] = []
        for bound in self.visible_fields():
            indicator = bound.name.partition("_")[0]
            if indicator in found:
                found[indicator].append(bound)
            elif bound.name in ("name", "name_en", "source"):
                found[""].append(bound)
            else:
                rest.append(bound)
        groups = [Group(titles[name], fields) for name, fields in found.items()]
        return [*groups, Group(_("In force, and notes"), rest)]

    def definition(self) -> dict[str, object]:
        """The policy as a file holds it; what is wrong with it the core says."""
        typed = self.cleaned_data
        return self._policy.to_json() | {
            "name": typed["name"],
            "name_en": typed["name_en"],
            "source": typed["source"],
            "start": self._rule("start", ("red_after_periods",)),
            "pace": self._pace_rule(),
            "funds": self._funds_rule(),
            "statistics": self._rule("statistics", ("yellow_after_months", "red_after_months")),
            "milestones": self._rule(
                "milestones", ("yellow_from", "red_from", "due_soon_days", "red_after_periods", "warn_days")
            ),
            "merge_jan_feb": typed["merge_jan_feb"],
            "handling": {name: typed[f"handling_{name}"] for name in HANDLING},
            "local_settings": typed["local_settings"],
            "notes": _lines(typed["notes"]),
        }

    def show_problems(self, problems: tuple[tuple[str, str], ...]) -> None:
        """Put what the core says at the fields it names; the rest on top."""
        for path, problem in problems:
            name = path.replace(".", "_")
            while name and name not in self.fields:
                name = name.rpartition("_")[0]
            self.add_error(name or None, problem_words(problem) if name else f"{path}: {problem_words(problem)}")

    def _rule(self, indicator: str, names: tuple[str, ...]) -> dict[str, object] | None:
        typed = self.cleaned_data
        if not typed[indicator]:
            return None
        said = {name: typed[f"{indicator}_{name}"] for name in names}
        return {name: value or 0 if name in _COUNTERS else value for name, value in said.items()}

    def _pace_rule(self) -> dict[str, object] | None:
        names = ("measure", "basis", "yellow_inclusive", "red_inclusive", "slight_band", "red_after_periods")
        rule = self._rule("pace", (*names, "yellow_limit", "red_limit"))
        if rule is None:
            return None
        typed = self.cleaned_data
        rule["smallest_plan"] = (typed["pace_smallest_plan"] or 0) * WAN
        rule["quarter_steps"] = _numbers(typed["pace_quarter_steps"]) or list(QUARTER_STEPS)
        return rule

    def _funds_rule(self) -> dict[str, object] | None:
        rule = self._rule("funds", ("below", "linear_months", "red_after_periods"))
        if rule is None:
            return None
        typed = self.cleaned_data
        rule["red_over"] = typed["funds_red_over"] or None
        rule["larger_than"] = (typed["funds_larger_than"] or 0) * WAN
        rule["steps"] = [_step(line) for line in _lines(typed["funds_steps"])]
        return rule


_COUNTERS = frozenset({"red_after_periods", "warn_days", "linear_months"})


def _initial(policy: LightPolicy) -> dict[str, Any]:
    """A policy as the form's fields hold it."""
    data: dict[str, Any] = policy.to_json()
    found: dict[str, Any] = {name: data[name] for name in ("name", "name_en", "source", "merge_jan_feb")}
    for indicator in INDICATORS:
        rule = data[indicator]
        found[indicator] = rule is not None
        found |= {f"{indicator}_{name}": value for name, value in (rule or {}).items()}
    found |= {f"handling_{name}": getattr(policy.handling, name) for name in HANDLING}
    found["pace_quarter_steps"] = ", ".join(map(str, found.get("pace_quarter_steps", QUARTER_STEPS)))
    found["funds_steps"] = "\n".join(map(_written, found.get("funds_steps", ())))
    for name in ("pace_smallest_plan", "funds_larger_than"):
        found[name] = found.get(name, 0) // WAN
    found["local_settings"], found["notes"] = data["local_settings"], "\n".join(data["notes"])
    return found


def _written(step: Mapping[str, Any]) -> str:
    return f"{'>' if step.get('over') else ''}{step['months']} {step['percent']}"


def _step(line: str) -> dict[str, object]:
    """A step as a file holds it, “>6 50” or “6 50 over”; what is no number is left to the core to refuse."""
    plain = line.lstrip(">＞ ")
    words = plain.replace("，", " ").replace(",", " ").replace("%", " ").split()
    found: dict[str, object] = {}
    for name, word in zip(("months", "percent"), words, strict=False):
        found[name] = _number(word)
    return found | ({"over": True} if len(words) > 2 or plain != line else {})


def _numbers(text: str) -> list[object]:
    words = text.replace("，", ",").replace("%", "").replace(",", " ").split()
    return [_number(word) for word in words]


def _number(word: str) -> object:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 10 else word


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class ImportForm(Form):
    """A policy file."""

    file = forms.FileField(
        label=_("Policy file"),
        help_text=_("JSON, as this product writes it on a policy's page."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )

    def text(self) -> str:
        """What the file says; bytes that are no UTF-8 become marks that no JSON holds."""
        upload = self.cleaned_data["file"]
        return str(upload.read(LARGEST_FILE + 1)[: LARGEST_FILE + 1].decode("utf-8-sig", errors="replace"))

    def clean_file(self) -> Any:
        """Refuse what is too large to be a policy."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_FILE:
            raise forms.ValidationError(_("This file is too large to be a policy."))
        return upload


class AdoptForm(Form):
    """From when an edition is to be in force."""

    on = DayField(label=_("In force from"), required=True, help_text=_("A day to come."))


class WhatIfForm(Form):
    """Which policy, on which day, and whether to see all projects or those that change."""

    policy = forms.ChoiceField(label=_("Policy"))
    on = DayField(label=_("On"), required=True)
    every = forms.BooleanField(label=_("Also those that keep their colour"), required=False)

    def __init__(self, *args: Any, policies: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("policy", policies)

    def day(self) -> date:
        """The day that was asked for."""
        day: date = self.cleaned_data["on"]
        return day
