"""The time engine: pure, no clock, no network. Imports errors only.

Reading order: schedule (rows in local terms), zones (wall time to instant),
week (the weekly pattern), course (pattern and zone: on and off in UTC),
timeline (every question), bulk (many instants at once). Where the week is not
all: calendars and overrides (what people say), times and recurrence (when that
is), dated (a course laid out year by year), by_calendar and overridden (its two
kinds), courses (which one a schedule has). Beside them: oddities (rows that
overlap, touch or end before they start), shifts (one by one, to show them) and
bulk_shifts (all at once).
"""
