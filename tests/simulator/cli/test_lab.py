"""netviz lab: lists the course, and says by file and line what is wrong with a folder."""

import json

from simulator.cli import main
from tests.netviz.labs.test_check import HEAD, PREDICT, a_lab


def folder(tmp_path, text: str):
    for name, held in a_lab(text).items():
        path = tmp_path / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(held)
    return str(tmp_path / "mine")


def test_the_course_is_listed(capsys) -> None:
    assert main(["lab", "list", "--format", "json"]) == 0
    labs = json.loads(capsys.readouterr().out)["labs"]
    assert {"slug", "title", "session", "minutes", "tasks"} <= labs[0].keys()
    assert "06-nobody-behind-it" in [lab["slug"] for lab in labs]


def test_a_sound_folder_is_0_a_wrong_one_1_and_none_2(tmp_path, capsys) -> None:
    assert main(["lab", "check", folder(tmp_path, HEAD + PREDICT), "--seeds", "1"]) == 0
    assert main(["lab", "check", folder(tmp_path, HEAD), "--seeds", "1"]) == 0
    wrong = folder(tmp_path, HEAD.replace("title", "titel"))
    capsys.readouterr()
    assert main(["lab", "check", wrong, "--format", "json"]) == 1
    problems = json.loads(capsys.readouterr().out)["labs"][0]["problems"]
    assert ("lab-unknown-key", "mine/lab.md", 2) in [(p["id"], p["file"], p["line"]) for p in problems]
    assert main(["lab", "check", str(tmp_path / "nowhere")]) == 2
    assert main(["lab", "check"]) == 2


def test_a_folder_of_ones_own_comes_besides(tmp_path, capsys, monkeypatch) -> None:
    folder(tmp_path, HEAD + PREDICT)
    monkeypatch.setenv("NETVIZ_LABS", str(tmp_path))
    main(["lab", "list", "--format", "json"])
    labs = json.loads(capsys.readouterr().out)["labs"]
    assert labs[-1]["slug"] == "mine"
