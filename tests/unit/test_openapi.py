"""The contract of record and the routes name each other, both ways."""

from __future__ import annotations

from server.app import MODULES
from server.routes.system import openapi


def test_routes_and_paths_match() -> None:
    routes = {route.path for module in MODULES for route in module.routes()}
    assert routes == set(openapi()["paths"])
