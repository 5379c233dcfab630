"""What `manage.py check` finds wrong with the settings."""

from netviz.checks import bundle_is_built, hosts_are_named, limits_fit


def ids(found) -> list[str]:
    return [message.id for message in found]


def test_every_host_is_an_error(settings):
    settings.ALLOWED_HOSTS = ["*"]
    assert ids(hosts_are_named(None)) == ["netviz.E001"]
    settings.ALLOWED_HOSTS = ["localhost"]
    assert ids(hosts_are_named(None)) == []


def test_a_store_that_is_too_small_is_an_error(settings):
    settings.NETVIZ_MAX_STORED_BYTES = settings.NETVIZ_MAX_UPLOAD_BYTES - 1
    assert ids(limits_fit(None)) == ["netviz.E002"]


def test_a_missing_bundle_is_a_warning_with_the_command_that_makes_it(settings, tmp_path):
    settings.STATICFILES_DIRS = [tmp_path]
    (warning,) = bundle_is_built(None)
    assert warning.id == "netviz.W001"
    assert "make setup" in warning.hint
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / ".stamp").touch()
    assert bundle_is_built(None) == []
