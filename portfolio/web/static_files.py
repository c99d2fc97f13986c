"""Static files under names that tell their content, the modules that a script imports included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStorage(CompressedManifestStaticFilesStorage):
    """Also rewrites `import … from "./other.js"`, so that no browser meets a new module with an old one."""

    support_js_module_import_aggregation = True
