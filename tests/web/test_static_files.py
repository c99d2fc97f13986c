"""What is collected for serving: every file under a name that tells its content, imported modules too."""

import re
from pathlib import Path

from django.core.management import call_command

from tests.architecture.sources import ROOT

# What Chromium 86 and Firefox 78, which offices still run, do not know.
TOO_NEW = re.compile(
    r"\?\?=|\|\|=|&&=|\.at\(|Object\.hasOwn|structuredClone|\.findLast|replaceAll|this\.#|static \{|randomUUID"
    r"|:has\(|\binset:|oklch|color-mix|@container|@layer"
)
IMPORT = re.compile(r"""^import .* from "\./(.*)";$""", re.MULTILINE)


def test_every_module_imports_by_the_name_that_tells_its_content(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "portfolio.web.static_files.ModuleStorage"}}

    call_command("collectstatic", interactive=False, verbosity=0)

    folder = Path(tmp_path, "projects/grid")
    hashed = [path for path in folder.glob("*.js") if re.search(r"\.[0-9a-f]{12}\.js$", path.name)]
    imported = {name for path in hashed for name in IMPORT.findall(path.read_text(encoding="utf-8"))}
    assert len(imported) > 5
    assert imported <= {path.name for path in hashed}


def test_no_script_or_style_uses_what_the_offices_browsers_do_not_know():
    ours = [ROOT / app / "static" for app in ("portfolio", "projects", "reports")]  # var/static holds more than ours
    files = [path for folder in ours for kind in ("*.js", "*.css") for path in folder.rglob(kind)]

    assert len(files) > 20
    assert {path.name: found for path in files if (found := TOO_NEW.findall(path.read_text(encoding="utf-8")))} == {}
