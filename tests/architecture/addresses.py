"""Reads addresses.txt, the table of every address and what it answers to whom, and knows what is sent to each.

A body is such that whoever may do the thing does it; only then does a refusal prove anything.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from portfolio.web.account_form import mark_of
from projects.core.handling import HandlingRule
from tests.projects.test_holidays import NOTICE_2024
from tests.world import LOCKED, OPEN, PASSWORD, World, code

READERS = (
    "nobody", "closed", "ended", "unit", "staff", "review", "office", "leader", "liaison", "auditor", "logs",
    "accounts", "security",
)  # fmt: skip


# Where the administration site shows something that is not the office's to see, or not like the other facts.
GROUPS = {"portfolio_user": "USER", "axes_accessattempt": "AXES"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    name: str
    method: str
    whose: str
    way: str
    answers: dict[str, str]

    def __str__(self) -> str:
        return f"{self.name} {self.method} {self.whose} {self.way}"


def lines() -> Iterator[Line]:
    """The table, read."""
    for text in Path(__file__).with_name("addresses.txt").read_text(encoding="utf-8").splitlines():
        if not text or text.startswith("#"):
            continue
        name, method, whose, way, *answers = text.split()
        assert len(answers) == len(READERS), text
        yield Line(name, method, whose, way, dict(zip(READERS, answers, strict=True)))


def values(world: World, line: Line, who: str) -> dict[str, Any]:
    """What stands for the variable parts of an address, for this reader."""
    found: dict[str, Any] = {"code": _code(line), "edition": 1, "step": "D04", "kind": "summary", "url": "x"}
    found["period"] = LOCKED if line.way == "correct" else OPEN
    found["app_label"] = line.way
    if line.name.startswith("outbox_"):
        found["pk"] = world.messages["sent" if line.name == "outbox_resend" else "queued", line.whose].pk
    elif line.name in {"report", "report_again", "archive_download"}:
        found["pk"] = world.workbook("failed" if line.name == "report_again" else "ready", line.whose, who)
    elif line.name.startswith("import"):
        found["pk"] = world.imports[line.whose].pk if line.whose in world.imports else 0
    elif line.name == "USER_one_time":
        found["pk"] = world.users["staff"].pk
    elif line.name in {"alert", "alert_acknowledge"}:
        found["pk"] = world.alerts[line.whose].pk
    elif line.name == "instruction":
        found["pk"] = world.instructions[line.whose].pk
    elif line.name in {"replan", "exemption"}:
        found["pk"] = _request(world, line).pk
    elif line.name == "alert_handle":
        found["do"] = line.way if line.way in {"assign", "snooze", "wake"} else "see"
    found["project"] = found["code"]
    found["seq"] = 1
    return found


def _request(world: World, line: Line) -> Any:
    """What waits for the office's word; of exemptions the one that holds, where it is to be ended."""
    if line.name == "replan":
        return world.replans[line.whose]
    return world.exemptions["held" if line.way == "stop" else "asked", line.whose]


def _code(line: Line) -> str:
    """Of a project, of a list, or of a policy, which belongs to nobody."""
    if line.name.startswith("policy"):
        return "wuhan-2022"
    if line.name.startswith("list"):
        return "P2024-OWN" if line.name == "list_edit" and line.whose == "own" else "P2023-PROV"
    return "T-NOWHERE" if line.whose == "none" else code(line.whose, _state(line.way))


def _state(way: str) -> str:
    return {"review": "submitted", "back": "submitted", "accept": "reviewed", "correct": "draft"}.get(way, "draft")


def _stood(world: World, line: Line) -> str:
    """How a page showed the message that it offers to send again or to keep back."""
    message = world.messages["sent" if line.name == "outbox_resend" else "queued", line.whose]
    return " ".join([message.state, *([message.sent_at.isoformat()] if message.sent_at else [])])


def _chosen(world: World, line: Line) -> dict[str, str]:
    """An alert as the list's box names it."""
    return {"chosen": f"{world.alerts[line.whose].pk}:1"}


def _milestone(**dates: str) -> dict[str, str]:
    return {"version": "1", "actual_on": "", "forecast_on": "", "planned_on": "2023-12-29", "reason": "", **dates}


def _policy_file(code: str) -> bytes:
    return (Path(__file__).parents[2] / "fixtures" / "policies" / f"{code}.json").read_bytes()


def _typed(line: Line) -> dict[str, str]:
    """A row of the month's table, typed into."""
    return {f"{code(line.whose)}-version": "0", f"{code(line.whose)}-invested": "950"}


ACCOUNT = {"language": "zh-hans", "is_active": "on", "division": "371721", "organisation": "", "person": ""}

