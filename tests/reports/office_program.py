"""LibreOffice as an office would use it: opens a file, works every formula out anew, prints."""

import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


class OfficeProgram:
    """One profile, so that it starts quickly after the first time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        profile = folder / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")

    def convert(self, content: bytes, to: str) -> Path:
        """Open a workbook and save it as something else."""
        source = self._folder / "given.xlsx"
        source.write_bytes(content)
        out = self._folder / to.partition(":")[0]
        command = [
            "soffice", f"-env:UserInstallation=file://{self._folder / 'profile'}", "--headless", "--norestore",
            "--convert-to", to, "--outdir", str(out), str(source),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=240)
        made = out / f"given.{to.partition(':')[0]}"
        assert made.is_file(), done.stderr
        return made

    def saved(self, content: bytes) -> bytes:
        """The workbook as it saves it, every formula worked out anew."""
        return self.convert(content, "xlsx:Calc MS Excel 2007 XML").read_bytes()

    def worked_out(self, content: bytes) -> Any:
        """The values that it gets when it works every formula out anew."""
        return openpyxl.load_workbook(BytesIO(self.saved(content)), data_only=True)
