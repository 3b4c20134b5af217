"""Small pictures for notebooks: inline HTML and SVG from plain numbers. Imports nothing.

No script, no resource from elsewhere. Text and lines take the page's own colour, and
bars one that stands out from white as from black. Texts are escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

#: From where to where, as parts of the whole: from 0 to 1.
Stretch = tuple[float, float]
#: A place from 0 to 1, and what is written there.
Tick = tuple[float, str]
#: A stretch, and the lowest and the highest number in it.
Piece = tuple[float, float, float, float]

BAR = "#3b82d0"
BAR_HEIGHT = 12
ROW = 18
TEXT = 'font-family="sans-serif" font-size="11" fill="currentColor"'
#: Between a text and the edge of the picture.
PAD = 4


def page(picture: str, lines: Iterable[str]) -> str:
    """Return a picture, or none, above lines of text."""
    said = "".join(f"<div>{escape(line)}</div>" for line in lines)
    return f'<div style="font-size:12px;line-height:1.5">{picture}{said}</div>'


def bars(rows: Iterable[tuple[str, Sequence[Stretch]]], ticks: Iterable[Tick], title: str) -> str:
    """Return a row of bars for each label, over one scale.

    >>> bars([("Monday", [(0.375, 0.75)])], [(0.5, "12")], "a <day>").count("<rect")
    1
    """
    left, width = 40, 480
    rows, ticks = list(rows), list(ticks)
    bottom = ROW * len(rows)
    parts = [_line(left + width * place, 0, left + width * place, bottom) for place, _ in ticks]
    for number, (label, stretches) in enumerate(rows):
        top = ROW * number
        parts.append(_text(0, top + ROW - 6, label))
        parts += _bars(stretches, left, width, top + (ROW - BAR_HEIGHT) // 2)
    parts += [_text(left + width * place, bottom + 12, text, "middle") for place, text in ticks]
    return _svg(left + width + 3 * PAD, bottom + 16, title, parts)


def strip(stretches: Iterable[Stretch], parts: int, title: str) -> str:
    """Return one row of bars without a label, divided by thin lines into equal parts."""
    width = 280
    marks = [width * number / parts for number in range(1, parts)]
    drawn = [_line(mark, 0, mark, BAR_HEIGHT) for mark in marks]
    return _svg(width, BAR_HEIGHT, title, [*drawn, *_bars(stretches, 0, width, 0)])


def strip_head(labels: Sequence[str]) -> str:
    """Return the labels that stand above the parts of strips."""
    width = 280
    drawn = [
        _text(width * (number + 0.5) / len(labels), 11, label, "middle")
        for number, label in enumerate(labels)
    ]
    return _svg(width, 14, ", ".join(labels), drawn)


def curve(pieces: Sequence[Piece], ticks: Iterable[Tick], title: str) -> str:
    """Return a curve of steps over a window, with its least and its greatest number.

    Where a piece has several numbers, all of them are under a paler area.
    """
    left, width, top, height = 48, 480, 8, 96
    low = min(0, *(piece[2] for piece in pieces), *(piece[3] for piece in pieces))
    high = max(0, *(piece[2] for piece in pieces), *(piece[3] for piece in pieces))
    scale = height / (high - low or 1)

    def y(number: float) -> float:
        return top + (high - number) * scale

    def area(column: int, opacity: str) -> str:
        zero = _n(y(0))
        steps = [f"V{_n(y(piece[column]))}H{_n(left + width * piece[1])}" for piece in pieces]
        path = f"M{_n(left)} {zero}{''.join(steps)}V{zero}Z"
        return f'<path fill="{BAR}" fill-opacity="{opacity}" d="{path}"/>'

    is_band = any(piece[2] != piece[3] for piece in pieces)
    drawn = [area(3, "0.45")] if is_band else []
    drawn.append(area(2, "1"))
    for number in sorted({low, 0, high}):
        drawn += [
            _line(left, y(number), left + width, y(number)),
            _text(left - PAD, y(number) + 4, f"{number:.4g}", "end"),
        ]
    bottom = top + height
    for place, text in ticks:
        x = left + width * place
        drawn += [_line(x, bottom, x, bottom + 4), _text(x, bottom + 15, text, "middle")]
    return _svg(left + width + 32, bottom + 20, title, drawn)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells that are HTML already: of :func:`text`, or pictures."""
    cell = 'style="text-align:left;padding:1px 8px;white-space:nowrap"'
    top = "".join(f"<th {cell}>{one}</th>" for one in head)
    body = "".join(f"<tr>{''.join(f'<td {cell}>{one}</td>' for one in row)}</tr>" for row in rows)
    style = "border-collapse:collapse;font-size:12px"
    return f'<table style="{style}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'


def text(plain: str) -> str:
    """Return a plain text as HTML."""
    return escape(plain)


def _svg(width: float, height: float, title: str, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{_n(width)}" '
        f'height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _bars(stretches: Iterable[Stretch], left: float, width: float, top: float) -> list[str]:
    return [
        f'<rect x="{_n(left + width * start)}" y="{_n(top)}" width="{_n(width * (end - start))}" '
        f'height="{BAR_HEIGHT}" fill="{BAR}"/>'
        for start, end in stretches
    ]


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return (
        f'<line x1="{_n(x)}" y1="{_n(y)}" x2="{_n(to_x)}" y2="{_n(to_y)}" '
        'stroke="currentColor" stroke-opacity="0.3"/>'
    )


def _text(x: float, y: float, plain: str, anchor: str = "start") -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" {TEXT}>{escape(plain)}</text>'


def _n(number: float) -> str:
    """Return a number as short as it can be drawn."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
