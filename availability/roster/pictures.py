"""What can be seen of a desk's time: a week, a timeline, a table for notebooks.
Imports coverage, drawing, notebook, skills, export, engine, errors.
"""

from __future__ import annotations

from datetime import datetime
from os import PathLike

from availability.engine.instants import to_micros, to_window
from availability.errors import ConfigurationError, WindowError
from availability.roster.coverage import Coverage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from matplotlib.figure import Figure

    from availability.roster.skills import Wanted


class Pictures(Coverage):
    """The pictures of a :class:`Roster`.

    A figure is matplotlib's (extra ``plots``), and nobody's but the caller's: it needs
    no pyplot and is not to be closed. With a ``path`` that ends in .png or .svg it is
    written there, too. Both methods raise ConfigurationError where that is not so, the
    file cannot be written or matplotlib is not installed. Where no installed font has
    the characters of a name, the id stands for it; an SVG leaves fonts to its viewer.
    """

    __slots__ = ()

    fetched_at: datetime | None

    def plot_week(
        self,
        at: datetime | None = None,
        skill: Wanted | None = None,
        *,
        tz: str | ZoneInfo | None = None,
        path: str | PathLike[str] | None = None,
    ) -> Figure:
        """Draw the week around an instant (default: now): how many are on duty in each hour.

        What :meth:`week` has, as a heat map of dates and hours. A number is the least
        in its hour; ``+`` says that there are more for a part of it.

        Raises:
            WindowError: a part of the week is outside the years 1 to 9999.

        >>> from datetime import datetime, timezone
        >>> from availability import Agent, Roster, WeeklySchedule
        >>> day = WeeklySchedule.parse(
        ...     [{"weekday": 9, "start_time": "00:00", "end_time": "24:00"}], tz="UTC")
        >>> roster = Roster([Agent("ou_1", day), Agent("ou_2", day)])
        >>> figure = roster.plot_week(datetime(2026, 6, 1, tzinfo=timezone.utc))
        >>> {cell.get_text() for cell in figure.axes[0].texts}
        {'2'}
        """
        _check_possible(path)
        from availability.roster.drawing import draw_week  # noqa: PLC0415  (an extra)

        micros = to_micros(self.clock() if at is None else at)
        team, spelled = self._team(skill), self._spelled(skill)
        return draw_week(team, micros, self._shown_in(tz), spelled, path)

    def plot_timeline(
        self,
        start: datetime,
        end: datetime,
        skill: Wanted | None = None,
        *,
        tz: str | ZoneInfo | None = None,
        path: str | PathLike[str] | None = None,
    ) -> Figure:
        """Draw who is on duty in ``[start, end)``: a row of bars an agent, the headcount above.

        Where nobody is on duty, both are shaded; bars of whom nobody can say are hatched.

        Raises:
            ConfigurationError: more than 500 agents.
            WindowError: the window is empty, or has more than 100,000 transitions of single
                agents: two a bar.
        """
        _check_possible(path)
        from availability.roster.drawing import draw_timeline  # noqa: PLC0415  (an extra)

        first, last = to_window(start, end)
        if first == last:
            raise WindowError(f"the window at {start.isoformat()} is empty: nothing to draw")
        team, spelled = self._team(skill), self._spelled(skill)
        return draw_timeline(team, (first, last), self._shown_in(tz), spelled, path)

    def _repr_html_(self) -> str:
        """Show a notebook who is on the roster, and their weeks."""
        from availability.roster.notebook import roster_html  # noqa: PLC0415  (only who asks pays)

        return roster_html(self.agents, self.fetched_at)


def _check_possible(path: str | PathLike[str] | None) -> None:
    """Raise ConfigurationError unless matplotlib is there, and can make a file of that name."""
    try:
        from availability.export.canvas import kind_of  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise ConfigurationError(
            "the package matplotlib is not installed: pip install 'agent-availability[plots]'"
        ) from error
    kind_of(path)
