"""The examples of the contract fit the document of record, and real answers have their shape."""

from __future__ import annotations

from typing import Any

import pytest

from server.openapi import document
from tests.helpers.api import set_question, template_id
from tests.helpers.contract_examples import ERRORS, EXAMPLES, PLACEHOLDERS, Example
from tests.helpers.schema import faults, resolved
from tests.helpers.server_thread import ThreadServer, server_in_thread

PATHS: dict[str, Any] = document()["paths"]
TOKEN = {"session": {"type": "realtime"}, "connect": {"url": "x", "protocol": "openai-ga"}}
named = [f"{one.method} {one.path} {one.status or 'body'}" for one in EXAMPLES]


def _with_ids(value: Any) -> Any:
    """The example with real ids where it has placeholders."""
    if isinstance(value, dict):
        return {key: _with_ids(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_ids(one) for one in value]
    if isinstance(value, str):
        for placeholder, real in PLACEHOLDERS.items():
            value = value.replace(placeholder, real)
    return value


def _schema(example: Example) -> Any:
    operation = PATHS[example.path][example.method.lower()]
    part = (
        operation["requestBody"]
        if example.status is None
        else operation["responses"][str(example.status)]
    )
    return resolved(part)["content"]["application/json"]["schema"]


def _token_of(body: dict[str, Any]) -> dict[str, Any]:
    token: dict[str, Any] = body.get("session_token", body)
    return token


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_an_example_of_the_contract_fits(example: Example) -> None:
    body = _with_ids(example.body)
    if example.added:
        # What we add to the contract's members is required of us, not of its example.
        _token_of(body).update({name: TOKEN[name] for name in example.added})
    assert faults(_schema(example), body) == []


def test_every_operation_of_the_contract_names_its_errors() -> None:
    for method, path in sorted({(one.method, one.path) for one in EXAMPLES}):
        responses = PATHS[path][method.lower()]["responses"]
        # A list and a beginning are about no interview that could be somebody else's or missing.
        absent = {"403", "404"} if "{" not in path else set()
        assert {str(status) for status in ERRORS} - set(responses) <= absent, path


def _shape(value: Any) -> Any:
    """Members and types; what a list holds by its first."""
    if isinstance(value, dict):
        return {key: _shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_shape(one) for one in value[:1]]
    return "number" if isinstance(value, int | float) else type(value).__name__


def test_real_answers_have_the_members_of_the_examples_and_no_others(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder, urls = tmp_path_factory.mktemp("examples"), ("turn:turn.example.com",)
    with server_in_thread(folder, turn_secret="x", turn_urls=urls) as server:
        answers = _answers(server)
    for example in EXAMPLES:
        if example.status is None or example.status >= 400:
            continue
        answer = answers[example.method, example.path]
        for name in example.added:
            del _token_of(answer)[name]
        assert _shape(answer) == _shape(example.body), example.path


def _answers(server: ThreadServer) -> dict[tuple[str, str], Any]:
    """What each operation answers in the state that the contract's example shows."""
    root, one = "/api/v1/interviews", "/api/v1/interviews/{interview_id}"
    with server.user() as client:
        created = client.post("/interviews/", json={"template_id": template_id(client)}).json()
        path = f"/interviews/{created['id']}"
        set_question(client, path, 2)
        patch = next(one.body for one in EXAMPLES if (one.method, one.status) == ("PATCH", None))
        answers = {
            ("POST", root): created,
            ("GET", one): client.get(path).json(),
            ("POST", f"{one}/credentials"): client.post(f"{path}/credentials").json(),
            ("GET", f"{one}/questions/{{question_number}}/token"): client.get(
                f"{path}/questions/2/token"
            ).json(),
        }
        answers["GET", root] = client.get("/interviews/").json()
        answers["PATCH", one] = client.patch(path, json=patch).json()
        return answers
