"""The time engine: pure, no clock, no network. Imports errors, svg; export for a table.

Reading order: schedule (rows in local terms), zones (wall time to instant),
week (the weekly pattern), course (pattern and zone: on and off in UTC),
timeline (every question), amounts (of duty time), bulk (many instants at once).
Where the week is not all: calendars and overrides (what people say), times and
recurrence (when that is), dated (a course laid out year by year), by_calendar and
overridden (its two kinds), courses (which one a schedule has). Beside them: oddities
(rows that overlap, touch or end before they start), shifts (one by one, to show them)
and bulk_shifts (all at once), hours and ticks (as clocks show them), notebook.

Of many agents: headcount (how many courses are on), grid (its plain arrays), steps
(the number as a value), staffed (on while enough are), staffing_plan (how many are
needed).
"""
