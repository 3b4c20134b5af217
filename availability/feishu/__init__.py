"""The outside world: the Feishu/Lark helpdesk API (飞书服务台). Imports roster, engine, errors,
files, forks.

Reading order: payload (JSON to Agent, pure), reading (by which zones and calendar),
reply (what an HTTP answer means), transport (one request), bounded (an answer in
time), patience (what is sent again, and when), breaker (when nothing is sent), budget
(how much is) and tally (how much was), token (the tenant token), flight (one call for
all), at_once (several calls), endpoints (what is asked), client (by whom).
For trying out and for tests: sandbox (a local server that speaks the same API)
on loopback (HTTP on this machine), protocol (what the platform checks and says)
and desk (its agents).
"""

from __future__ import annotations

from availability.feishu.payload import parse_agent

__all__ = ["parse_agent"]
