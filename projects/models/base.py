"""What several of the domain's tables share: names in two languages, versions known from a ledger position."""

from typing import Any, Self, TypeVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

Row = TypeVar("Row", bound=models.Model, covariant=True)


class Provenance(models.TextChoices):
    """Where a row comes from; demonstration and published rows are badged wherever they show."""

    OFFICIAL = "official", _("Official")
    PUBLISHED = "published", _("Published source")
    DEMO = "demo", _("Demonstration")


class Bilingual(models.Model):
    """A row of reference data with a Chinese name and an English one."""

    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language; Chinese where there is no English one."""
        if (get_language() or "").startswith("zh"):
            return self.name_zh
        return self.name_en or self.name_zh


class KnownQuerySet(models.QuerySet[Row]):
    """Rows that are versioned by ledger position: `known_from` ≤ position < `known_to`."""

    def known(self, position: int | None = None) -> Self:
        """The versions known now, or at a ledger position (seq)."""
        recorded = self.filter(known_from__isnull=False)
        if position is None:
            return recorded.filter(known_to__isnull=True)
        return recorded.filter(known_from__lte=position).filter(
            models.Q(known_to__isnull=True) | models.Q(known_to__gt=position)
        )


KnownRows = models.Manager.from_queryset(KnownQuerySet)


class Versioned(models.Model):
    """One version of a fact. `known_from` and `known_to` are positions (seq) in the change ledger.

    A version whose `known_from` is empty was never a fact: a return under review, a re-plan not yet approved.
    """

    known_from = models.BigIntegerField(_("known from ledger position"), null=True, blank=True)
    known_to = models.BigIntegerField(_("known to ledger position"), null=True, blank=True)

    objects = KnownRows()

    class Meta:
        abstract = True


def known_order(name: str) -> models.CheckConstraint:
    """A version ends after it began, and only a fact can end."""
    return models.CheckConstraint(
        condition=models.Q(known_to__isnull=True) | models.Q(known_to__gt=models.F("known_from")), name=name
    )


def current() -> models.Q:
    """The condition of partial indexes and constraints: this version is a fact now."""
    return models.Q(known_from__isnull=False, known_to__isnull=True)


def yuan(label: Any, **options: Any) -> "models.BigIntegerField[Any, Any]":
    """An amount in yuan, a whole number, never negative."""
    return models.BigIntegerField(label, validators=[MinValueValidator(0)], **options)
