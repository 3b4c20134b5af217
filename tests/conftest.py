"""The settings of every property test; ``--hypothesis-profile=few`` tries fewer examples."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

for name, examples in {"availability": 20, "few": 6}.items():
    settings.register_profile(
        name,
        deadline=None,  # the first look at a zone scans its history
        max_examples=examples,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("availability")
