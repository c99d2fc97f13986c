"""Server-drawn SVG charts."""

from django import template

register = template.Library()
