"""Where the roster comes from: the platform, a saved answer or the sandbox.
Imports feishu, roster, engine, errors.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

import typer
from rich.console import Console
from rich.progress import Progress

from availability.engine.zones import zone_key
from availability.errors import (
    AvailabilityError,
    ConfigurationError,
    PayloadError,
    TimezoneError,
)
from availability.feishu.client import MAX_BODY, HelpdeskClient
from availability.feishu.patience import Patience
from availability.feishu.payload import parse_agents, saved_items
from availability.feishu.reply import load_json
from availability.feishu.sandbox import Sandbox
from availability.feishu.settings import agent_zones
from availability.roster.roster import Roster

#: A person who waits would rather be told.
ONCE = Patience(attempts=1)
ALONE = "--from goes without --demo and --id"


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk's zone, and how to get its roster."""

    tz: str
    fetch: Callable[[], Roster]


@dataclass(frozen=True, slots=True)
class Source:
    """Where to read the desk: at most one of ``saved`` and ``demo``, else the platform."""

    tz: str | None = None
    agent_tz: Path | None = None
    saved: Path | None = None
    demo: bool = False
    ids: Sequence[str] = ()
    #: Whether to fetch the desk's skills, too, so that it can refuse others.
    skills: bool = False

    @contextmanager
    def open(self) -> Iterator[Desk]:
        """Give the desk; nothing is asked of it before its ``fetch``.

        Raises:
            typer.BadParameter: options that do not go together, or no such zone.
            AvailabilityError: a setting is missing, a file cannot be read.
        """
        if self.saved and (self.demo or self.ids):
            raise typer.BadParameter(ALONE)
        if not self.saved:
            with self.client() as client:
                yield Desk(client.tz, partial(self._fetched, client))
            return
        zones = self._zones()
        tz = zone_key(self.tz or os.environ.get("AVAILABILITY_TZ") or None)
        yield Desk(tz, partial(_saved_roster, self.saved, tz, zones))

    @contextmanager
    def client(self, patience: Patience = ONCE) -> Iterator[HelpdeskClient]:
        """Give a client of the platform, or of the sandbox."""
        zones = self._zones()
        if not self.demo:
            with HelpdeskClient.from_env(tz=self.tz, agent_tz=zones, patience=patience) as client:
                yield client
            return
        with Sandbox() as sandbox:
            environ = {**sandbox.environment, "AVAILABILITY_TZ": self.tz or sandbox.tz}
            everywhere = {**sandbox.agent_tz, **zones}
            with HelpdeskClient.from_env(environ, agent_tz=everywhere, patience=patience) as client:
                yield client

    def _zones(self) -> dict[str, str]:
        """Return the zones of agents, once the desk's own, if given, is known to be one."""
        if self.tz is not None:
            checked_zone(self.tz, "--tz")
        return _read_zones(self.agent_tz)

    def _fetched(self, client: HelpdeskClient) -> Roster:
        if not self.ids:
            return client.roster(skills=self.skills)
        console = Console(stderr=True)
        if not (console.is_terminal and sys.stdout.isatty()):
            return client.roster(self.ids, skills=self.skills)
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task("Fetching agents", total=len(set(self.ids)))
            return client.roster(
                self.ids,
                skills=self.skills,
                progress=lambda count: bar.update(task, completed=count),
            )


def checked_zone(tz: str, option: str) -> str:
    """Return a zone given on the command line; a wrong one is wrong usage."""
    try:
        return zone_key(tz)
    except TimezoneError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def named_zone(variable: str, tz: str) -> str:
    """Return the zone in a variable of the environment; the error of a wrong one names it."""
    try:
        return zone_key(tz)
    except TimezoneError as error:
        raise TimezoneError(f"{variable}: {error}") from error


def _saved_roster(path: Path, tz: str, zones: Mapping[str, str]) -> Roster:
    """Return the roster in a saved answer; when it was fetched nobody knows."""
    if str(path) != "-":
        data = _read_file(path)
    elif sys.stdin is None:
        raise ConfigurationError("--from -: there is no standard input")
    else:
        data = _at_most(sys.stdin.buffer)
    items = saved_items(_json(path, data))
    agents, left_out = parse_agents(items, tz=tz, agent_tz=zones)
    return Roster(agents, left_out=left_out)


def _read_zones(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        return agent_zones(_json(path, _read_file(path)))
    except AvailabilityError as error:
        raise ConfigurationError(f"{path}: {error}") from error


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return _at_most(file)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from error


def _at_most(file: BinaryIO) -> bytes:
    data = file.read(MAX_BODY + 1)
    if len(data) > MAX_BODY:
        raise ConfigurationError(f"a file larger than {MAX_BODY} bytes is no saved answer")
    return data


def _json(path: Path, data: bytes) -> object:
    try:
        return load_json(data)
    except PayloadError as error:
        raise PayloadError(f"{path}: {error}") from error
