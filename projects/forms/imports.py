"""Forms of the import pages: a file with what it is for, and what can be said of a plan after it was made."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portfolio.web.forms import Form, date_input
from projects.core.periods import YEARS
from projects.intake.limits import LIMITS, MB
from projects.models import Programme

ACCEPTED = ".xlsx,.xls,.ods"


class AboutForm(Form):
    """What a file is for: the list, the year, from when it holds, its document, and a reason for doubtful amounts."""

    layout = "fields-2"
    programme = forms.ChoiceField(
        label=_("List"), required=False, help_text=_("The list that the projects of the file stand on.")
    )
    year = forms.IntegerField(
        label=_("Year"), required=False, min_value=YEARS[0], max_value=YEARS[-1],
        help_text=_("Of the annual plans; otherwise as the header or the title says."),
    )  # fmt: skip
    effective_on = forms.DateField(
        label=_("In force from"), required=False, widget=date_input(),
        help_text=_("When new places on the list and new plans begin; otherwise the first day of the year."),
    )  # fmt: skip
    document = forms.CharField(label=_("Document"), required=False, max_length=100)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=300,
        help_text=_("Why amounts are right that look like a slip of the unit."),
    )  # fmt: skip

    def __init__(self, *args: Any, asks: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("programme", "year", "effective_on", "document", "reason"):
            if name not in {*asks, *(("reason",) if "programme" in asks else ())}:
                del self.fields[name]
        if "programme" in self.fields:
            lists = Programme.objects.filter(is_tracked=True).order_by("-year", "code")
            self.offer("programme", [("", _("No list")), *((row.code, f"{row.year} {row.name}") for row in lists)])

    def options(self) -> dict[str, Any]:
        """What was said, as imports keep it."""
        said = {name: self.cleaned_data.get(name) for name in self.fields if name not in ("file", "kind", "version")}
        return {name: value.isoformat() if name == "effective_on" else value for name, value in said.items() if value}


class UploadForm(AboutForm):
    """A file of one of the kinds that a person may import."""

    kind = forms.ChoiceField(label=_("Kind of file"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("Workbook file"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        help_text=_(".xlsx, .xls or .ods, at most 20 MB; save an .et file as .xlsx first."),
        allow_empty_file=True,
    )
    field_order = ("kind", "file", "programme", "year", "effective_on", "document")

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("reason", None)
        self.offer("kind", kinds)
        if len(kinds) == 1:
            field = self.fields["kind"]
            field.initial, field.widget = kinds[0][0], forms.HiddenInput()

    def clean_file(self) -> Any:
        """A file above the limit is refused before it is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > LIMITS.packed:
            raise ValidationError(
                _("The file has %(size)s MB; at most %(limit)s MB are taken. Leave out pictures and sheets."),
                params={"size": -(-file.size // MB), "limit": LIMITS.packed // MB},
            )
        return file
