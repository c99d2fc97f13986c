"""What leaders ask for, as items with an owner and a date; and which mails a person wants beyond those that are due."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from reports.models.alerts import Alert


class Instruction(models.Model):
    """A leader's written instruction (批示): what is to be done, by whom and by when, and what came of it.

    `given_by` is the leader's name as it is to be read; `entered_by` the account that wrote it down, the leader's own
    or the office's. `owner` is the username of who answers for it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Under way")
        REPORTED = "reported", _("Reported as done")
        CLOSED = "closed", _("Closed")

    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="instructions", verbose_name=_("project")
    )
    alert = models.ForeignKey(
        Alert, models.PROTECT, null=True, blank=True, related_name="instructions", verbose_name=_("alert")
    )
    text = models.CharField(_("instruction"), max_length=500)
    given_by = models.CharField(_("given by"), max_length=100)
    given_on = models.DateField(_("given on"))
    entered_by = models.CharField(_("entered by"), max_length=64)
    owner = models.CharField(_("who answers for it"), max_length=64, db_index=True)
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    outcome = models.CharField(_("what came of it"), max_length=500, blank=True)
    reported_by = models.CharField(_("reported by"), max_length=64, blank=True)
    reported_on = models.DateField(_("reported on"), null=True, blank=True)
    closed_by = models.CharField(_("closed by"), max_length=64, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("instruction")
        verbose_name_plural = _("instructions")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="instruction_says_something"),
            models.CheckConstraint(condition=Q(due_on__gte=models.F("given_on")), name="instruction_due_after_given"),
            models.CheckConstraint(
                condition=Q(state="open", reported_on__isnull=True) | Q(~Q(state="open"), reported_on__isnull=False),
                name="instruction_report_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False) | Q(~Q(state="closed"), closed_on__isnull=True),
                name="instruction_closing_is_dated",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="instruction_by_date")]

    def __str__(self) -> str:
        return self.text


class Subscription(models.Model):
    """Whether a person wants a mail that the rules leave to them; without a row, as the topic's default says."""

    class Topic(models.TextChoices):
        IMMEDIATE = "immediate", _("New red lights at once")
        OVERVIEW = "overview", _("Overview on the first working day of each week")
        ALL_LISTS = "all_lists", _("Weekly overview of all lists")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscriptions", verbose_name=_("account")
    )
    topic = models.CharField(_("topic"), max_length=10, choices=Topic.choices)
    wanted = models.BooleanField(_("wanted"))

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["user_id", "topic"]
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="subscription_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.topic}"
