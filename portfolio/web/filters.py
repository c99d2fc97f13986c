"""The base of every filter bar: django-filter as it is documented, with labels of its own and selects drawn fast.

Every filter needs a label: django-filter's own Chinese catalogue is not found under zh-hans.
"""

from collections.abc import Iterable
from html import escape
from typing import Any

import django_filters as stock
from django import forms
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from portfolio.web.forms import Errors, Renderer, dress


class QuickSelect(forms.Select):
    """Django's select, written in one go: the stock widget renders a template for each option."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The same element as the stock widget; groups of options included."""
        final = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        written = "".join(
            f" {key}" if item is True else f' {key}="{conditional_escape(item)}"'
            for key, item in final.items()
            if item is not None and item is not False
        )
        chosen = {str(item) for item in self.format_value(value)}
        return mark_safe(f"<select{written}>{''.join(_options(self.choices, chosen))}</select>")  # escaped below


def _options(choices: Iterable[Any], chosen: set[str]) -> Iterable[str]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield f'<optgroup label="{escape(str(value))}">{"".join(_options(label, chosen))}</optgroup>'
            continue
        text = "" if value is None else str(value)
        mark = " selected" if text in chosen else ""
        yield f'<option value="{escape(text)}"{mark}>{escape(str(label))}</option>'


class FilterForm(forms.Form):
    """The form of a filter bar, drawn by portfolio/parts/filters.html."""

    default_renderer = Renderer()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("error_class", Errors)
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            dress(field)


class FilterSet(stock.FilterSet):
    """A filter bar. What it leaves unset filters nothing; what it cannot read shows its error and no rows."""

    def get_form_class(self) -> type[FilterForm]:
        """The stock fields on our own form."""
        fields = {name: filter_.field for name, filter_ in self.filters.items()}
        return type(f"{type(self).__name__}Form", (FilterForm,), fields)

    @property
    def is_set(self) -> bool:
        """Whether anything is filtered at all; then there is something to reset."""
        return self.is_bound and any(self.data.get(name) for name in self.filters)


class ChoiceFilter(stock.ChoiceFilter):
    """One of a list of choices; “All” filters nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("All"))
        kwargs.setdefault("widget", QuickSelect)
        super().__init__(*args, **kwargs)


class TextFilter(stock.CharFilter):
    """A text to search for; its field takes two columns of the bar."""

    def __init__(self, *args: Any, placeholder: Any = "", **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "search", "placeholder": placeholder}))
        kwargs.setdefault("max_length", 100)
        super().__init__(*args, **kwargs)
