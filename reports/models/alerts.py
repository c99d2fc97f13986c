"""Alerts as they stand, and an append-only log of how each came to stand so."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portfolio.appendonly import AppendOnly
from projects.models import Milestone, Project


class Level(models.TextChoices):
    """How grave an alert is; the order is notice < yellow < red."""

    NOTICE = "notice", _("Notice")
    YELLOW = "yellow", _("Yellow")
    RED = "red", _("Red")


class Alert(models.Model):
    """One thing that is wrong, from the day it was raised until it is cleared; at most one open per rule and subject.

    `subject` is the natural key within the rule: the project's code, or code/step for a milestone. `figures` holds
    stable facts only (dates, yuan), so that an unchanged night writes nothing; sentences are made from them.
    """

    rule = models.CharField(_("rule"), max_length=30)
    subject = models.CharField(_("subject"), max_length=60)
    project = models.ForeignKey(Project, models.PROTECT, related_name="alerts", verbose_name=_("project"))
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="alerts", verbose_name=_("milestone")
    )
    level = models.CharField(_("level"), max_length=6, choices=Level.choices)
    reason_code = models.CharField(_("reason"), max_length=40)
    figures = models.JSONField(_("figures"), default=dict)
    raised_on = models.DateField(_("raised on"))
    level_since = models.DateField(_("at this level since"))
    cleared_on = models.DateField(_("cleared on"), null=True, blank=True)
    policy_code = models.CharField(_("policy"), max_length=40)
    policy_edition = models.PositiveSmallIntegerField(_("edition of the policy"))
    previous = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # followed forwards alone
        verbose_name=_("earlier alert"),
    )
    acknowledged_by = models.CharField(_("acknowledged by"), max_length=64, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    acknowledged_note = models.CharField(_("note"), max_length=300, blank=True)
    snoozed_until = models.DateField(_("snoozed until"), null=True, blank=True)
    snooze_reason = models.CharField(_("why it is snoozed"), max_length=300, blank=True)
    assigned_to = models.CharField(_("assigned to"), max_length=64, blank=True)
    escalation = models.PositiveSmallIntegerField(_("escalation"), default=0)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-raised_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject"], condition=Q(cleared_on__isnull=True), name="alert_one_open"
            ),
            models.CheckConstraint(
                condition=Q(cleared_on__isnull=True) | Q(cleared_on__gte=models.F("raised_on")),
                name="alert_cleared_after_raised",
            ),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="alert_level_known"),
        ]
        indexes = [
            models.Index(fields=["cleared_on"], name="alert_by_clearing"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}"


class AlertEvent(AppendOnly):
    """A transition of an alert: what it was, what it became, on which business day and why; mail is made of these.

    Escalation leaves the level as it is; its figures say to which rung (projects.core.handling.Rung).
    """

    class Kind(models.TextChoices):
        RAISED = "raised", _("Raised")
        WORSENED = "worsened", _("Worsened")
        EASED = "eased", _("Eased")
        CLEARED = "cleared", _("Cleared")
        HANDED_UP = "handed", _("Escalated")

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="events", verbose_name=_("alert"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("at"))
    old_level = models.CharField(_("level before"), max_length=6, choices=Level.choices, blank=True)
    new_level = models.CharField(_("level after"), max_length=6, choices=Level.choices, blank=True)
    reason_code = models.CharField(_("reason"), max_length=40)
    figures = models.JSONField(_("figures"), default=dict)
    policy_code = models.CharField(_("policy"), max_length=40)
    policy_edition = models.PositiveSmallIntegerField(_("edition of the policy"))

    class Meta:
        verbose_name = _("event of an alert")
        verbose_name_plural = _("events of alerts")
        ordering = ["id"]
        indexes = [models.Index(fields=["on", "kind"], name="alert_event_by_day")]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.kind} {self.on}"
