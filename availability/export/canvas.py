"""What all pictures share: settings that are borrowed, places, labels, files.
Imports fonts, errors, files.

Never pyplot, which keeps each figure for the life of a process. matplotlib's settings
are the process's own: they are borrowed while a picture is made, by one thread at a time.
"""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from os import PathLike, fspath
from pathlib import Path
from threading import Lock
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from availability.errors import ConfigurationError, describe, one_line
from availability.export.fonts import Glyphs, families
from availability.files import written_whole

log = logging.getLogger(__name__)

#: Two threads that borrow the settings at once could give back each other's.
DRAWING = Lock()
KINDS = (".png", ".svg")
GRID = "#d9d9d9"
INK = "#222222"
#: How wide a label may be, in heights of its font.
WIDEST_LABEL = 17.0
#: Of matplotlib's settings; what may be their names differs from version to version.
STYLE: dict[Any, Any] = {
    "font.size": 9,
    "svg.fonttype": "none",  # texts stay texts, in the viewer's fonts
    "svg.hashsalt": "availability",  # equal pictures are equal files
    "text.parse_math": False,  # a name may have dollars in it
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.edgecolor": GRID,
    "hatch.linewidth": 0.6,
}


def kind_of(path: str | PathLike[str] | None) -> str | None:
    """Return which kind of picture a path asks for, None without one.

    Raises:
        ConfigurationError: no path, or one that ends neither in .png nor in .svg.
    """
    if path is None:
        return None
    if not isinstance(path, str | PathLike) or not isinstance(fspath(path), str):
        raise ConfigurationError(f"path: {describe(path)} is no path")
    kind = Path(path).suffix.lower()
    if kind not in KINDS:
        raise ConfigurationError(
            f"path: {one_line(fspath(path))!r} ends in none of these: {', '.join(KINDS)}"
        )
    return kind


class Canvas:
    """Where a picture of a kind is drawn: the texts that can be shown, and the file.

    Only a viewer of SVG has other fonts than there are here: otherwise what has no
    glyph cannot be shown.
    """

    def __init__(self, path: str | PathLike[str] | None, glyphs: Glyphs) -> None:
        self._path = path
        self._kind = kind_of(path)
        self._glyphs = None if self._kind == ".svg" else glyphs
        #: How wide a text is, in heights of its font.
        self.width = glyphs.width

    def shown(self, text: str) -> str:
        """Return a text with a question mark for what cannot be shown."""
        return text if self._glyphs is None else self._glyphs.drawn(text)

    def labels(self, named: Iterable[tuple[str, str | None]]) -> list[str]:
        """Return what to call each of some ids and names: the name, or the id if it must be.

        Where two share a name, a part of the id tells them apart.
        """
        plain = [(one_line(one), one_line(name or "")) for one, name in named]
        shared = Counter(name for _, name in plain)
        hidden = {name for name in shared if self._glyphs and not self._glyphs.can_draw(name)}
        if without := sum(shared[name] for name in hidden):
            log.warning(
                "no font has the characters of %d agents' names, so their ids stand in the "
                "picture; a font such as Noto Sans CJK has them",
                without,
            )
        return [
            self._cut(
                self.shown(one) if not name or name in hidden else _told_apart(one, name, shared)
            )
            for one, name in plain
        ]

    def _cut(self, text: str) -> str:
        if self.width(text) <= WIDEST_LABEL:
            return text
        while self.width(text) > WIDEST_LABEL - 1:
            text = text[:-1]
        return text + "…"

    def write(self, figure: Figure) -> None:
        """Write a picture, once it is whole.

        Raises:
            ConfigurationError: the file cannot be written.
        """
        if self._path is None or self._kind is None:
            return
        picture = BytesIO()
        # Neither when it was made nor by which version: equal pictures are equal files
        metadata = {"Date": None} if self._kind == ".svg" else {"Software": None}
        with warnings.catch_warnings():
            # Of what it cannot measure; the viewer of an SVG has the glyphs
            warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
            figure.savefig(picture, format=self._kind[1:], metadata=metadata, dpi=100)
        try:
            with written_whole(self._path) as new:
                new.write_bytes(picture.getvalue())
        except (OSError, ValueError) as error:  # ValueError: a path that no file can have
            why = error.strerror if isinstance(error, OSError) else error
            raise ConfigurationError(f"path: {one_line(fspath(self._path))}: {why}") from error


@contextmanager
def canvas(path: str | PathLike[str] | None) -> Iterator[Canvas]:
    """Draw by matplotlib's defaults and our style, whatever the process has set."""
    with DRAWING, mpl.rc_context():
        names = families()
        mpl.rcdefaults()
        mpl.rcParams.update({**STYLE, "font.family": names})
        yield Canvas(path, Glyphs(names))


def axes_at(figure: Figure, inches: tuple[float, float, float, float]) -> Axes:
    """Add axes at a place in inches, so that texts have room, whatever their fonts."""
    width, height = figure.get_size_inches()
    x, y, wide, high = inches
    return figure.add_axes((x / width, y / height, wide / width, high / height))


def text_at(figure: Figure, x: float, y: float, text: str, size: float) -> None:
    """Write at a place in inches, from the left, and from the top if ``y`` is negative."""
    width, height = figure.get_size_inches()
    figure.text(x / width, y % height / height, text, fontsize=size, va="center")


def _told_apart(one: str, name: str, shared: Counter[str]) -> str:
    return f"{name} ({one[-4:]})" if shared[name] > 1 else name
