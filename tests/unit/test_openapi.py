"""The contract of record and the routes name each other, both ways."""

from __future__ import annotations

from server.routes import accounts, interviews, realtime, recordings, room, system, templates
from server.routes.system import openapi


def test_routes_and_paths_match() -> None:
    modules = (interviews, room, recordings, accounts, templates, realtime, system)
    routes = {route.path for module in modules for route in module.routes()}
    assert routes == set(openapi()["paths"])
