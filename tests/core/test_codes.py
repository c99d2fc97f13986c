"""Codes: a wrong format is refused, a wrong check digit of a project code only warned about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.core.codes import (
    CodeError,
    CodeWarning,
    credit_check_character,
    national_check_digit,
    parse_credit_code,
    parse_national_code,
    parse_project_code,
    project_code,
)

PUBLISHED = [
    "2212-371700-89-01-271930",
    "2411-130202-89-01-637015",
    "2509-320193-89-01-544060",
    "2304-371482-89-01-172462",
    "2403-370113-07-02-537840",
]
CREDIT_CODES = ["914403001922038216", "9144030071526726XG", "91330100799655058B"]


@pytest.mark.parametrize("text", PUBLISHED)
def test_the_check_digit_of_a_published_code_holds(text: str) -> None:
    code = parse_national_code(text)

    assert (code.text, code.check_digit_ok, code.warning) == (text, True, None)


def test_a_code_falls_into_its_parts() -> None:
    code = parse_national_code("2403-370113-07-02-537840")

    parts = (code.time, code.division, code.department, code.project_type, code.serial)
    assert parts == ("2403", "370113", "07", "02", "53784")


@pytest.mark.parametrize("text", PUBLISHED)
def test_any_one_wrong_digit_is_warned_about(text: str) -> None:
    for at in range(14, len(text)):
        if text[at].isdigit():
            wrong = f"{text[:at]}{(int(text[at]) + 1) % 10}{text[at + 1 :]}"
            assert parse_national_code(wrong).warning is CodeWarning.CHECK_DIGIT


@pytest.mark.parametrize(
    "text", [" ２２１２－371700－89－01－271930 ", "2212—371700—89—01—271930", "2212-371700 -89-01-271930"]
)
def test_full_width_signs_and_spaces_are_read(text: str) -> None:
    assert parse_national_code(text).text == "2212-371700-89-01-271930"


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("2017-371700-47-03-012345", CodeWarning.OLDER_SCHEME),
        ("2020-371700-47-03-012345", CodeWarning.OLDER_SCHEME),
        ("2013-371700-47-03-012345", CodeWarning.OLDER_SCHEME),
        ("2021-371700-47-03-012345", CodeWarning.OLDER_SCHEME),
        ("2022-371700-47-03-012345", CodeWarning.UNLIKELY_DATE),
        ("2010-371700-47-03-012345", CodeWarning.UNLIKELY_DATE),
        ("2300-371700-89-01-271930", CodeWarning.UNLIKELY_DATE),
        ("2313-371700-89-01-271930", CodeWarning.UNLIKELY_DATE),
        ("2299-371700-89-01-271930", CodeWarning.UNLIKELY_DATE),
        ("1999-371700-89-01-271930", CodeWarning.UNLIKELY_DATE),
    ],
)
def test_an_older_or_odd_code_is_accepted_with_a_warning(text: str, warning: CodeWarning) -> None:
    code = parse_national_code(text)

    assert (code.check_digit_ok, code.warning) == (None, warning)


@pytest.mark.parametrize("time", ["2011", "2012", "2101", "2412"])
def test_the_standard_begins_in_november_2020_and_knows_twelve_months(time: str) -> None:
    assert parse_national_code(f"{time}-371700-89-01-271930").check_digit_ok is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "22123717008901271930",
        "2212-371700-89-01-27193",
        "2212-371700-89-01-2719300",
        "2212-37170X-89-01-271930",
        "待定",
    ],
)
def test_a_text_of_another_format_is_no_national_code(text: str) -> None:
    with pytest.raises(CodeError) as refused:
        parse_national_code(text)

    assert refused.value.code == "format"


@given(st.text("0123456789", min_size=19, max_size=19), st.integers(0, 18), st.integers(1, 9))
def test_the_check_digit_finds_every_single_wrong_digit(digits: str, at: int, step: int) -> None:
    wrong = f"{digits[:at]}{(int(digits[at]) + step) % 10}{digits[at + 1 :]}"

    assert national_check_digit(wrong) != national_check_digit(digits)


@pytest.mark.parametrize("text", CREDIT_CODES)
def test_the_check_character_of_a_real_credit_code_holds(text: str) -> None:
    assert parse_credit_code(f" {text.lower()} ").check_digit_ok


@pytest.mark.parametrize("text", CREDIT_CODES)
def test_a_wrong_check_character_is_seen(text: str) -> None:
    assert not parse_credit_code(text[:-1] + ("0" if text[-1] != "0" else "1")).check_digit_ok


@pytest.mark.parametrize(
    "text", ["", "91440300192203821", "91440300192203821I", "9144030019220382166", "91440A001922038216"]
)
def test_a_text_of_another_format_is_no_credit_code(text: str) -> None:
    with pytest.raises(CodeError):
        parse_credit_code(text)


@given(st.integers(10**16, 10**17 - 1).map(str), st.integers(0, 16), st.integers(1, 9))
def test_the_check_character_finds_every_single_wrong_digit(first: str, at: int, step: int) -> None:
    wrong = f"{first[:at]}{(int(first[at]) + step) % 10}{first[at + 1 :]}"

    assert credit_check_character(wrong) != credit_check_character(first)


@pytest.mark.parametrize(
    ("text", "code"), [("hz2024-0007", "HZ2024-0007"), (" ＨＺ2024－0007", "HZ2024-0007"), ("P01", "P01")]
)
def test_our_own_code_has_one_spelling(text: str, code: str) -> None:
    assert parse_project_code(text) == code


@pytest.mark.parametrize("text", ["", "A1", "-A12", "A12-", "曹县001", "A/1", "A..1", "A" * 33])
def test_our_own_code_must_be_fit_for_addresses_and_file_names(text: str) -> None:
    with pytest.raises(CodeError):
        parse_project_code(text)


def test_a_project_code_is_made_of_prefix_year_and_number() -> None:
    assert project_code("HZ", 2024, 7) == "HZ2024-0007"
