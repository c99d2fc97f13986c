"""Static files under names that tell their content, the modules that a script of ours imports included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Only the product's own modules: what other packages ship may import files that they do not.
MODULES = "projects/*.js"
IMPORT = (
    r"""(?P<matched>import\s+(?P<names>\{[^}]*\})\s+from\s+["'](?P<url>\./[^"']+)["'];)""",
    'import %(names)s from "%(url)s";',
)


class ModuleStorage(CompressedManifestStaticFilesStorage):
    """Also rewrites `import {…} from "./other.js"`, so that no browser meets a new module with an old one."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, (MODULES, (IMPORT,)))
