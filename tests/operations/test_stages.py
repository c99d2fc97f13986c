"""Set-up's steps are done once for the same inputs, and again for others or for another database."""

from pathlib import Path

import pytest

from portfolio.setup import stages
from portfolio.setup.stages import Stage


@pytest.fixture(autouse=True)
def _on_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


class Recorder:
    """A stage that remembers how often it ran, and makes the database when it is the one that does."""

    def __init__(self, var: Path) -> None:
        self.var, self.runs, self.key, self.fails = var, 0, "one", False

    def act(self) -> None:
        if self.fails:
            raise RuntimeError("no")
        self.runs += 1
        (self.var / "portfolio.sqlite3").write_text("a database")

    def stage(self, *, in_database: bool = False) -> list[Stage]:
        return [Stage("step", "Doing it", lambda: self.key, self.act, in_database)]


def test_a_step_is_done_once(tmp_path: Path) -> None:
    step = Recorder(tmp_path)
    stages.run(step.stage(), tmp_path)
    stages.run(step.stage(), tmp_path)
    assert step.runs == 1


def test_a_step_is_done_again_for_other_inputs(tmp_path: Path) -> None:
    step = Recorder(tmp_path)
    stages.run(step.stage(), tmp_path)
    step.key = "two"
    stages.run(step.stage(), tmp_path)
    assert step.runs == 2


def test_a_step_that_failed_is_done_again(tmp_path: Path) -> None:
    step = Recorder(tmp_path)
    step.fails = True
    with pytest.raises(RuntimeError):
        stages.run(step.stage(), tmp_path)
    step.fails = False
    stages.run(step.stage(), tmp_path)
    assert step.runs == 1


def test_a_database_that_is_gone_is_made_again(tmp_path: Path) -> None:
    step = Recorder(tmp_path)
    stages.run(step.stage(in_database=True), tmp_path)
    (tmp_path / "portfolio.sqlite3").unlink()
    stages.run(step.stage(in_database=True), tmp_path)
    assert step.runs == 2


def test_a_database_that_was_put_back_is_looked_after(tmp_path: Path) -> None:
    step = Recorder(tmp_path)
    stages.run(step.stage(in_database=True), tmp_path)
    (tmp_path / "backup").write_text("an older database")
    (tmp_path / "backup").replace(tmp_path / "portfolio.sqlite3")
    stages.run(step.stage(in_database=True), tmp_path)
    assert step.runs == 2


def test_a_second_start_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    step = Recorder(tmp_path)
    stages.run(step.stage(), tmp_path)
    assert capsys.readouterr().out == "Doing it …\n"
    stages.run(step.stage(), tmp_path)
    assert capsys.readouterr().out == ""
