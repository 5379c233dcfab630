"""Workspaces between the database and the workers."""

from django.conf import settings

from netviz.workspaces import reading_limits
from simulator.manifests.limits import DEFAULT, SETTINGS, Limits


def test_every_limit_of_the_reader_is_the_setting_that_its_message_names():
    assert Limits(**reading_limits()) == Limits(
        **{name: getattr(settings, setting) for name, setting in SETTINGS.items()}
    )


def test_the_site_reads_as_much_as_the_command_line():
    here = reading_limits()
    assert all(here[name] >= getattr(DEFAULT, name) for name in DEFAULT.__struct_fields__)
