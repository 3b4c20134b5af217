"""What is asked of the platform: paths and parameters. Imports transport, errors.

Source: the helpdesk API's *agent schedules* and *agent skills* pages, and the
platform's page on ``tenant_access_token/internal``.
"""

from __future__ import annotations

from urllib.parse import quote

from availability.errors import BadRequestError, describe
from availability.feishu.transport import Params

TOKEN_PATH = "/open-apis/auth/v3/tenant_access_token/internal"  # noqa: S105  (a path)
AGENT_PATH = "/open-apis/helpdesk/v1/agents/{}/schedules"
AGENTS_PATH = "/open-apis/helpdesk/v1/agent_schedules"
SKILLS_PATH = "/open-apis/helpdesk/v1/agent_skills"
#: Online, offline, off duty. The API answers removed agents (4) to those who ask for them.
STATUSES: Params = (("status", "1"), ("status", "2"), ("status", "3"))


def agent_path(agent_id: object) -> str:
    """Return the path of one agent's schedule; no id can make it another endpoint's."""
    if not isinstance(agent_id, str) or agent_id in {"", ".", ".."}:
        raise BadRequestError(f"{describe(agent_id)} is not an agent id")
    try:
        return AGENT_PATH.format(quote(agent_id, safe=""))
    except UnicodeEncodeError as error:
        raise BadRequestError(f"{describe(agent_id)} is not an agent id") from error
