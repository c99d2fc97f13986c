"""The base of every form: fields with help and errors beside them, both values of a stale form, "really?".

Knows nothing of the domain and writes nothing; views hand a Refusal to portfolio/web/responses.py, which puts it here.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorList
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Renderer(TemplatesSetting):
    """Draws forms with the templates of the shell; the admin site keeps Django's own."""

    form_template_name = "portfolio/forms/form.html"
    field_template_name = "portfolio/forms/field.html"


class Errors(ErrorList):
    """Several errors are a list, one is a sentence."""

    template_name = "portfolio/forms/errors.html"


@dataclass(frozen=True, slots=True)
class BothValues:
    """One field of a stale form: what stands in the database now, and what this person typed."""

    label: Any
    theirs: Any
    yours: Any


@dataclass(frozen=True, slots=True)
class FieldLink:
    """A line of the error summary: the field, its first error, and the id to jump to."""

    label: Any
    error: Any
    target: str


class Form(forms.Form):
    """A form of the product. A subclass that can be asked "really?" calls `allow_reason()` in its `__init__`."""

    default_renderer = Renderer()
    layout = ""  # "fields-2" sets the fields in two columns
    wide: Collection[str] = ()  # fields that take both columns
    one_of: Collection[str] = ()  # fields of which one or some are asked for: none of them is called optional
    is_closed = False  # drawn only to give back what was typed: meanwhile nothing can be saved any more
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("error_class", Errors)
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.both_values: list[BothValues] = []
        self.really: Any = None
        for field in self.fields.values():
            dress(field)

    def get_context(self) -> dict[str, Any]:
        """As the stock form; the cursor stands in the first field that is wrong."""
        wrong = next((bound for bound in self if bound.errors and not bound.is_hidden), None)
        if wrong is not None:
            wrong.field.widget.attrs["autofocus"] = True
        return dict(super().get_context())

    @property
    def error_links(self) -> list[FieldLink]:
        """The summary on top, drawn when more than one field is wrong."""
        wrong = [bound for bound in self if bound.errors and not bound.is_hidden]
        if len(wrong) < 2:
            return []
        return [FieldLink(bound.label, bound.errors[0], bound.id_for_label) for bound in wrong]

    def offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        """Set what a choice field offers, once that is known."""
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(f"{name} offers no choices")
        field.choices = list(choices)

    def allow_reason(self, label: Any = None) -> None:
        """Give the form a reason field, which stays hidden until a refusal asks for it or something stands in it."""
        field = forms.CharField(
            label=label or _("Reason"),
            required=False,
            max_length=500,
            strip=True,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        if not (self.is_bound and self.data.get(self.add_prefix("reason"))):
            field.widget = forms.HiddenInput()
        dress(field)
        self.fields["reason"] = field

    def ask_reason(self, sentence: Any) -> None:
        """Show the doubt and the reason field; sending the form again with a reason is the answer “yes”."""
        self.really = sentence
        if "reason" in self.fields:
            widget = forms.Textarea(attrs={"rows": 2, "required": True})
            self.fields["reason"].widget = widget
            dress(self.fields["reason"])
            self.add_error("reason", _("Say why this is right, then save again."))

    def show_both(self, theirs: dict[str, Any], yours: dict[str, Any], version: int | None) -> None:
        """Show both values of each field that differs; saving again, with the new version, keeps this person's."""
        self.both_values = [
            BothValues(self.fields[name].label, self._written(name, theirs[name]), self._written(name, yours.get(name)))
            for name in theirs
            if name in self.fields and theirs[name] != yours.get(name)
        ]
        if version is not None and self.is_bound:
            self.data = {**self._sent(), self.add_prefix("version"): str(version)}

    def _written(self, name: str, value: Any) -> Any:
        """A value as its field writes it: dates ISO, money in its unit, choices in words."""
        field = self.fields[name]
        if isinstance(value, date):
            return value.isoformat()
        if choices := getattr(field, "choices", None):
            return dict(choices).get(value, value)
        return field.prepare_value(value)

    def _sent(self) -> dict[str, Any]:
        """What was sent, one value a field; a form of ours has no field with several."""
        return {name: self.data.get(name) for name in self.data}


def dress(field: forms.Field) -> forms.Field:
    """Give a field's widget the classes of the shell's stylesheet, keeping those it already has."""
    widget = field.widget
    wanted = _class_of(widget)
    if wanted:
        present = widget.attrs.get("class", "")
        widget.attrs["class"] = present if wanted in present.split() else f"{wanted} {present}".strip()
    if isinstance(field, forms.DecimalField | forms.IntegerField) and not widget.is_hidden:
        widget.attrs.setdefault("inputmode", "decimal")
    return field


def _class_of(widget: forms.Widget) -> str:
    if widget.is_hidden or isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return ""
    if isinstance(widget, forms.Textarea):
        return "textarea"
    return "select" if isinstance(widget, forms.Select) else "input"


def date_input(**attrs: Any) -> forms.DateInput:
    """The browser's own date picker: it needs no script, and its value is always ISO."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input input-short", **attrs})


def sent_number(text: str | None) -> int:
    """A small whole number out of an address or a button; 0 for what is none, so a missing version is a stale one."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


class MoneyField(forms.CharField):
    """Money as people type it; the value stays text, because only the domain knows how to read an amount.

    `unit` is printed beside the field and is the unit of a bare number.
    """

    def __init__(self, *, unit: str | Promise, **kwargs: Any) -> None:
        self.unit = unit
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "input input-number"}),
        )
        super().__init__(**kwargs)
