"""What a published figure or statement measures: codes in the files, words on the screen."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FactMeasure(models.TextChoices):
    """What a source says about one project; figures first, statements after."""

    TOTAL_INVESTMENT = "total_investment", _("Total investment")
    PHASE_INVESTMENT = "phase_investment", _("Investment of a phase or part")
    CHAIN_INVESTMENT = "chain_investment", _("Investment of the whole chain")
    SIGNED_INVESTMENT = "signed_investment", _("Investment of all firms signed up")
    COMPLETED_INVESTMENT = "completed_investment", _("Investment completed, as reported")
    ANNUAL_PLAN = "annual_plan", _("Annual investment, as reported")
    SIGNED_PROJECTS = "signed_projects", _("Projects signed up")
    LENGTH = "length", _("Length")
    BRIDGE_LENGTH = "bridge_length", _("Length of the bridge")
    LAND_AREA = "land_area", _("Land area")
    FLOOR_AREA = "floor_area", _("Floor area")
    DURATION = "duration", _("Construction period")
    COMPLETION = "completion", _("Completion, as reported")
    STAGE = "stage", _("Reported as")
    GOAL = "goal", _("Promised or planned")
    CONTENT = "content", _("Content and scale")
    LISTED_AS = "listed_as", _("List named by the source")
    OWNER = "owner", _("Firm named by the source")
    DIVISION = "division", _("Place named by the source")
    NATIONAL_CODE = "national_code", _("National project code")
    MENTION = "mention", _("Named without further detail")


class TargetMeasure(models.TextChoices):
    """What a source promises or reports for a list."""

    PROJECT_COUNT = "project_count", _("Number of projects")
    INVESTMENT_COMPLETED = "investment_completed", _("Investment completed")
    PROJECTS_IN_PRODUCTION = "projects_in_production", _("Projects completed or in production")
    RESERVE_COUNT = "reserve_count", _("Projects in reserve")
    APPROVED_COUNT = "approved_count", _("Projects approved")
    LANDED_COUNT = "landed_count", _("Projects landed")
    SIGNED_COUNT = "signed_count", _("Projects signed")
    QUOTA = "quota", _("Quota of funds")
    FUNDS_ARRIVED = "funds_arrived", _("Funds arrived")
    TASK_COUNT = "task_count", _("Number of tasks")
    QUANTITY = "quantity", _("Quantity")
    AMOUNT = "amount", _("Amount")
    PHYSICAL_PROGRESS = "physical_progress", _("Physical progress")
