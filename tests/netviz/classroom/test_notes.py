"""A presenter's notes: Markdown by steps, and never somebody else's script."""

from netviz.classroom.notes import notes_of, rendered


def test_headings_say_which_steps_notes_belong_to() -> None:
    notes = notes_of("Always.\n\n# Step 7\n\n- ask\n\n## Steps 9-11\n\nMany.\n\n# Not a step\n")
    assert [(note.first, note.last) for note in notes] == [(0, 0), (7, 7), (9, 11)]
    assert "<li>ask</li>" in notes[1].html
    assert "Not a step" in notes[2].html


def test_no_script_comes_through() -> None:
    hostile = (
        "<script>alert(1)</script> <img src=x onerror=alert(1)> [go](javascript:alert(1)) ![](//evil.example/x.png)"
    )
    html = rendered(hostile)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
