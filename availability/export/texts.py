"""Texts from outside that others must be able to read. Imports nothing."""

from __future__ import annotations


def encodable(text: str) -> str:
    r"""Return a text as UTF-8 can spell it: JSON can hold halves of characters, which become �.

    >>> encodable("王\ud83d\ude00"), encodable("a\ud800b")
    ('王😀', 'a�b')
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
