"""The form with which an account administrator makes and changes accounts; every rule of roles stands here."""

import hashlib
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portfolio.chain import canonical_json
from portfolio.models import Role, User
from portfolio.web import scopes
from portfolio.web.account_changes import plain

ADMINISTRATORS = frozenset({Role.LOG_AUDITOR, Role.ACCOUNT_ADMIN, Role.SECURITY_ADMIN})
NEEDED = {
    Role.COUNTY_STAFF: ("division", _("County staff and reviewers belong to a unit.")),
    Role.COUNTY_REVIEWER: ("division", _("County staff and reviewers belong to a unit.")),
    Role.PROJECT_UNIT: ("organisation", _("A project unit's account names its organisation.")),
    Role.LEADER: ("person", _("Choose who this leader or liaison officer is; mail and “my projects” go by it.")),
    Role.LIAISON: ("person", _("Choose who this leader or liaison officer is; mail and “my projects” go by it.")),
}


def mark_of(account: User) -> str:
    """How an account stands, so that a page drawn of it can be told from one drawn of it as it was before."""
    stands = {name: plain(getattr(account, name)) for name in AccountForm.Meta.fields}
    return hashlib.sha256(canonical_json(stands).encode()).hexdigest()[:16]


class AccountForm(forms.ModelForm):
    """Scope is chosen from the units, organisations and people that there are; `seen` is the account's mark."""

    division = forms.ChoiceField(label=_("Belongs to unit"), required=False)
    organisation = forms.ChoiceField(label=_("Belongs to organisation"), required=False)
    person = forms.ChoiceField(label=_("Is this person"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = User
        fields = (
            "username", "display_name", "role", "division", "organisation", "person", "email", "language",
            "is_active", "access_from", "access_until",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mark = mark_of(self.instance) if self.instance.pk else ""
        self.initial["seen"] = self.mark
        for name in scopes.FIELDS:
            field = self.fields.get(name)
            if isinstance(field, forms.ChoiceField):
                field.choices = self._scopes(name)

    def _scopes(self, name: str) -> list[tuple[str, str]]:
        known = scopes.choices(name)
        present = getattr(self.instance, name)
        if present and present not in dict(known):
            known = [(present, present), *known]
        return [("", "—"), *((code, f"{label} · {code}") for code, label in known)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.mark and cleaned.get("seen") != self.mark:
            self._refuse_stale(cleaned)
        role = cleaned.get("role", self.instance.role)
        field, sentence = NEEDED.get(role, ("", ""))
        if field in self.fields and not cleaned.get(field):
            self.add_error(field, sentence)
        begins, ends = cleaned.get("access_from"), cleaned.get("access_until")
        if begins and ends and ends < begins:
            self.add_error("access_until", _("Access ends before it begins."))
        if role == Role.AUDITOR and "access_until" in self.fields and not ends:
            self.add_error("access_until", _("An audit bureau's access has an end."))
        self._keep_powers_apart(role, cleaned)
        return cleaned

    def _refuse_stale(self, cleaned: dict[str, Any]) -> None:
        """Say at each field that differs what stands there now; what was typed stays, and may be saved knowingly."""
        self.data = {**{name: self.data.get(name) for name in self.data}, "seen": self.mark}
        self.add_error(None, _("Somebody changed this account after you opened the page. Save again to keep yours."))
        for name in AccountForm.Meta.fields:
            if name in cleaned and cleaned[name] != (now := getattr(self.instance, name)):
                choices: Any = dict(getattr(self.fields[name], "choices", ()))
                self.add_error(name, _("Now: %(value)s") % {"value": choices.get(now, now) or "—"})

    def _keep_powers_apart(self, role: str, cleaned: dict[str, Any]) -> None:
        """Administering accounts, security and the log's audit stay with three people, and apart from other work."""
        if self.instance.pk and role != self.instance.role and ADMINISTRATORS & {role, self.instance.role}:
            sentence = _("An administrator's account is made as such and stays so: close it, and make another.")
            self.add_error("role", sentence)
        if role not in ADMINISTRATORS or not cleaned.get("is_active", self.instance.is_active):
            return
        others = User.objects.filter(role__in=ADMINISTRATORS, is_active=True).exclude(pk=self.instance.pk)
        for name in ("person", "email"):
            if (value := cleaned.get(name)) and others.filter(**{name: value}).exists():
                self.add_error(name, _("This person holds another administrator's account; the three never combine."))
