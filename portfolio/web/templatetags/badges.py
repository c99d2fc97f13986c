"""Badges: lights that differ by shape and word as well as by colour, provenance, and plain states."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

register = template.Library()

# One shape for each colour, on a grid of 12: a square stops, a triangle warns, a disc goes on, a ring is not judged.
_SHAPES = {
    "red": mark_safe('<rect x="1" y="1" width="10" height="10"/>'),
    "yellow": mark_safe('<path d="M6 .8 11.6 11H.4z"/>'),
    "green": mark_safe('<circle cx="6" cy="6" r="5.2"/>'),
    "none": mark_safe('<circle cx="6" cy="6" r="4.6"/>'),
}
_WORDS = {"red": _("Red"), "yellow": _("Yellow"), "green": _("Green"), "none": _("Not judged")}
_PROVENANCE = {
    "demo": (_("Demonstration data"), _("Invented for the demonstration; no real project, person or figure.")),
    "published": (_("Published"), _("Taken from a public source, which is named beside it.")),
    "official": (_("Official"), _("Reported through this system.")),
}
_ALIASES = {"": "none", "not_judged": "none", "unjudged": "none", "grey": "none", "None": "none"}


def light_key(value: Any) -> str:
    """red, yellow, green or none for any spelling of a light: an enum, its value, None."""
    text = str(getattr(value, "value", value) or "")
    key = _ALIASES.get(text, text)
    return key if key in _SHAPES else "none"


def light_shape(value: Any) -> SafeString:
    """The bare shape, for legends and charts; decorative, because the word stands beside it."""
    return format_html('<svg viewBox="0 0 12 12" aria-hidden="true">{}</svg>', _SHAPES[light_key(value)])


@register.simple_tag
def light(value: Any, text: Any = "") -> SafeString:
    """{% light project.light %} or {% light "red" "Pace" %}: shape, word (or the text given) and colour."""
    key = light_key(value)
    word = _WORDS[key]
    if text:
        return format_html(
            '<span class="light light-{}" title="{}">{}<span class="visually-hidden">{} </span>{}</span>',
            key,
            word,
            light_shape(key),
            word,
            text,
        )
    return format_html('<span class="light light-{}">{}{}</span>', key, light_shape(key), word)


@register.simple_tag
def provenance(value: Any) -> SafeString:
    """{% provenance project.provenance %}: where a fact comes from; invented data is never shown without it."""
    key = str(getattr(value, "value", value))
    word, title = _PROVENANCE.get(key, (key, ""))
    return format_html('<span class="badge provenance-{}" title="{}">{}</span>', key, title, word)


@register.simple_tag
def badge(text: Any, tone: str = "") -> SafeString:
    """{% badge "Locked" "accent" %}: a state in a frame; tones accent, red, yellow, green, strong or none."""
    return format_html('<span class="badge{}">{}</span>', f" badge-{tone}" if tone else "", text)
