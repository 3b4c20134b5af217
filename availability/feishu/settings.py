"""What a client is set up with, checked. Imports engine, errors."""

from __future__ import annotations

from collections.abc import Mapping

from availability.engine.zones import zone_key
from availability.errors import ConfigurationError, TimezoneError, describe

#: The variables of the environment that have the credentials.
ENVIRONMENT = {
    "app_id": "FEISHU_APP_ID",
    "app_secret": "FEISHU_APP_SECRET",
    "helpdesk_id": "FEISHU_HELPDESK_ID",
    "helpdesk_token": "FEISHU_HELPDESK_TOKEN",
}


def agent_zones(agent_tz: object) -> dict[str, str]:
    """Return the checked zone keys of agents by id.

    Raises:
        ConfigurationError: not a mapping of agent ids to zones.
        TimezoneError: not an IANA time zone; the message names the agent.
    """
    if not isinstance(agent_tz, Mapping):
        raise ConfigurationError(f"agent_tz: {describe(agent_tz)} is not a mapping of id to zone")
    zones = {}
    for agent_id, zone in agent_tz.items():
        if not isinstance(agent_id, str) or zone is None:
            raise ConfigurationError(
                f"agent_tz: {describe(agent_id)}: {describe(zone)}; allowed: an id and a zone"
            )
        try:
            zones[agent_id] = zone_key(zone)
        except TimezoneError as error:
            raise TimezoneError(f"agent_tz: {agent_id}: {error}") from error
    return zones


def credential(name: str, value: object) -> str:
    """Return a credential that can stand in a header; the message never shows it."""
    if isinstance(value, str) and value and value.isascii() and value.isprintable():
        return value
    raise ConfigurationError(
        f"{name}: not a text of printable ASCII characters ({ENVIRONMENT[name]})"
    )
