"""The columns of a project register, of milestones and of monthly figures: keys, headers, kinds, units.

What is exported is declared here, so that it can be read back: a key names the field that a column holds.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _

from portfolio.sheets.columns import Column, Kind
from projects.core.money import MoneyUnit

_WAN: Final = MoneyUnit.WAN

NUMBER: Final = Column("number", _("No."), Kind.ORDINAL, width=6)
CODE: Final = Column("code", _("Project code"), Kind.MARK, width=13)
NAME: Final = Column("name", _("Project name"), width=34)
LISTS: Final = Column("lists", _("On the lists"), width=14)
DIVISION: Final = Column("division", _("County or zone"), Kind.MARK, width=10)
PROJECT_TYPE: Final = Column("project_type", _("Project type"), Kind.MARK, width=9)
INDUSTRY: Final = Column("industry", _("Industry chain"), Kind.MARK, width=12)
NATURE: Final = Column("nature", _("Nature of construction"), Kind.MARK, width=9)
STAGE: Final = Column("stage", _("Stage"), Kind.MARK, width=9)
OWNER: Final = Column("owner", _("Project unit"), width=20)
CONTENT: Final = Column("content", _("Content and scale"), width=34)
YEARS: Final = Column("years", _("Years of construction"), Kind.MARK, width=11)
TOTAL: Final = Column("total_investment", _("Total investment"), Kind.MONEY, _WAN, width=13)
PLAN: Final = Column("plan", _("Annual plan"), Kind.MONEY, _WAN, width=12)
COMPLETED: Final = Column("completed", _("Completed this year"), Kind.MONEY, _WAN, width=12)
RESTATED: Final = Column("restated", _("Months restated"), Kind.MARK, width=10)
MONTH: Final = Column("month", _("Completed this month"), Kind.MONEY, _WAN, width=11)
RATE: Final = Column("rate", _("Completion rate"), Kind.PERCENT, places=1, width=9)
GAP: Final = Column("gap", _("Points against pace"), Kind.POINTS, places=1, width=11)
SINCE_START: Final = Column("since_start", _("Completed since the start"), Kind.MONEY, _WAN, width=13)
PHYSICAL: Final = Column("physical", _("Physical progress"), width=16)
LIGHT: Final = Column("light", _("Light"), Kind.LIGHT, width=8)
WHY: Final = Column("why", _("Cause of the light"), width=30)
RULE: Final = Column("rule", _("Rule of the light"), width=30)
LEADER: Final = Column("leader", _("Responsible city leader"), Kind.MARK, width=11)
RESPONSIBLE: Final = Column("responsible", _("Responsible unit"), width=16)
PROBLEM: Final = Column("problem", _("Problems"), width=30)

STEP: Final = Column("step", _("Step code"), Kind.MARK, width=8)
MILESTONE: Final = Column("title", _("Milestone"), width=16)
BASELINE: Final = Column("baseline_on", _("First planned on"), Kind.DATE, width=12)
PLANNED: Final = Column("planned_on", _("Planned on"), Kind.DATE, width=12)
DUE: Final = Column("due_on", _("Due date"), Kind.DATE, width=12)
FORECAST: Final = Column("forecast_on", _("Expected on"), Kind.DATE, width=12)
ACTUAL: Final = Column("actual_on", _("Done on"), Kind.DATE, width=12)
STATUS: Final = Column("status", _("State of the milestone"), Kind.LIGHT, width=10)
DAYS_LATE: Final = Column("days_late", _("Working days late"), Kind.WHOLE, width=9)
