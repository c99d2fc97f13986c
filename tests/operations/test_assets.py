"""Front-end files are collected as package.json says, and an incomplete package leaves the old ones in place."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from portfolio.env import Unusable
from portfolio.setup import assets


def write_project(root: Path, collect: dict[str, dict[str, str]]) -> None:
    package = root / "var" / "npm" / "a-package"  # a package that no registry has to be asked for
    (package / "dist").mkdir(parents=True)
    (package / "package.json").write_text(json.dumps({"name": "a-package", "version": "1.0.0"}))
    (package / "dist" / "page.css").write_text("a{color:red}\n/*# sourceMappingURL=page.css.map */\n")
    (package / "dist" / "other.js").write_text("1\n")
    manifest = {"name": "root", "private": True, "dependencies": {"a-package": "file:a-package"}, "collect": collect}
    (root / "package.json").write_text(json.dumps(manifest))


@pytest.mark.skipif(not shutil.which("npm"), reason="npm is not on this machine")
def test_only_the_named_files_are_collected_without_their_source_maps(tmp_path: Path) -> None:
    write_project(tmp_path, {"a-package": {"dist/page.css": "a/page.css"}})
    npm = tmp_path / "var" / "npm"
    shutil.copy(tmp_path / "package.json", npm)
    subprocess.run(["npm", "install", "--package-lock-only", "--offline"], cwd=npm, check=True, capture_output=True)
    shutil.move(npm / "package-lock.json", tmp_path)

    assets.collect(tmp_path, tmp_path / "var")

    vendor = tmp_path / "var" / "vendor"
    assert [path.relative_to(vendor) for path in vendor.rglob("*") if path.is_file()] == [Path("a/page.css")]
    assert (vendor / "a" / "page.css").read_text() == "a{color:red}\n"


def test_a_file_that_the_package_does_not_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_project(tmp_path, {"a-package": {"dist/gone.css": "gone.css"}})
    monkeypatch.setattr(assets, "_fetch", lambda root, folder: root)
    old = tmp_path / "var" / "vendor" / "old.css"
    old.parent.mkdir(parents=True)
    old.write_text("still here")

    with pytest.raises(Unusable, match=r"collects gone\.css"):
        assets.collect(tmp_path, tmp_path / "var")

    assert old.read_text() == "still here"


def test_without_packages_no_npm_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "package.json").write_text('{"dependencies": {}, "collect": {}}')
    monkeypatch.setattr(assets, "_fetch", lambda *_: pytest.fail("npm was asked"))

    assets.collect(tmp_path, tmp_path / "var")

    assert list((tmp_path / "var" / "vendor").iterdir()) == []
