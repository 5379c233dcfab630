"""Static files under hashed names, compressed, for browsers to keep."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Rewrites imports between JavaScript modules too, so that a chunk loaded later is found under its hashed name."""

    support_js_module_import_aggregation = True
