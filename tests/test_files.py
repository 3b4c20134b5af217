"""Files for their owner's eyes, and files that are written whole."""

from __future__ import annotations

import os
import stat

import pytest

from availability.files import make_private, written_whole


@pytest.mark.skipif(os.name == "nt", reason="no such permissions")
def test_a_new_file_is_its_owners_alone(tmp_path):
    make_private(tmp_path / "new")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


def test_one_that_is_there_stays_as_it_is(tmp_path):
    path = tmp_path / "old"
    path.write_text("text")
    path.chmod(0o644)
    make_private(path)
    assert path.read_text() == "text"
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o644
    make_private(tmp_path)  # nor is a folder a failure yet


def test_one_that_cannot_be_made(tmp_path):
    with pytest.raises(FileNotFoundError):
        make_private(tmp_path / "none" / "new")


def test_a_file_takes_the_place_of_another_once_it_is_whole(tmp_path):
    path = tmp_path / "table"
    for text in ("one", "two"):
        with written_whole(path) as new:
            new.write_text(text)
            assert new.parent == tmp_path
            assert not path.exists() or path.read_text() == "one"
        assert path.read_text() == text
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("stop", [ValueError, KeyboardInterrupt])
def test_what_was_there_stays_where_writing_fails(tmp_path, stop):
    path = tmp_path / "table"
    path.write_text("old")

    def begin():
        with written_whole(path) as new:
            new.write_text("half")
            raise stop

    with pytest.raises(stop):
        begin()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="no such permissions, and links need a right")
def test_permissions_and_links_stay(tmp_path):
    path, link = tmp_path / "table", tmp_path / "link"
    path.write_text("old")
    path.chmod(0o600)
    link.symlink_to(path)
    with written_whole(link) as new:
        new.write_text("new")
    assert (link.is_symlink(), path.read_text()) == (True, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with written_whole(tmp_path / "other") as new:
        pass
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "other").stat().st_mode) == 0o666 & ~mask


def test_what_cannot_be_replaced(tmp_path):
    with pytest.raises(IsADirectoryError), written_whole(tmp_path):
        pass
    with pytest.raises(FileNotFoundError), written_whole(tmp_path / "none" / "new"):
        pass
    if os.name != "nt":
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(OSError, match="Invalid argument"), written_whole(tmp_path / "pipe"):
            pass
    assert not list(tmp_path.glob(".*"))
