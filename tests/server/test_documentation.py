"""The contract as a page: complete, well formed, without scripts, safe whatever it says."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import httpx
import pytest

from server.openapi.page import rendered
from server.openapi.schemas import sample
from server.routes.system import openapi
from tests.helpers.schema import faults
from tests.helpers.server_thread import ThreadServer

VOID = {"meta", "link", "br", "hr", "img", "input"}
METHODS = {"get", "post", "put", "patch", "delete", "head", "options"}
INLINE = {"code", "span", "a", "small"}
HOSTILE = "</style></code></p><script>alert(1)</script>\" onload='x' `<img src=x>` &amp; ]]>"


class _Tree(HTMLParser):
    """Checks the nesting while it reads, and notes what a reader would meet."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[int] = []
        self.text: list[str] = []
        self.style = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.open and self.open[-1] == "p":
            assert tag in INLINE, f"<{tag}> in a paragraph ends it"
        if tag == "li":
            assert self.open[-1] == "ul"
        if tag == "a":
            assert "a" not in self.open
        self.tags.add(tag)
        self.attributes += attrs
        values = dict(attrs)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if tag == "a":
            self.links.append(str(values["href"]))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.text.append(data)


def _read(html: bytes) -> _Tree:
    tree = _Tree()
    tree.feed(html.decode())
    tree.close()
    assert tree.open == [], "something is never closed"
    return tree


@pytest.fixture(scope="module")
def answer(api: ThreadServer) -> httpx.Response:
    found = httpx.get(f"{api.url}/docs", trust_env=False, verify=False)
    assert found.status_code == 200
    return found


@pytest.fixture(scope="module")
def tree(answer: httpx.Response) -> _Tree:
    return _read(answer.content)


def test_the_page_needs_nothing_and_may_do_nothing(answer: httpx.Response, tree: _Tree) -> None:
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    digest = base64.b64encode(hashlib.sha256(tree.style.encode()).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert tree.tags.isdisjoint({"script", "link", "img", "iframe", "object", "form", "base"})
    names = {name for name, _ in tree.attributes}
    assert not any(name.startswith("on") or name in ("src", "style") for name in names)
    assert "url(" not in tree.style
    assert "@import" not in tree.style
    assert "prefers-color-scheme: dark" in tree.style


def test_every_operation_is_there_with_all_it_can_answer(tree: _Tree) -> None:
    text = " ".join("".join(tree.text).split())
    contract = openapi()
    for path, item in contract["paths"].items():
        for method in METHODS & set(item):
            assert f"{method.upper()} {path}" in text
            summary = " ".join(item[method]["summary"].split())
            assert text.count(summary) >= 2, "once among the links, once above the operation"
            for status in item[method]["responses"]:
                assert status == "default" or status in text
    for name in contract["components"]["schemas"]:
        assert f"schema-{name.lower()}" in tree.ids


def test_every_link_leads_somewhere_and_headings_are_in_order(tree: _Tree) -> None:
    assert len(tree.ids) == len(set(tree.ids))
    inside = {link[1:] for link in tree.links if link.startswith("#")}
    assert inside <= set(tree.ids)
    assert {link for link in tree.links if not link.startswith("#")} == {"/openapi.json"}
    assert tree.headings.count(1) == 1
    below_main = tree.headings[tree.headings.index(1) :]
    for before, after in pairwise(below_main):
        assert after <= before + 1, "a level of heading is left out"


def _hostile(value: Any) -> Any:
    """A contract in which every text and every name would like to be markup."""
    if isinstance(value, str):
        return value if value.startswith("#/") else HOSTILE
    if isinstance(value, list):
        return [_hostile(one) for one in value]
    if isinstance(value, dict):
        return {key: _hostile(one) for key, one in value.items()}
    return value


def test_nothing_that_the_contract_says_becomes_markup() -> None:
    contract = _hostile(openapi())
    get = contract["paths"]["/health"]["get"]
    contract["paths"][f"/{HOSTILE}"] = {
        "get": get
        | {
            "tags": [HOSTILE],
            "parameters": [{"name": HOSTILE, "in": HOSTILE, "schema": {"enum": [HOSTILE]}}],
            "responses": {
                HOSTILE: {
                    "description": HOSTILE,
                    "headers": {HOSTILE: {"description": HOSTILE}},
                    "content": {HOSTILE: {"schema": {"properties": {HOSTILE: {}}},
                                          "example": {HOSTILE: HOSTILE}}},
                },
                "200": {"description": HOSTILE, "content": {HOSTILE: {"example": HOSTILE}}},
            },
        }
    }  # fmt: skip
    contract["components"]["schemas"][HOSTILE] = {"type": HOSTILE, "format": HOSTILE}
    tree = _read(rendered(contract).html)
    assert tree.tags.isdisjoint({"script", "img"})
    assert not any(name.startswith("on") for name, _ in tree.attributes)
    assert "<script>alert(1)</script>" in "".join(tree.text)


def test_what_is_shown_where_the_contract_has_no_example_fits_the_schema() -> None:
    contract = openapi()
    for name, schema in contract["components"]["schemas"].items():
        pattern = "pattern" in schema and name != "Time"
        if not pattern:
            assert faults(schema, sample(contract, schema)) == [], name
