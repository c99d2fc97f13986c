"""The reporting month: open until it is locked, and the figures as they stood at the lock."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models.base import Bilingual, Versioned, current, known_order, yuan
from projects.models.registry import Project


class ReportingRule(Bilingual, Versioned):
    """One version of the rule set by which months open, fall due and close. In force for a month: the one that began
    last by its first day.
    """

    code = models.CharField(_("code"), max_length=40)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    effective_from = models.DateField(_("in force from"))
    definition = models.JSONField(_("rules"))
    source = models.CharField(_("source"), max_length=300, blank=True)
    is_local = models.BooleanField(_("set locally"), default=False)

    class Meta:
        verbose_name = _("reporting rules")
        verbose_name_plural = _("reporting rules")
        ordering = ["effective_from", "edition"]
        constraints = [
            known_order("reporting_rule_known_order"),
            models.UniqueConstraint(fields=["code", "edition"], condition=current(), name="reporting_rule_once"),
            models.UniqueConstraint(fields=["effective_from"], condition=current(), name="reporting_rule_one_begins"),
        ]


class ReportingPeriod(models.Model):
    """A month `YYYY-MM`: open, then locked. Its figures are flash (快报) until the lock and final (核定) after it."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        LOCKED = "locked", _("Locked")

    period = models.CharField(_("period"), max_length=7, unique=True)
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.OPEN)
    opens_on = models.DateField(_("opens on"))
    due_on = models.DateField(_("due on"))
    rule = models.CharField(_("cut-off rule"), max_length=60, blank=True)
    locked_at = models.DateTimeField(_("locked at"), null=True, blank=True)
    locked_by = models.CharField(_("locked by"), max_length=64, blank=True)
    locked_position = models.BigIntegerField(_("ledger position at the lock"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        ordering = ["period"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", locked_at__isnull=True, locked_position__isnull=True)
                | Q(state="locked", locked_at__isnull=False, locked_position__isnull=False),
                name="period_lock_is_dated",
            )
        ]

    def __str__(self) -> str:
        return self.period

    @property
    def is_open(self) -> bool:
        """Whether figures may still be entered for the month."""
        return self.state == self.State.OPEN

    @property
    def is_locked(self) -> bool:
        """Whether the month's figures are final."""
        return self.state == self.State.LOCKED


class LockedFigure(models.Model):
    """A project's figures as they stood when the month was locked, in yuan; later reports compare with them."""

    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="figures", verbose_name=_("period"))
    project = models.ForeignKey(Project, models.PROTECT, related_name="locked_figures", verbose_name=_("project"))
    plan = yuan(_("annual plan in force"), null=True, blank=True)
    completed = yuan(_("completed this year"), null=True, blank=True)
    opening = yuan(_("completed before this year"), null=True, blank=True)
    light = models.CharField(_("light"), max_length=12)
    programmes = models.JSONField(_("lists"), default=list)

    class Meta:
        verbose_name = _("figure at the lock")
        verbose_name_plural = _("figures at the lock")
        ordering = ["period_id", "project_id"]
        constraints = [models.UniqueConstraint(fields=["period", "project"], name="locked_figure_once")]

    def __str__(self) -> str:
        return f"{self.period_id} {self.project_id}"
