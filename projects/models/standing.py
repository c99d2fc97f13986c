"""Where each project stands: derived figures and lights that lists filter and sort on; it can be rebuilt any time."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models.base import yuan
from projects.models.registry import Project


class LightChoice(models.TextChoices):
    """The stored form of projects.core.lights.Light."""

    RED = "red", _("Red")
    YELLOW = "yellow", _("Yellow")
    GREEN = "green", _("Green")
    NOT_JUDGED = "not_judged", _("Not judged")


class Stage(models.TextChoices):
    """How far a project is, from its milestones."""

    PREPARATION = "preparation", _("Preparation")
    CONSTRUCTION = "construction", _("Under construction")
    COMPLETED = "completed", _("Completed, in production")
    STOPPED = "stopped", _("Stopped")


def light_field(label: Any) -> "models.CharField[str, str]":
    """A stored light."""
    return models.CharField(label, max_length=12, choices=LightChoice.choices, default=LightChoice.NOT_JUDGED)


class ProjectStanding(models.Model):
    """A project's figures and lights as of a day; kept by actions and by the sweep, never the source of a total.

    A row that stays as it is keeps its `as_of`: it holds to the day of StandingHead, see projects.queries.standings.
    Amounts are yuan; `gap` is points against pace in hundredths (−350 = 3.50 points behind), empty when not judged.
    `reason` is the cause of the overall light as {"code", "figures"}; `reasons` holds the same by indicator.
    """

    project = models.OneToOneField(
        Project, models.CASCADE, primary_key=True, related_name="standing", verbose_name=_("project")
    )
    as_of = models.DateField(_("as of"))
    period = models.CharField(_("period"), max_length=7)
    plan = yuan(_("annual plan in force"), null=True, blank=True)
    completed = yuan(_("completed this year"), null=True, blank=True)
    rate = models.IntegerField(_("completion rate, hundredths of a percent"), null=True, blank=True)
    gap = models.IntegerField(_("points against pace, hundredths"), null=True, blank=True)
    opening = yuan(_("completed before this year"), null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices, default=Stage.PREPARATION)
    light = light_field(_("light"))
    light_start = light_field(_("start"))
    light_pace = light_field(_("pace"))
    light_funds = light_field(_("funds"))
    light_statistics = light_field(_("statistics entry"))
    light_milestones = light_field(_("milestones"))
    cause = models.CharField(_("cause"), max_length=12, blank=True)
    reason = models.JSONField(_("reason"), default=dict)
    reasons = models.JSONField(_("reasons"), default=dict)
    overdue = models.PositiveSmallIntegerField(_("milestones overdue"), default=0)
    policy = models.CharField(_("policy"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        indexes = [
            models.Index(fields=["light"], name="standing_by_light"),
            models.Index(fields=["stage"], name="standing_by_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.light}"


class StandingHead(models.Model):
    """The one row that says to which day all standings hold, at which position of the change log, and by what terms.

    A night judges again what changed since. Without the row, or under other terms, it judges every project.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    as_of = models.DateField(_("as of"))
    position = models.BigIntegerField(_("position"))
    terms = models.CharField(_("digest of the terms"), max_length=64)

    class Meta:
        verbose_name = _("head of the standings")
        verbose_name_plural = _("head of the standings")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="standing_one_head")]

    def __str__(self) -> str:
        return f"{self.as_of} {self.position}"
