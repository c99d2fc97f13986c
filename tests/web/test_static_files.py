"""What is collected for serving: every file under a name that tells its content, imported modules too."""

import re
from pathlib import Path

from django.core.management import call_command

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
