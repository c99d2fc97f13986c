"""What the pages of imports need of a template: a word out of a dictionary."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def get(words: Mapping[str, Any], key: str) -> Any:
    """The word under a key; “—” where there is none."""
    return words.get(key) or "—"
