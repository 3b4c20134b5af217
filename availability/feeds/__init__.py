"""Where leave and extra shifts come from: override_file (TOML or JSON), ical (iCalendar).
Imports engine, roster, errors.
"""
