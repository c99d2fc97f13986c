"""Policies: named, dated, versioned sets of thresholds by which lights are judged; and who is exempt from one."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models.base import Bilingual, Versioned, current, known_order
from projects.models.registry import Project


class Policy(Bilingual, Versioned):
    """One version of a rule set. In force on a day: the adopted one (`effective_from` ≤ day) that began last."""

    code = models.CharField(_("code"), max_length=40)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    definition = models.JSONField(_("thresholds"))
    source = models.CharField(_("source"), max_length=300, blank=True)
    is_local = models.BooleanField(_("set locally"), default=False)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["code", "edition"]
        constraints = [
            known_order("policy_known_order"),
            models.UniqueConstraint(fields=["code", "edition"], condition=current(), name="policy_edition_once"),
            models.UniqueConstraint(
                fields=["effective_from"],
                condition=current() & Q(effective_from__isnull=False),
                name="policy_one_begins_a_day",
            ),
        ]


class Exemption(Versioned):
    """A project is not judged on one indicator for a time: for a reason, approved by somebody, until a day."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="exemptions", verbose_name=_("project"))
    indicator = models.CharField(_("indicator"), max_length=12)
    reason = models.CharField(_("reason"), max_length=300)
    approved_by = models.CharField(_("approved by"), max_length=64)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"))

    class Meta:
        verbose_name = _("exemption")
        verbose_name_plural = _("exemptions")
        ordering = ["project_id", "indicator", "valid_from"]
        constraints = [
            known_order("exemption_known_order"),
            models.CheckConstraint(
                condition=Q(valid_to__gte=models.F("valid_from")), name="exemption_ends_after_start"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="exemption_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.indicator}"
