"""Archives are read in memory, counted while they inflate; links and devices are passed over."""

import io
import tarfile
import zipfile

from simulator.manifests import Limits, SourceFile
from simulator.manifests.archive import expand


def zipped(**files: bytes) -> SourceFile:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", ".").replace("_", "/"), data)
    return SourceFile("up.zip", held.getvalue())


def test_the_manifests_of_a_zip():
    found, problems = expand(zipped(a__yaml=b"x", deep_b__json=b"y", note__txt=b"z"), Limits())
    assert [(f.path, f.data) for f in found] == [("up.zip/a.yaml", b"x"), ("up.zip/deep/b.json", b"y")]
    assert problems == []


def test_a_tar_gives_its_files_and_neither_links_nor_devices():
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for name, kind in (("a.yaml", tarfile.REGTYPE), ("b.yaml", tarfile.SYMTYPE), ("c.yaml", tarfile.CHRTYPE)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            member.size = 1 if kind == tarfile.REGTYPE else 0
            archive.addfile(member, io.BytesIO(b"x"))
    found, problems = expand(SourceFile("up.tgz", held.getvalue()), Limits())
    assert [f.path for f in found] == ["up.tgz/a.yaml"]
    assert problems == []


def test_a_bomb_is_stopped_while_it_inflates():
    found, problems = expand(zipped(a__yaml=b"a" * 50_000_000), Limits(total_bytes=1000))
    assert found == []
    assert [p.id for p in problems] == ["limit-total-bytes"]
    assert "NETVIZ_MAX_UPLOAD_BYTES" in problems[0].hint


def test_no_more_files_than_allowed():
    found, problems = expand(zipped(a__yaml=b"", b__yaml=b"", c__yaml=b""), Limits(files=2))
    assert (len(found), [p.id for p in problems]) == (2, ["limit-files"])
