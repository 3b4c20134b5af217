"""Fonts for names in any script: matplotlib's own has no Chinese. Imports nothing."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib import font_manager

OWN = "DejaVu Sans"
#: In points: fine enough to measure by.
EM = 64
#: Families with Chinese, the likeliest first: Linux, macOS, Windows.
CHINESE = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN"),
    *("Noto Sans CJK JP", "Noto Sans CJK TC", "Noto Sans CJK HK", "Noto Sans CJK KR"),
    *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback"),
    *("PingFang SC", "PingFang HK", "Hiragino Sans GB", "Heiti SC", "Heiti TC", "STHeiti"),
    *("Microsoft YaHei", "SimHei", "DengXian", "SimSun", "Arial Unicode MS"),
)


def families() -> list[str]:
    """Return the families to draw with: matplotlib's own, then one installed one with Chinese."""
    installed = {entry.name for entry in font_manager.fontManager.ttflist}
    return [OWN, *[name for name in CHINESE if name in installed][:1]]


class Glyphs:
    """The characters that some families can draw, matplotlib's own first."""

    def __init__(self, names: Sequence[str]) -> None:
        found = font_manager.fontManager.findfont
        paths = [found(font_manager.FontProperties(family=[name])) for name in names]
        self._fonts = [font_manager.get_font(path) for path in paths]
        self._own = self._fonts[0]

    def can_draw(self, text: str) -> bool:
        """Return whether there is a glyph for each character of a text."""
        return all(self._has(char) for char in set(text))

    def drawn(self, text: str) -> str:
        """Return a text with a question mark for each character that has no glyph."""
        return "".join(char if self._has(char) else "?" for char in text)

    def width(self, text: str) -> float:
        """Return how wide a text is, roughly, in heights of the font (em).

        By matplotlib's own font, so that a picture is as large on every machine; what that
        lacks is taken for as wide as high, as Chinese is.
        """
        return sum(map(self._advance, text))

    def _advance(self, char: str) -> float:
        if not self._own.get_char_index(ord(char)):
            return 1.0
        self._own.set_size(EM, 72)
        return self._own.load_char(ord(char)).linearHoriAdvance / (EM << 16)

    def _has(self, char: str) -> bool:
        return any(font.get_char_index(ord(char)) for font in self._fonts)
