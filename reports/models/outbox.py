"""Mail that is to go, is going, went or could not: rendered when queued, one row for each dedupe key for ever.

A picture is kept once, however many mails show it.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MailPicture(models.Model):
    """A PNG that mails show, by the SHA-256 of its bytes; it goes with the text of the last mail that shows it."""

    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True)
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("picture of a mail")
        verbose_name_plural = _("pictures of mails")

    def __str__(self) -> str:
        return self.sha256


class OutboxMessage(models.Model):
    """One message to one recipient. queued → sending → sent | failed | withheld; claimed by conditional update.

    `copies` are pairs of name and address. `told_through` is the highest number of an AlertEvent when a digest was
    made: with `business_date` it says how far its reader has been told, unless the mail was `overtaken_by` a later one
    before it could leave. `content_sha256` covers text, a null byte and HTML, once both were removed with age. Claims
    and attempts are in real time, `queued_at` and `sent_at` in business time.
    """

    class Kind(models.TextChoices):
        DIGEST = "digest", _("Daily digest")
        OVERVIEW = "overview", _("Weekly overview")
        OFFICE = "office", _("Digest of the project office")
        IMMEDIATE = "immediate", _("New red lights")
        REMINDER = "reminder", _("Reminder")
        REPORT = "report", _("Scheduled report")
        ACCOUNT = "account", _("Account notice")

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        WITHHELD = "withheld", _("Withheld")

    dedupe_key = models.CharField(_("key"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    business_date = models.DateField(_("business date"))
    number = models.CharField(_("mail number"), max_length=30, blank=True)
    person = models.CharField(_("person"), max_length=40, blank=True)
    to_name = models.CharField(_("recipient"), max_length=100)
    to_address = models.EmailField(_("address"))
    copies = models.JSONField(_("copies to"), default=list, blank=True)
    subject = models.CharField(_("subject"), max_length=300)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    text = models.TextField(_("plain text"))
    html = models.TextField(_("HTML"))
    picture = models.ForeignKey(
        MailPicture, models.PROTECT, null=True, blank=True, related_name="messages", verbose_name=_("picture")
    )
    attachment = models.ForeignKey(
        "reports.ArchivedWorkbook", models.PROTECT, null=True, blank=True, verbose_name=_("attachment")
    )
    ledger_head = models.CharField(_("head of the change log"), max_length=90, blank=True)
    told_through = models.BigIntegerField(_("last event of an alert that there was"), null=True, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=150)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.QUEUED)
    queued_at = models.DateTimeField(_("queued at"))
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    claim = models.CharField(_("claim"), max_length=40, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    withheld_reason = models.CharField(_("why it is withheld"), max_length=300, blank=True)
    overtaken_by = models.CharField(_("key of the mail that tells its news"), max_length=120, blank=True)
    thinned_on = models.DateField(_("text removed on"), null=True, blank=True)
    content_sha256 = models.CharField(_("SHA-256 of the text that was removed"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("outbox")
        ordering = ["-queued_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="outbox_sent_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(state="sending", claimed_at__isnull=False)
                | (~Q(state="sending") & Q(claimed_at__isnull=True)),
                name="outbox_claim_is_dated",
            ),
            models.CheckConstraint(condition=~Q(state="withheld") | ~Q(withheld_reason=""), name="outbox_withheld_why"),
            models.CheckConstraint(
                condition=Q(overtaken_by="") | Q(state="withheld"), name="outbox_overtaken_withheld"
            ),
            models.CheckConstraint(
                condition=Q(thinned_on__isnull=True) | Q(text="", html="") & ~Q(content_sha256=""),
                name="outbox_thinned_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending", "sent", "failed", "withheld"]), name="outbox_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state="queued"), name="outbox_due"),
            models.Index(fields=["business_date", "kind"], name="outbox_by_day"),
            models.Index(fields=["person", "business_date"], name="outbox_by_person"),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="outbox_claimed"),
        ]

    def __str__(self) -> str:
        return self.dedupe_key
