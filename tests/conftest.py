"""The settings of every property test."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "availability",
    deadline=None,  # the first look at a zone scans its history
    max_examples=30,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("availability")
