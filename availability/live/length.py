"""Lengths of time, as settings give them. Imports engine, errors."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeAlias

from availability.engine.instants import to_amount
from availability.errors import ConfigurationError, describe

#: A length of time, or its seconds.
Length: TypeAlias = timedelta | float


def to_length(name: str, given: Length, *, may_be_zero: bool = False) -> timedelta:
    """Return a length of time given as such, or in seconds; ``name`` names it in errors.

    Raises:
        ConfigurationError: anything else, or too short.

    >>> to_length("refresh", 0.5)
    datetime.timedelta(microseconds=500000)
    """
    length = given
    try:
        if isinstance(given, int | float) and not isinstance(given, bool):
            length = timedelta(seconds=given)
    except (OverflowError, ValueError):  # more seconds than there are, or NaN
        pass
    if isinstance(length, timedelta):
        micros = to_amount(length)
        if micros > 0 or (micros == 0 and may_be_zero):
            return timedelta(microseconds=micros)
    least = "0 or more" if may_be_zero else "above 0"
    raise ConfigurationError(f"{name}: {describe(given)}; allowed: a timedelta or seconds, {least}")
