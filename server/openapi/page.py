"""The contract as one page for people: no script, no address from elsewhere, one style sheet."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

from server.openapi import FOLDER, METHODS, document
from server.openapi.schemas import anchor, kind, resolved, sample, schema_html, shown, words


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and the policy under which a browser is to show it."""

    html: bytes
    policy: str


@cache
def page() -> Page:
    """The page of our own contract. Blocks for some 100 ms at the first call."""
    return rendered(document())


def rendered(contract: dict[str, Any]) -> Page:
    """The page of an OpenAPI document. Nothing that the document says can become markup."""
    style = (FOLDER / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    return Page("".join(_document(contract, style)).encode(), policy)


def _document(contract: dict[str, Any], style: str) -> Iterator[str]:
    info = contract.get("info", {})
    title, version = escape(str(info.get("title", ""))), escape(str(info.get("version", "")))
    groups = _groups(contract)
    yield (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} {version}'
        '</title><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{style}</style></head><body>"
        '<a class="skip" href="#content">Skip to the operations</a><div class="frame">'
    )
    yield from _navigation(groups)
    yield (
        f'<main id="content"><header><h1>{title} <small>{version}</small></h1>'
        f'<p>{words(str(info.get("description", "")))}</p><p><a href="/openapi.json">'
        "The same as OpenAPI 3.1</a></p></header>"
    )
    for name, operations in groups.items():
        yield f'<section><h2 id="{anchor("group", name)}">{escape(name)}</h2>'
        for method, path, item in operations:
            yield from _operation(contract, method, path, item)
        yield "</section>"
    yield '<section><h2 id="schemas">Schemas</h2>'
    for name, schema in sorted(contract.get("components", {}).get("schemas", {}).items()):
        yield f'<article id="{anchor("schema", name)}"><h3>{escape(name)}</h3>'
        yield f"<p>{words(schema['description'])}</p>" if "description" in schema else ""
        yield f'<p class="type">{kind(schema)}</p>{schema_html(schema)}</article>'
    yield "</section></main></div></body></html>\n"


def _groups(contract: dict[str, Any]) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    groups: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, item in sorted(contract.get("paths", {}).items()):
        for method in METHODS:
            if method in item:
                tag = (item[method].get("tags") or ["other"])[0]
                groups.setdefault(str(tag), []).append((method, path, item))
    return dict(sorted(groups.items()))


def _navigation(groups: dict[str, list[tuple[str, str, dict[str, Any]]]]) -> Iterator[str]:
    yield '<nav aria-label="Operations"><h2>Operations</h2>'
    for name, operations in groups.items():
        yield f"<details open><summary>{escape(name)}</summary><ul>"
        for method, path, item in operations:
            told = escape(str(item[method].get("summary", path)))
            yield f'<li><a href="#{anchor(method, path)}">{told}</a></li>'
        yield "</ul></details>"
    yield '<ul><li><a href="#schemas">Schemas</a></li></ul></nav>'


def _operation(
    contract: dict[str, Any], method: str, path: str, item: dict[str, Any]
) -> Iterator[str]:
    operation = item[method]
    yield (
        f'<article id="{anchor(method, path)}"><h3>{escape(str(operation.get("summary", path)))}'
        f'</h3><p class="line"><span class="method {anchor(method)}">{escape(method.upper())}'
        f"</span> <code>{escape(path)}</code></p>"
    )
    if "description" in operation:
        yield f"<p>{words(operation['description'])}</p>"
    yield f'<p class="access">{_access(contract, operation)}</p>'
    parameters = [*item.get("parameters", ()), *operation.get("parameters", ())]
    yield from _parameters([resolved(contract, one) for one in parameters])
    if body := resolved(contract, operation.get("requestBody", {})):
        yield "<h4>Body</h4>"
        yield from _contents(contract, body)
    yield "<h4>Answers</h4>"
    failures = []
    for status, answer in operation.get("responses", {}).items():
        described = resolved(contract, answer)
        if str(status).startswith(("1", "2", "3")):
            yield from _answer(contract, str(status), described)
        else:
            failures.append((str(status), described))
    yield from _failures(contract, failures)
    yield "</article>"


