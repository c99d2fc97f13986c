"""What the import makes of the cases, by the name of the file: written beside them under “import”.

The reader's tests do not look at it; those of the register import and of the returns do. `register`, as a register of
2024: rows by what becomes of them, cells that are wrong, stated totals with differences, amounts (yuan) and years.
"""

from typing import Any, Final


def _one_plan(months: list[int]) -> dict[str, Any]:
    """A register of one project that is read without a fault, with its plan by month (yuan)."""
    row = {"total_investment": 500000000, "plan": 120000000, "plan_months": months}
    return {"register": {"counts": {"create": 1}, "errors": [], "off": [], "rows": {"台账!3": row}}}


IMPORTS: Final[dict[str, dict[str, Any]]] = {
    "begins_in_the_middle.xlsx": {
        "register": {"counts": {"error": 1}, "errors": [["台账", "D6", "plan"]], "off": [], "rows": {}}
    },
    "blanks.xlsx": {
        "register": {
            "counts": {"create": 3, "error": 1},
            "errors": [["台账", "C5", "name"]],
            "off": [],
            "rows": {"台账!2": {"total_investment": 500000000}, "台账!3": {"total_investment": 320005000}},
        }
    },
    "codes_twice.xlsx": {
        "register": {
            "counts": {"create": 3, "error": 1},
            "errors": [["台账", "C5", "name"]],
            "off": [],
            "rows": {
                "台账!2": {"total_investment": 500000000, "plan": 120000000},
                "台账!3": {"total_investment": 320005000, "plan": 80000000},
                "台账!4": {"total_investment": 210000000, "plan": 65002500},
            },
        }
    },
    "dates.xlsx": {
        "register": {
            "counts": {"create": 14},
            "errors": [],
            "off": [],
            "rows": {
                "台账!2": {"start_year": 2023},
                "台账!3": {"start_year": 2023},
                "台账!4": {"start_year": 2023},
                "台账!5": {"start_year": 2023},
                "台账!6": {"start_year": 2023},
                "台账!7": {"start_year": 2023},
                "台账!8": {"start_year": 2023},
                "台账!9": {"start_year": 2023},
                "台账!10": {"start_year": 2023},
                "台账!11": {"start_year": 2023, "end_year": 2023},
                "台账!12": {"start_year": 2023, "end_year": 2025},
                "台账!13": {"start_year": 2010},
                "台账!14": {"start_year": 2023, "end_year": 2025},
                "台账!15": {"start_year": 2023},
            },
        }
    },
    "plan_by_month.xlsx": _one_plan([wan * 10_000 for wan in (0, 0, 500, 800, 1000, 1200, *[1500] * 4, 1300, 1200)]),
    "plan_by_quarter.xlsx": _one_plan(
        [3333333, 3333333, 3333334, *[10000000] * 3, *[13333333, 13333333, 13333334] * 2]
    ),
    "plan_months_off.xlsx": {
        "register": {"counts": {"error": 1}, "errors": [["台账", "D3", "plan"]], "off": [], "rows": {}}
    },
    "plan_sums_fall.xlsx": {
        "register": {"counts": {"error": 1}, "errors": [["台账", "L3", "plan_c08"]], "off": [], "rows": {}}
    },
    "equals_texts.xlsx": {
        "register": {
            "counts": {"create": 4},
            "errors": [],
            "off": [],
            "rows": {
                "台账!2": {"total_investment": 1000000, "plan": 100000},
                "台账!3": {"total_investment": 1000000, "plan": 100000},
                "台账!4": {"total_investment": 1000000, "plan": 100000},
                "台账!5": {"total_investment": 1000000, "plan": 100000},
            },
        }
    },
    "errors.xlsx": {
        "register": {
            "counts": {"create": 1, "error": 1},
            "errors": [["台账", "E2", "total_investment"], ["台账", "F2", "plan"]],
            "off": [],
            "rows": {"台账!3": {"total_investment": 320005000, "plan": 80000000}},
        }
    },
    "formulas_without_values.xlsx": {
        "register": {
            "counts": {"error": 2},
            "errors": [["台账", "E2", "total_investment"], ["台账", "E3", "total_investment"]],
            "off": [],
            "rows": {},
        }
    },
    "header_of_three_rows.xlsx": {
        "register": {
            "counts": {"create": 1},
            "errors": [],
            "off": [],
            "rows": {"台账!5": {"total_investment": 500000000}},
        }
    },
    "header_of_two_rows.ods": {
        "register": {
            "counts": {"create": 2},
            "errors": [],
            "off": [],
            "rows": {
                "台账!3": {"total_investment": 500000000, "plan": 120000000},
                "台账!4": {"total_investment": 320000000, "plan": 80000000},
            },
        }
    },
    "header_of_two_rows.xls": {
        "register": {
            "counts": {"create": 2},
            "errors": [],
            "off": [],
            "rows": {
                "台账!3": {"total_investment": 500000000, "plan": 120000000},
                "台账!4": {"total_investment": 320000000, "plan": 80000000},
            },
        }
    },
    "header_of_two_rows.xlsx": {
        "register": {
            "counts": {"create": 2},
            "errors": [],
            "off": [],
            "rows": {
                "台账!3": {"total_investment": 500000000, "plan": 120000000},
                "台账!4": {"total_investment": 320000000, "plan": 80000000},
            },
        }
    },
    "hidden_rows.xlsx": {
        "register": {
            "counts": {"create": 3},
            "errors": [],
            "off": [],
            "rows": {
                "台账!2": {"total_investment": 500000000, "plan": 120000000},
                "台账!3": {"total_investment": 320005000, "plan": 80000000},
                "台账!4": {"total_investment": 210000000, "plan": 65002500},
            },
        }
    },
    "hidden_sheet.xlsx": {
        "register": {
            "counts": {"create": 3},
            "errors": [],
            "off": [],
            "rows": {
                "台账!2": {"total_investment": 500000000, "plan": 120000000},
                "台账!3": {"total_investment": 320005000, "plan": 80000000},
                "台账!4": {"total_investment": 210000000, "plan": 65002500},
            },
        }
    },
    "marks.xlsx": {
        "register": {
            "counts": {"create": 2},
            "errors": [],
            "off": [],
            "rows": {
                "台账!2": {"total_investment": 500000000, "plan": 120000000},
                "台账!3": {"total_investment": 320005000, "plan": 80000000},
            },
        }
    },
    "million_empty_rows.xlsx": {
        "register": {
            "counts": {"create": 3},
            "errors": [],
            "off": [],
            "rows": {
                "台账!2": {"total_investment": 500000000, "plan": 120000000},
                "台账!3": {"total_investment": 320005000, "plan": 80000000},
                "台账!4": {"total_investment": 210000000, "plan": 65002500},
            },
        }
    },
    "names_nearly_alike.xlsx": {
        "register": {
            "counts": {"create": 2, "error": 1},
            "errors": [["台账", "C4", "name"]],
            "off": [],
            "rows": {
                "台账!2": {"total_investment": 1000000, "plan": 100000},
                "台账!3": {"total_investment": 1000000, "plan": 100000},
            },
        }
    },
    "nothing.xlsx": {"register": {"counts": {}, "errors": [["Sheet1", "", ""]], "off": [], "rows": {}}},
    "numbers_as_text.xlsx": {
        "register": {
            "counts": {"create": 2},
            "errors": [],
            "off": [],
            "rows": {
                "台账!2": {"total_investment": 500000000, "plan": 120000000},
                "台账!3": {"total_investment": 320005000, "plan": 80000000},
            },
        }
    },
    "plain.ods": {
        "register": {
            "counts": {"create": 3},
            "errors": [],
            "off": [],
            "rows": {
                "台账!2": {"total_investment": 500000000, "plan": 120000000},
                "台账!3": {"total_investment": 320005000, "plan": 80000000},
                "台账!4": {"total_investment": 210000000, "plan": 65002500},
            },
        }
    },
    "plain.xls": {
        "register": {
            "counts": {"create": 3},
            "errors": [],
            "off": [],
            "rows": {
                "台账!2": {"total_investment": 500000000, "plan": 120000000},
                "台账!3": {"total_investment": 320005000, "plan": 80000000},
                "台账!4": {"total_investment": 210000000, "plan": 65002500},
            },
        }
    },
    "plain.xlsx": {
        "register": {
            "counts": {"create": 3},
            "errors": [],
            "off": [],
            "rows": {
                "台账!2": {"total_investment": 500000000, "plan": 120000000},
                "台账!3": {"total_investment": 320005000, "plan": 80000000},
                "台账!4": {"total_investment": 210000000, "plan": 65002500},
            },
        }
    },
    "sections.xlsx": {
        "register": {
            "counts": {"create": 2},
            "errors": [],
            "off": [["一、交通5项", "projects", 3], ["曹县合计14个", "projects", 13]],
            "rows": {
                "台账!3": {"total_investment": 500000000, "plan": 120000000},
                "台账!5": {"total_investment": 320005000, "plan": 80000000},
            },
        }
    },
    "titles.xlsx": {
        "register": {
            "counts": {"create": 3},
            "errors": [],
            "off": [],
            "rows": {
                "台账!5": {"total_investment": 500000000, "plan": 120000000},
                "台账!6": {"total_investment": 320005000, "plan": 80000000},
                "台账!7": {"total_investment": 210000000, "plan": 65002500},
            },
        }
    },
    "totals_above.xlsx": {
        "register": {
            "counts": {"create": 3},
            "errors": [],
            "off": [],
            "rows": {
                "台账!3": {"total_investment": 500000000, "plan": 120000000},
                "台账!4": {"total_investment": 320005000, "plan": 80000000},
                "台账!5": {"total_investment": 210000000, "plan": 65002500},
            },
        }
    },
    "totals_below.xlsx": {
        "register": {
            "counts": {"create": 3},
            "errors": [],
            "off": [],
            "rows": {
                "台账!2": {"total_investment": 500000000, "plan": 120000000},
                "台账!3": {"total_investment": 320005000, "plan": 80000000},
                "台账!4": {"total_investment": 210000000, "plan": 65002500},
            },
        }
    },
    "totals_that_do_not_foot.xlsx": {
        "register": {
            "counts": {"create": 3},
            "errors": [],
            "off": [["合计", "total_investment", 19995000]],
            "rows": {
                "台账!2": {"total_investment": 500000000, "plan": 120000000},
                "台账!3": {"total_investment": 320005000, "plan": 80000000},
                "台账!4": {"total_investment": 210000000, "plan": 65002500},
            },
        }
    },
    "two_lists.xlsx": {
        "register": {
            "counts": {"create": 3},
            "errors": [],
            "off": [],
            "rows": {
                "省重点!2": {"total_investment": 500000000, "plan": 120000000},
                "市重点!2": {"total_investment": 320005000, "plan": 80000000},
                "市重点!3": {"total_investment": 210000000, "plan": 65002500},
            },
        }
    },
    "unit_line.xlsx": {
        "register": {
            "counts": {"create": 1},
            "errors": [],
            "off": [],
            "rows": {"台账!4": {"total_investment": 500000000, "plan": 120000000}},
        }
    },
    "units_glued.xlsx": {
        "register": {
            "counts": {"create": 2},
            "errors": [],
            "off": [],
            "rows": {
                "台账!2": {"total_investment": 500000000, "plan": 120000000},
                "台账!3": {"total_investment": 320000000, "plan": 80000000},
            },
        }
    },
    "units_in_headers.xlsx": {
        "register": {
            "counts": {"create": 1},
            "errors": [],
            "off": [],
            "rows": {"台账!2": {"total_investment": 500000000, "plan": 120000000}},
        }
    },
}
