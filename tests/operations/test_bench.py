"""The benchmarks run, write what they found with its documented names, and judge a figure by its limit."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import __main__ as command
from tests.bench import databases
from tests.bench.harness import Figure, Rounds

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """One round of the sweep over 251 projects on SQLite."""
    file = tmp_path_factory.mktemp("bench") / "bench.json"
    words = ["sweep", "--engine", "sqlite", "--size", "251", "--rounds", "1", "--out", str(file)]
    done = subprocess.run([sys.executable, "-m", "tests.bench", *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(file.read_text(encoding="utf-8"))
    return found | {"printed": done.stdout}


def test_the_file_says_what_was_measured_where_and_when(written):
    assert {"date", "product", "machine", "versions", "skipped", "broken", "figures"} <= written.keys()
    assert {"system", "processor", "cores", "memory_gb", "load"} == written["machine"].keys()
    assert {"python", "django", "openpyxl"} <= written["versions"].keys()


def test_each_figure_stands_beside_its_yardstick(written):
    nights = {figure["what"]: figure for figure in written["figures"]}

    assert {"first night", "unchanged night", "2 % changed night"} <= nights.keys()
    for figure in nights.values():
        assert (figure["benchmark"], figure["engine"]) == ("sweep", "sqlite")
        assert figure["size"] == 251 and figure["rounds"] == 1
        assert figure["seconds"] > 0 and figure["yardstick_seconds"] > 0
        assert figure["ratio"] == pytest.approx(figure["seconds"] / figure["yardstick_seconds"], rel=0.01)
        assert figure["what"] in written["printed"]


def test_the_nights_did_what_their_names_say(written):
    nights = {figure["what"]: figure["more"] for figure in written["figures"]}

    assert nights["first night"]["raised"] > 0
    assert nights["unchanged night"]["raised"] == nights["unchanged night"]["cleared"] == 0
    assert nights["2 % changed night"]["raised"] + nights["2 % changed night"]["cleared"] > 0


@pytest.mark.parametrize(("limit", "within"), [(None, None), (2.0, True), (1.9, False)])
def test_a_figure_keeps_its_limit_or_says_that_it_does_not(limit, within):
    assert Figure("a", 2.0, "b", 1.0, 2.0, 1, limit).within is within


def test_a_ratio_is_the_median_of_the_rounds_own():
    times = Rounds()
    for ours, theirs in ((1.0, 1.0), (9.0, 3.0), (2.0, 1.0)):
        times.add("ours", ours)
        times.add("theirs", theirs)

    figure = times.figure("ours", "theirs")

    assert (figure.seconds, figure.yardstick_seconds, figure.ratio) == (2.0, 1.0, 2.0)


def test_the_command_fails_when_a_limit_is_exceeded(monkeypatch, tmp_path, capsys):
    figure = Figure("slow", 4.0, "floor", 1.0, 4.0, 1, 3.0).as_json()
    found = {"figures": [figure], "database": "sqlite", "peak_memory_mb": 1}
    monkeypatch.setattr(command, "_in_its_own_process", lambda *_about: found)

    code = command.main(["workbook", "--out", str(tmp_path / "bench.json")])

    assert code == 1
    assert "slow: 4.0 × floor, limit 3.0" in capsys.readouterr().out


def test_without_a_server_the_reason_is_written_and_the_rest_measured(monkeypatch, tmp_path):
    def none():
        raise databases.NoServer("no PostgreSQL server is on this machine")

    monkeypatch.setitem(command.ENGINES, "postgresql", none)
    found = {"figures": [Figure("a", 1.0, "b", 1.0, 1.0, 1).as_json()], "database": "sqlite", "peak_memory_mb": 1}
    monkeypatch.setattr(command, "_in_its_own_process", lambda *_about: found)
    file = tmp_path / "bench.json"

    assert command.main(["register", "--out", str(file)]) == 0
    document = json.loads(file.read_text())
    assert document["skipped"] == ["register on postgresql: no PostgreSQL server is on this machine"]
    assert [one["engine"] for one in document["figures"]] == ["sqlite"]


def test_a_benchmark_that_breaks_is_named_and_the_others_are_measured_and_written(monkeypatch, tmp_path, capsys):
    found = {"figures": [Figure("a", 1.0, "b", 1.0, 1.0, 1).as_json()], "database": "sqlite", "peak_memory_mb": 1}

    def in_its_own_process(name, *_about):
        if name == "fuzz":
            raise command.Broken("10,000 did not come to an end; what is wrong stands above.")
        return found

    monkeypatch.setattr(command, "_in_its_own_process", in_its_own_process)
    file = tmp_path / "bench.json"

    code = command.main(["fuzz", "workbook", "--out", str(file)])

    document = json.loads(file.read_text())
    assert code == 1
    assert [one["benchmark"] for one in document["figures"]] == ["workbook"]
    assert len(document["broken"]) == 1 and document["broken"][0].startswith("fuzz on sqlite")
    assert "Broken: fuzz on sqlite" in capsys.readouterr().out
