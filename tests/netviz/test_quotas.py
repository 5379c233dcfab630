"""How much may be kept, and for how long."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from netviz.models import Workspace
from tests.netviz.fake_engine import POD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_engine")]
API = "/api/v1/workspaces"


def upload(client, **more):
    return client.post(API, POD, content_type="text/yaml", **more)


def unvisited_for(days: int) -> None:
    Workspace.objects.update(visited=timezone.now() - timedelta(days=days))


@pytest.mark.parametrize(
    ("setting", "status"),
    [("NETVIZ_MAX_WORKSPACES", 503), ("NETVIZ_MAX_WORKSPACES_PER_ADDRESS", 429), ("NETVIZ_MAX_STORED_BYTES", 503)],
)
def test_a_quota_that_is_used_up_is_named(client, settings, setting, status):
    setattr(settings, setting, 1)
    answers = [upload(client) for _ in range(2)]
    assert answers[-1].status_code == status
    assert answers[-1].json()["code"] == "quota"
    assert setting in answers[-1].json()["hint"]


def test_addresses_have_quotas_of_their_own(client, settings):
    settings.NETVIZ_MAX_WORKSPACES_PER_ADDRESS = 1
    assert upload(client).status_code == 201
    assert upload(client, REMOTE_ADDR="198.51.100.8").status_code == 201


def test_the_address_itself_is_not_kept(client):
    upload(client, REMOTE_ADDR="198.51.100.8")
    assert "198.51.100.8" not in str(list(Workspace.objects.values()))


def test_a_workspace_without_a_visit_is_gone_after_its_time(client, made, settings):
    unvisited_for(settings.NETVIZ_EXPIRY_DAYS + 1)
    assert client.get(f"{API}/{made['slug']}/graph").status_code == 404


def test_a_visit_starts_the_time_anew(client, made, settings):
    unvisited_for(settings.NETVIZ_EXPIRY_DAYS - 1)
    client.get(f"{API}/{made['slug']}/graph")
    assert Workspace.objects.get().visited > timezone.now() - timedelta(minutes=5)


def test_a_new_upload_clears_away_what_has_expired(client, made, settings):
    unvisited_for(settings.NETVIZ_EXPIRY_DAYS + 1)
    upload(client)
    assert Workspace.objects.count() == 1
    assert not Workspace.objects.filter(slug=made["slug"]).exists()


def test_a_command_clears_away_too(made, settings, capsys):
    unvisited_for(settings.NETVIZ_EXPIRY_DAYS + 1)
    call_command("delete_expired")
    assert capsys.readouterr().out == "Deleted 1 workspace.\n"
    assert not Workspace.objects.exists()
