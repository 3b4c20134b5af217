"""The settings of every property test; ``--hypothesis-profile=few`` tries fewer examples."""

from __future__ import annotations

import signal

from hypothesis import HealthCheck, is_hypothesis_test, settings

for name, examples in {"availability": 20, "few": 6}.items():
    settings.register_profile(
        name,
        deadline=None,  # the first look at a zone scans its history
        max_examples=examples,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("availability")

# Whoever starts the tests in a shell's background has them ignore Ctrl-C, as would all they start
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items):
    """Count as covered what is reached on every run, not what was drawn by chance this time.

    It saves time, too: what is tried many times takes twice as long while it is watched.
    """
    for item in items:
        is_drawn = is_hypothesis_test(getattr(item, "obj", None))
        if is_drawn or item.get_closest_marker("long"):
            item.add_marker("no_cover")
