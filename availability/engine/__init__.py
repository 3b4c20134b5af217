"""The time engine: pure, no clock, no network. Imports errors only.

Reading order: schedule (rows in local terms), zones (wall time to instant),
week (the weekly pattern), course (pattern and zone: on and off in UTC),
timeline (every question), bulk (many instants at once). Beside them: oddities
(rows that overlap, touch or end before they start).
"""