BODIES: dict[str, Callable[[World, Line, str], dict[str, Any]]] = {
    "-": lambda world, line, who: {},
    "right": lambda world, line, who: {"username": "staff" if who == "nobody" else who, "password": PASSWORD},
    "english": lambda world, line, who: {"language": "en", "next": "/"},
    "new": lambda world, line, who: {
        "old_password": PASSWORD, "new_password1": "staple-battery-4711", "new_password2": "staple-battery-4711"
    },
    "done": lambda world, line, who: _milestone(actual_on="2024-01-04"),
    "replan": lambda world, line, who: _milestone(planned_on="2024-02-01", reason="汛期"),
    "draft": lambda world, line, who: {"do": "draft", "version": "0", "invested": "950"},
    "submit": lambda world, line, who: {"do": "submit", "version": "0", "invested": "950"},
    "rows": lambda world, line, who: {"do": "draft", **_typed(line)},
    "send": lambda world, line, who: {"do": "submit", "pick": code(line.whose), **_typed(line)},
    "json": lambda world, line, who: {
        "lines": [{"code": code(line.whose), "version": 0, "values": {"invested": "950"}}]
    },
    "review": lambda world, line, who: {"do": "review", "version": "1", "key": f"{code(line.whose, 'submitted')}:1"},
    "accept": lambda world, line, who: {"do": "accept", "version": "1", "key": f"{code(line.whose, 'reviewed')}:1"},
    "back": lambda world, line, who: {"do": "give_back", "version": "1", "words": "请核对"},
    "correct": lambda world, line, who: {"do": "correct", "version": "1", "invested": "800", "reason": "审计更正"},
    "seen": lambda world, line, who: {"version": "1", "note": "正在协调"},
    "see": lambda world, line, who: {**_chosen(world, line), "note": "正在协调"},
    "assign": lambda world, line, who: {**_chosen(world, line), "to": "staff" if line.whose == "own" else "office"},
    "snooze": lambda world, line, who: {**_chosen(world, line), "until": "2024-01-09", "reason": "等待批复"},
    "wishes": lambda world, line, who: {"immediate": "on"},
    "instruct": lambda world, line, who: {
        "text": "请协调用地（示例）", "owner": "office", "due_on": "2024-01-19", "given_by": "市领导01（示例）",
        "given_on": "2024-01-05",
    },
    "outcome": lambda world, line, who: {"do": "report", "version": "1", "outcome": "已协调（示例）"},
    "approve": lambda world, line, who: {"do": "approve", "words": "同意"},
    "plea": lambda world, line, who: {
        "indicators": "pace", "valid_from": "2024-01-05", "valid_to": "2024-03-31", "reason": "汛期停工（示例）"
    },
    "grant": lambda world, line, who: {"do": "approve", "words": "同意", "version": "1"},
    "stop": lambda world, line, who: {"do": "end", "reason": "已复工", "version": "1"},
    "wake": lambda world, line, who: _chosen(world, line),
    "holidays": lambda world, line, who: {
        "year": 2024, "source": "国务院办公厅通知（示例）", "text": NOTICE_2024, "commit": "1"
    },
    "quiet": lambda world, line, who: {"day": "2024-02-08", "name": "除夕前一日（示例）"},
    "reason": lambda world, line, who: {"reason": "领导要求", "seen": _stood(world, line)},
    "summary": lambda world, line, who: {"period": OPEN, "language": "zh-hans", "as_known": ""},
    "register": lambda world, line, who: {"kind": "register", "file": ContentFile(b"no workbook", "a.xlsx")},
    "drop": lambda world, line, who: {"do": "drop"},
    "columns": lambda world, line, who: {"sheet": "台账", "header_row": "1", "field-B": "name", "field-C": "division"},
    "deputy": lambda world, line, who: {
        "do": "name", "deputy": world.users["staff"].pk, "valid_from": "2024-01-05", "valid_to": "2024-01-09"
    },
    "end": lambda world, line, who: {"do": "end", "stand_in": world.stand_in.pk},
    "begin": lambda world, line, who: {"do": "begin", "stand_in": world.stand_in.pk},
    "notice": lambda world, line, who: {
        "do": "enter", "document": "鲁发改〔2024〕1号", "on": "2024-01-04", "rows": "1",
        "project-0": code("own" if line.whose == "-" else line.whose), "kind-0": "withdrawn",
    },
    "list": lambda world, line, who: {
        "code": "P2025-CITY", "name_zh": "市级重点项目", "level": "city", "year": "2025", "lines": "0"
    },
    "relist": lambda world, line, who: {
        "version": "1", "name_zh": "市级重点建设项目", "level": "city", "year": "2024", "lines": "0"
    },
    "open": lambda world, line, who: {"period": "2024-01"},
    "lock": lambda world, line, who: {"do": "lock", "version": "1", "sure": "1"},
    "move": lambda world, line, who: {"do": "move", "version": "1", "due_on": "2024-01-18", "reason": "延期"},
    "remind": lambda world, line, who: {"do": "remind"},
    "rules": lambda world, line, who: {
        "do": "adopt", "version": "0", "effective_from": "2024-02-01", "source": "菏重办〔2024〕1号", "opens_day": "1",
        "cut_when": "workday", "cut_number": "3", "january_february": "usual", "remind_before": "2",
        "remind_after": "1", "list_after": "2", "lock_after": "",
    },
    "policy": lambda world, line, who: {
        "name": "武汉红黄牌", "source": "本地设定", "pace": "on", "pace_measure": "ratio_to_pace",
        "pace_basis": "linear_month", "pace_yellow_limit": "70", "pace_red_limit": "50", "pace_slight_band": "green",
        **{f"handling_{name}": str(days) for name, days in asdict(HandlingRule()).items()},
    },
    "law": lambda world, line, who: {"file": SimpleUploadedFile("haikou.json", _policy_file("haikou-2020"))},
    "begins": lambda world, line, who: {"on": "2024-02-01"},
    "projects": lambda world, line, who: {},
    "portfolio": lambda world, line, who: {},
    "axes": lambda world, line, who: {},
    "remove": lambda world, line, who: {"action": "delete_selected", "_selected_action": "1", "post": "yes"},
    "alter": lambda world, line, who: {"name": "改名", "code": "X", "username": "x"},
    "sure": lambda world, line, who: {"post": "yes"},
    "rename": lambda world, line, who: {
        **ACCOUNT, "display_name": "改名（示例）", "role": "county_staff", "seen": mark_of(world.users["staff"])
    },
    "account": lambda world, line, who: {
        **ACCOUNT, "username": "new.clerk", "display_name": "新填报员（示例）", "role": "county_staff"
    },
}  # fmt: skip