def _access(contract: dict[str, Any], operation: dict[str, Any]) -> str:
    wanted = operation.get("security", contract.get("security", []))
    schemes = contract.get("components", {}).get("securitySchemes", {})
    if not wanted:
        return "Without signing in."
    told = []
    for one in wanted:
        if not one:
            told.append("nothing")
        for name in one:
            scheme = schemes.get(name, {})
            told.append(words(scheme.get("description", "") or "an access token"))
    return "Needs: " + ", or ".join(told) + "."


def _parameters(parameters: list[dict[str, Any]]) -> Iterator[str]:
    if not parameters:
        return
    yield (
        '<h4>Parameters</h4><div class="scroll"><table><thead><tr><th scope="col">Name</th>'
        '<th scope="col">In</th><th scope="col">Value</th></tr></thead><tbody>'
    )
    for one in parameters:
        must = ' <span class="must">required</span>' if one.get("required") else ""
        about = one.get("description", "")
        yield (
            f'<tr><th scope="row"><code>{escape(str(one.get("name", "")))}</code>{must}</th>'
            f"<td>{escape(str(one.get('in', '')))}</td>"
            f'<td><span class="type">{kind(one.get("schema", {}))}</span>'
            + (f'<div class="about">{words(about)}</div>' if about else "")
            + "</td></tr>"
        )
    yield "</tbody></table></div>"


def _contents(contract: dict[str, Any], holder: dict[str, Any]) -> Iterator[str]:
    if "description" in holder and "required" in holder:
        yield f"<p>{words(holder['description'])}</p>"
    for media, content in holder.get("content", {}).items():
        schema = content.get("schema", {})
        yield f'<p><code>{escape(media)}</code> <span class="type">{kind(schema)}</span></p>'
        yield schema_html(schema)
        examples = _examples(contract, content)
        if not examples:
            made = sample(contract, schema)
            examples = [] if made in ("…", None, {}, []) else [made]
        for value in examples:
            yield f'<h5>Example</h5><pre tabindex="0"><code>{shown(value)}</code></pre>'


def _examples(contract: dict[str, Any], content: dict[str, Any]) -> list[Any]:
    if "example" in content:
        return [content["example"]]
    found = (resolved(contract, one) for one in content.get("examples", {}).values())
    return [one["value"] for one in found if "value" in one]


def _answer(contract: dict[str, Any], status: str, answer: dict[str, Any]) -> Iterator[str]:
    yield (
        f'<details class="answer" open><summary><span class="status good">{escape(status)}</span> '
        f"{words(answer.get('description', ''))}</summary>"
    )
    if headers := answer.get("headers"):
        yield '<ul class="schema">'
        for name, header in headers.items():
            described = resolved(contract, header)
            about = words(described.get("description", "")) or kind(described.get("schema", {}))
            yield f'<li><code>{escape(name)}</code> <span class="type">{about}</span></li>'
        yield "</ul>"
    yield from _contents(contract, answer)
    yield "</details>"


def _failures(
    contract: dict[str, Any], failures: list[tuple[str, dict[str, Any]]]
) -> Iterator[str]:
    if not failures:
        return
    yield '<details class="answer"><summary>Errors</summary><div class="scroll"><table><tbody>'
    for status, answer in failures:
        described = "" if status == "default" else words(answer.get("description", ""))
        shown_status = "others" if status == "default" else status
        examples = []
        for content in answer.get("content", {}).values():
            examples += _examples(contract, content)
        lines = "".join(f"<pre><code>{shown(one)}</code></pre>" for one in examples)
        yield (
            f'<tr><th scope="row"><span class="status poor">{escape(shown_status)}</span></th>'
            f"<td>{described}{lines}</td></tr>"
        )
    yield "</tbody></table></div></details>"
