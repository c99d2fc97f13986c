"""The milestone catalogue, its templates, and each project's milestones with every revision of their dates."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models.base import Bilingual, Versioned, current, known_order
from projects.models.registry import Project


class MilestoneStep(Bilingual):
    """A step of the catalogue, from filing to final accounts, with its usual working days of handling."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    phase = models.CharField(_("phase"), max_length=1)
    usual_workdays = models.PositiveSmallIntegerField(_("usual working days"), null=True, blank=True)
    photo = models.BooleanField(_("asks for a photograph"), default=False)
    moves_to_workday = models.BooleanField(_("a due date on a rest day moves to the next working day"), default=True)
    condition = models.CharField(_("condition"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("milestone step")
        verbose_name_plural = _("milestone steps")
        ordering = ["code"]


class MilestoneTemplate(Bilingual):
    """The steps that a kind of project goes through, in order."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    steps = models.ManyToManyField(MilestoneStep, through="TemplateStep", verbose_name=_("steps"))

    class Meta:
        verbose_name = _("milestone template")
        verbose_name_plural = _("milestone templates")
        ordering = ["code"]


class TemplateStep(models.Model):
    """A step's place in a template."""

    template = models.ForeignKey(MilestoneTemplate, models.CASCADE, related_name="places", verbose_name=_("template"))
    step = models.ForeignKey(MilestoneStep, models.PROTECT, related_name="+", verbose_name=_("step"))
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("step of a template")
        verbose_name_plural = _("steps of templates")
        ordering = ["template_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["template", "step"], name="template_step_once"),
            models.UniqueConstraint(fields=["template", "position"], name="template_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} {self.position}"


class Milestone(models.Model):
    """A project's milestone as it stands now; its revisions tell how it came to this.

    `due_on` is the planned date moved to a working day where its step says so; `due_known` is false where the year's
    calendar was not loaded, so that nothing was guessed. Overdue: due_on < as_of and no actual date.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="milestones", verbose_name=_("project"))
    step = models.ForeignKey(MilestoneStep, models.PROTECT, related_name="+", verbose_name=_("step"))
    position = models.PositiveSmallIntegerField(_("position"))
    planned_on = models.DateField(_("planned on"), null=True, blank=True)
    baseline_on = models.DateField(_("first planned on"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    due_known = models.BooleanField(_("working days known"), default=True)
    forecast_on = models.DateField(_("expected on"), null=True, blank=True)
    actual_on = models.DateField(_("done on"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["project_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["project", "step"], name="milestone_step_once"),
            models.CheckConstraint(
                condition=Q(planned_on__isnull=True, due_on__isnull=True)
                | Q(planned_on__isnull=False, due_on__isnull=False),
                name="milestone_due_with_plan",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "project"], condition=Q(actual_on__isnull=True), name="milestone_open_by_due"
            ),
            models.Index(fields=["actual_on"], condition=Q(actual_on__isnull=False), name="milestone_by_actual"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.step_id}"


class MilestoneRevision(Versioned):
    """One state of a milestone's dates; a re-plan that awaits approval has no `known_from` yet."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="revisions", verbose_name=_("milestone"))
    number = models.PositiveSmallIntegerField(_("revision"))
    planned_on = models.DateField(_("planned on"), null=True, blank=True)
    forecast_on = models.DateField(_("expected on"), null=True, blank=True)
    actual_on = models.DateField(_("done on"), null=True, blank=True)
    document = models.CharField(_("approval document"), max_length=100, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("revision of a milestone")
        verbose_name_plural = _("revisions of milestones")
        ordering = ["milestone_id", "number"]
        constraints = [
            known_order("milestone_revision_known_order"),
            models.UniqueConstraint(fields=["milestone", "number"], name="milestone_revision_number_once"),
            models.UniqueConstraint(fields=["milestone"], condition=current(), name="milestone_one_current_revision"),
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id}/{self.number}"


class ReplanRequest(models.Model):
    """A new planned date that was asked for too close to the due date: until the city office decides, the old stands.

    A milestone has at most one that waits. What was approved is then a change like any other, in the change log.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="requests", verbose_name=_("milestone"))
    planned_on = models.DateField(_("planned on"))
    reason = models.CharField(_("reason"), max_length=300)
    document = models.CharField(_("approval document"), max_length=100, blank=True)
    asked_by = models.CharField(_("asked by"), max_length=64)
    asked_on = models.DateField(_("asked on"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ASKED)
    decided_by = models.CharField(_("decided by"), max_length=64, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    words = models.CharField(_("words with the decision"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("request for a new date")
        verbose_name_plural = _("requests for new dates")
        ordering = ["-asked_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["milestone"], condition=Q(state="asked"), name="replan_one_waits"),
            models.CheckConstraint(condition=~Q(reason=""), name="replan_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state="asked", decided_on__isnull=True) | Q(~Q(state="asked"), decided_on__isnull=False),
                name="replan_decision_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id} {self.planned_on}"
