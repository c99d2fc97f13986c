"""The summary workbook of 251 projects × 12 months against plain openpyxl writing the same cells in the same looks."""

import time
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from unittest import mock

import openpyxl
from django.utils import translation

from portfolio.clock import SHANGHAI
from portfolio.models import User
from portfolio.sheets.book import Book
from projects.core.calendar import WorkCalendar
from projects.core.lights import Indicator, Judgement, Light, ProjectLight, Reason
from projects.core.periods import Period
from projects.core.schedule import MilestoneFacts, MilestoneStatus
from projects.core.stages import Stage
from projects.models import Division, Industry, Programme
from projects.queries.figures import Row
from reports.actions.archive import frame_for
from reports.queries.frames import Frame
from reports.queries.snapshot import Line, Progress, Snapshot, Step
from reports.workbooks import find
from reports.workbooks.making import draw
from tests.bench import dataset
from tests.bench.harness import Figure, Rounds
from tests.core.builders import policy

OURS, PLAIN, READ = "summary workbook", "the same cells by plain openpyxl", "its facts read from the database"
LANGUAGE = "zh-hans"
FRAME = Frame(
    period=Period(2023, 12),
    as_of=date(2024, 1, 8),
    position=1,
    moment=datetime(2024, 1, 8, 17, 0, tzinfo=SHANGHAI),
    head="1:" + "0" * 64,
    scope="",
    locked=True,
)


def snapshot(count: int) -> Snapshot:
    """So many projects with twelve months and a few late milestones, without a database."""
    units = [
        Division(pk=at, code=f"3717{at:02d}", name_zh=f"第{at}县", kind="county", rank_group="county")
        for at in range(1, 12)
    ]
    chains = [Industry(pk=at, code=f"chain{at}", name_zh=f"产业链{at}", position=at) for at in range(1, 11)]
    lists = [
        Programme(code=f"LIST{at}", name_zh=name, year=2023, level="province")
        for at, name in enumerate(("省级重点项目", "市重点项目"))
    ]
    reason = Reason("milestones_done", {"done": 3})
    light = ProjectLight.of([Judgement(Indicator.MILESTONES, Light.GREEN, reason)])
    lines = [_line(at, units, chains, light) for at in range(1, count + 1)]
    return Snapshot(
        frame=FRAME,
        policy=policy("local-default"),
        programmes=lists,
        lines=lines,
        steps=[_step(line, at) for at, line in enumerate(lines) if at % 6 == 0],
        divisions=units,
        industries=chains,
        calendar=WorkCalendar({}, []),
    )


def _line(at: int, units: list[Division], chains: list[Industry], light: ProjectLight) -> Line:
    unit = units[at % len(units)]
    plan = 12 * (3_000_000 + at * 10_000)
    months = {month: (plan // 12 + 7_000) * month for month in range(1, 13)}
    figures = Row(
        project=at,
        plan=plan,
        plan_months=(plan // 12,) * 12,
        completed=months[12],
        month=months[12] - months[11],
        opening=50_000_000,
        shares=((unit.code, 10_000),),
    )
    return Line(
        id=at, code=f"HZ23-{at:04d}", name=f"年产{at}万吨新材料技术改造项目（示例）", is_demo=True, division=unit,
        industry=chains[at % 10] if at % 3 else None, project_type="industry", nature="new",
        owner="示例科技有限公司（示例）", content="新建车间及配套设施", years=(2022, 2024), total_investment=plan * 3,
        stopped_on=None, figures=figures, months=months, light=light, stage=Stage.CONSTRUCTION,
        lists=frozenset({f"LIST{at % 2}"}), leader="市领导01", responsible="示例部门（示例）",
        progress=Progress(60, "主体已封顶，设备安装完成60%"),
    )  # fmt: skip


def _step(line: Line, at: int) -> Step:
    due = date(2023, 12, 29) - timedelta(days=at)
    facts = MilestoneFacts("D04", "D04", "主体封顶", due, due)
    return Step(line, line.code, line.name, "D04", "主体封顶", 1, facts, due, MilestoneStatus.OVERDUE, 10)


def ours(data: Snapshot) -> bytes:
    """The workbook as the product makes it."""
    out = BytesIO()
    with translation.override(LANGUAGE):
        draw(find("summary"), FRAME, data, LANGUAGE, out)
    return out.getvalue()


Cell = tuple[int, int, Any, str, Any, Any, Any, Any]


def cells(content: bytes) -> dict[str, list[Cell]]:
    """Every cell with its value and look, read back from a finished workbook."""
    found: dict[str, list[Cell]] = {}
    for sheet in openpyxl.load_workbook(BytesIO(content)):
        found[sheet.title] = [
            (
                cell.row, cell.column, cell.value, cell.number_format, copy(cell.font), copy(cell.border),
                copy(cell.fill), copy(cell.alignment),
            )
            for row in sheet.iter_rows()
            for cell in row
            if cell.has_style
        ]  # fmt: skip
    return found


def plain(sheets: dict[str, list[Cell]]) -> bytes:
    """The same cells written with openpyxl as its manual shows it."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, wanted in sheets.items():
        sheet = workbook.create_sheet(title)
        for row, column, value, number, font, border, fill, alignment in wanted:
            cell = sheet.cell(row, column, value)
            cell.number_format = number
            cell.font = font
            cell.border = border
            cell.fill = fill
            cell.alignment = alignment
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def measure(size: int, rounds: int) -> list[Figure]:
    """So many projects × twelve months: the file, its parts, and reading the facts from the database that is set."""
    data = snapshot(size)
    sheets = cells(ours(data))
    dataset.build(size)
    facts = frame_for(by=User.system(), kind="summary", period=FRAME.period)
    times = Rounds().run(
        [(OURS, lambda: ours(data)), (PLAIN, lambda: plain(sheets)), (READ, lambda: find("summary").read(facts))],
        rounds,
    )
    about = {"sheets": len(sheets), "cells": sum(map(len, sheets.values())), "part_seconds": parts(data)}
    return [times.figure(OURS, PLAIN, **about), times.figure(READ, PLAIN)]


def parts(data: Snapshot) -> dict[str, float]:
    """How long each sheet takes to draw, and the package to write, in seconds."""
    kind, seconds = find("summary"), dict[str, float]()

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any) -> Any:
            began = time.perf_counter()
            result = work(*args)
            seconds[name] = round(time.perf_counter() - began, 4)
            return result

        return run

    specs = tuple(replace(spec, draw=timed(spec.key, spec.draw)) for spec in kind.sheets)
    with mock.patch.object(kind, "sheets", specs), mock.patch.object(Book, "save", timed("package", Book.save)):
        ours(data)
    return seconds
