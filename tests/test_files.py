"""Files for their owner's eyes."""

from __future__ import annotations

import os
import stat

import pytest

from availability.files import make_private


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
