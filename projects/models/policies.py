"""Policies: named, dated, versioned sets of thresholds that judge lights; who is exempt, and who asks to be."""

from datetime import date, timedelta

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


class IndicatorChoice(models.TextChoices):
    """The five indicators of a light, as projects.core.reasons.Indicator has them."""

    START = "start", _("Start")
    PACE = "pace", _("Pace")
    FUNDS = "funds", _("Funds")
    STATISTICS = "statistics", _("Statistics entry")
    MILESTONES = "milestones", _("Milestones")


class ExemptionRequest(models.Model):
    """An exemption that was asked for: until the city office decides, the project is judged as before.

    Of a package, `with_parts` says whether the parts that it has on the day of the decision are covered. Who asked
    and who decided are those who were at work, whomever they stood in for. What was approved are rows of Exemption.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        ENDED = "ended", _("Ended early")
        WITHDRAWN = "recalled", _("Taken back")

    project = models.ForeignKey(Project, models.PROTECT, related_name="exemption_requests", verbose_name=_("project"))
    indicators = models.CharField(_("indicators"), max_length=60)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"))
    reason = models.CharField(_("reason"), max_length=300)
    document = models.CharField(_("approval document"), max_length=100, blank=True)
    with_parts = models.BooleanField(_("with its parts"), default=False)
    asked_by = models.CharField(_("asked by"), max_length=64)
    asked_on = models.DateField(_("asked on"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ASKED)
    decided_by = models.CharField(_("decided by"), max_length=64, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    words = models.CharField(_("words with the decision"), max_length=300, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=64, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_because = models.CharField(_("why it ended"), max_length=300, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("request for an exemption")
        verbose_name_plural = _("requests for exemptions")
        ordering = ["-asked_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=models.F("valid_from")), name="exemption_request_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(indicators=""), name="exemption_request_says_what_and_why"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_on__isnull=True) | Q(~Q(state="asked"), decided_on__isnull=False),
                name="exemption_decision_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_on__isnull=False) | Q(~Q(state="ended"), ended_on__isnull=True),
                name="exemption_end_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.indicators}"

    @property
    def first_day(self) -> date:
        """From when it holds, or would: never before the day on which it was approved."""
        return max(self.valid_from, self.decided_on or self.valid_from)

    @property
    def last_day(self) -> date:
        """Until when it holds, or would; the day before it was ended."""
        return self.valid_to if self.ended_on is None else min(self.valid_to, self.ended_on - timedelta(days=1))

    @property
    def ever_held(self) -> bool:
        """Whether a day lies between both; not where it was ended before it began."""
        return self.first_day <= self.last_day

    @property
    def indicator_names(self) -> list[str]:
        """What it is asked for, in the reader's language, in the order of the indicators."""
        asked = self.indicators.split(",")
        return [str(label) for value, label in IndicatorChoice.choices if value in asked]


class Exemption(Versioned):
    """A project is not judged on one indicator for a time: for a reason, approved by somebody, until a day."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="exemptions", verbose_name=_("project"))
    request = models.ForeignKey(
        ExemptionRequest, models.PROTECT, null=True, blank=True, related_name="exemptions", verbose_name=_("request")
    )
    indicator = models.CharField(_("indicator"), max_length=12, choices=IndicatorChoice.choices)
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
