"""Requests generated from the contract of record, right and wrong ones, over a real socket.

`tests` runs a seeded sample, `soak` many more; both print how many requests were sent.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.openapi import document
from tests.helpers.access_rows import ROWS, Row
from tests.helpers.api_world import CALLERS, World
from tests.helpers.server_thread import server_in_thread

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    allow_header_conformance,
]


@schemathesis.serializer("application/sdp", "application/offset+octet-stream")
def _as_bytes(_context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()


SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(document())))
OPERATIONS = {
    f"{one.method.upper()} {one.path}": one
    for one in (found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok))
}
SENT: Counter[str] = Counter()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with server_in_thread(tmp_path_factory.mktemp("generated")) as server:
        made = World(server)
        yield made
        made.close()
    print(f"\nschemathesis: {sum(SENT.values())} requests, {dict(SENT)}")


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as one:
        one.trust_env = False
        yield one


def _row(name: str) -> tuple[Row, str]:
    """The operation's row where somebody is welcome, and who."""
    rows = [row for row in ROWS if f"{row.method} {row.path}" == name]
    for row in rows:
        for caller in ("owner", "coach_without", "admin", *CALLERS):
            if row.expected[caller] < 300:
                return row, caller
    return rows[0], "owner"


def _run(
    world: World, session: requests.Session, name: str, mode: GenerationMode, examples: int
) -> None:
    row, caller = _row(name)
    things = world.fresh(row.on)
    known = {key: value for key, value in things.items() if f"{{{key}}}" in row.path}
    if mode is GenerationMode.NEGATIVE:
        known = {}
    query = {one.name for one in OPERATIONS[name].query}
    strategy = OPERATIONS[name].as_strategy(generation_mode=mode, path_parameters=known or None)

    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(case=strategy)
    def each(case: Any) -> None:
        # Limits count by the minute.
        world.server.clock.now += 10
        headers = world.lasting_headers(caller)
        answer = case.call(base_url=world.server.url, session=session, headers=headers, timeout=10)
        SENT[mode.value] += 1
        checks = list(CHECKS)
        # Members of the query that nobody knows are left alone, as everywhere on the web; OPTIONS
        # tells what the server can do, of nothing in particular.
        known_query = set(case.query or {}) <= query
        taken = answer.status_code < 400 and row.method != "OPTIONS"
        if mode is GenerationMode.NEGATIVE and known_query and taken:
            checks.append(negative_data_rejection)
        case.validate_response(answer, checks=checks)

    each()


# An operation that the generator cannot read would be left out in silence.
assert len(OPERATIONS) == len({(row.method, row.path) for row in ROWS})
RUNS = [(name, GenerationMode.POSITIVE) for name in OPERATIONS] + [
    (name, GenerationMode.NEGATIVE)
    for name, one in OPERATIONS.items()
    if one.body or any(True for _ in one.iter_parameters())  # else nothing can be wrong
]


@pytest.mark.parametrize(
    ("name", "mode"), RUNS, ids=[f"{mode.value} {name}" for name, mode in RUNS]
)
def test_generated_requests(
    world: World, session: requests.Session, name: str, mode: GenerationMode
) -> None:
    _run(world, session, name, mode, 6)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("name", "mode"), RUNS, ids=[f"{mode.value} {name}" for name, mode in RUNS]
)
def test_many_generated_requests(
    world: World, session: requests.Session, name: str, mode: GenerationMode
) -> None:
    _run(world, session, name, mode, 400)


# Operations below an id that are everybody's: cards, and what the server can do.
EVERYBODYS = {
    f"{row.method} {row.path}" for row in ROWS if row.expected["stranger"] < 300 and "{" in row.path
}


def _chains(world: World, session: requests.Session, examples: int, steps: int) -> None:
    """Requests that follow from each other, by one user; another tries each of them first."""
    base: Any = SCHEMA.as_state_machine()

    class Chains(base):  # type: ignore[misc]
        def setup(self) -> None:
            super().setup()
            # Somebody new, so that no chain depends on the ones before it.
            world.server.clock.now += 3600
            world.person("newcomer", "candidate", f"{uuid.uuid4()}@example.org")
            self.refused: int | None = None

        def before_call(self, case: Any) -> None:
            world.server.clock.now += 10
            self.refused = None
            if case.path_parameters and case.operation.label not in EVERYBODYS:
                self.refused = case.call(**self.sent("stranger")).status_code
                SENT["stranger"] += 1

        def sent(self, caller: str) -> dict[str, Any]:
            return {
                "base_url": world.server.url,
                "session": session,
                "headers": world.lasting_headers(caller),
                "timeout": 10,
            }

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            SENT["chained"] += 1
            return self.sent("newcomer")

        def after_call(self, response: Any, case: Any) -> None:
            super().after_call(response, case)
            told = f"{case.operation.label} {response.status_code}"
            if self.refused is None or case.path.startswith("/v1/"):
                return
            if response.status_code < 300:
                SENT["reached"] += 1
                assert self.refused in (403, 404), f"{told}: the stranger got {self.refused}"
            else:
                assert self.refused >= 400, f"{told}: the stranger got {self.refused}"
            if case.method.upper() == "DELETE" and response.status_code < 300:
                again = case.call(**self.sent("newcomer")).status_code
                assert again == 404, f"{told}: deleted, and then {again}"
                SENT["deleted"] += 1

        def validate_response(self, response: Any, case: Any, *_: Any, **__: Any) -> None:
            case.validate_response(response, checks=CHECKS)

    Chains.run(
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            deadline=None,
            derandomize=True,
        )
    )
    assert SENT["reached"] > 0, "no chain led to anything below an id"


def test_chains_of_requests_with_somebody_else_at_every_step(
    world: World, session: requests.Session
) -> None:
    _chains(world, session, 15, 12)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_many_chains_of_requests_with_somebody_else_at_every_step(
    world: World, session: requests.Session
) -> None:
    _chains(world, session, 1500, 25)
