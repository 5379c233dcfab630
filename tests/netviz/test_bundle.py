"""Where the browser's built code is found, and what is said where there is none."""

import pytest

from netviz import bundle


def test_what_plays_a_trace_is_script_and_style(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "folder", lambda: tmp_path)
    (tmp_path / "standalone.js").write_text("run()")
    (tmp_path / "standalone.css").write_text("a{}")
    assert bundle.player() == ("run()", "a{}")


def test_a_missing_bundle_says_how_to_make_it(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "folder", lambda: tmp_path)
    with pytest.raises(bundle.NoBundle) as missing:
        bundle.player()
    assert "not built" in missing.value.message
    assert "npm run build" in missing.value.hint


def test_an_installed_package_has_it_beside_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "PACKAGE", tmp_path / "site-packages" / "netviz")
    assert bundle.folder() == tmp_path / "site-packages" / "netviz" / "static" / "dist"
    (tmp_path / "site-packages" / "manage.py").parent.mkdir(parents=True)
    (tmp_path / "site-packages" / "manage.py").touch()
    assert bundle.folder() == tmp_path / "site-packages" / "static" / "dist"
