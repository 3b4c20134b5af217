"""Where leave and extra shifts come from: override_file (TOML or JSON), ical (iCalendar);
and staffing plans: plan_file. What such files share is in entries. Imports engine, roster, errors.
"""
