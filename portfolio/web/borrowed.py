"""Words of the libraries' own pages that come without their Chinese; our catalogue translates them.

Nothing reads this list at run time: Django looks every string up in the catalogues of all applications together.
"""

from django.utils.translation import gettext_noop as _

LOCK_OUTS = (
    _("access attempt"),
    _("access attempts"),
    _("User Agent"),
    _("IP Address"),
    _("Username"),
    _("Attempt Time"),
    _("Failed Logins"),
)
"""django-axes: failed sign-ins as the administration site lists them."""

ADMINISTRATION = (_("Model name"), _("Add link"), _("Change or view list link"))
"""Django's administration site: what a screen reader says above the list of models."""
