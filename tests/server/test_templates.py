"""Cases that are written on a server: drafts, versions, and interviews that keep theirs."""

from __future__ import annotations

import asyncio
import copy
import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import msgspec
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.cases import template_uuid
from server.routes.system import openapi
from server.services.minting import StoredInterviews
from tests.helpers.api import a_document, complete, detail, set_question
from tests.helpers.server_thread import ThreadServer, server_in_thread


@pytest.fixture
def coach(api: ThreadServer) -> Iterator[httpx.Client]:
    with api.user("coach") as client:
        yield client


@pytest.fixture
def other_coach(api: ThreadServer) -> Iterator[httpx.Client]:
    with api.user("coach") as client:
        yield client


def _written(coach: httpx.Client, **change: Any) -> dict[str, Any]:
    answer = coach.post("/templates", json={"document": a_document(**change)})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/api/v1/templates/{answer.json()['id']}"
    card: dict[str, Any] = answer.json()
    return card


def _published(coach: httpx.Client, **change: Any) -> dict[str, Any]:
    card = _written(coach, **change)
    answer = coach.patch(f"/templates/{card['id']}", json={"status": "published"})
    assert answer.status_code == 200, answer.text
    return card


def _started(client: httpx.Client, template_id: str) -> str:
    answer = client.post("/interviews", json={"template_id": template_id})
    assert answer.status_code == 201, answer.text
    return f"/interviews/{answer.json()['id']}"


def test_a_draft_is_its_authors_alone(
    coach: httpx.Client, other_coach: httpx.Client, owner: httpx.Client, admin: httpx.Client
) -> None:
    card = _written(coach)
    assert (card["status"], card["version"]) == ("draft", 1)
    path = f"/templates/{card['id']}"
    for client, status in ((coach, 200), (admin, 200), (other_coach, 404), (owner, 404)):
        assert client.get(path).status_code == status
        listed = [one["id"] for one in client.get("/templates").json()]
        assert (card["id"] in listed) == (status == 200)
    detail(owner.post("/interviews", json={"template_id": card["id"]}), 400)
    # Its author may try it.
    assert coach.get(f"{_started(coach, card['id'])}/questions/1").status_code == 200


def test_what_is_published_can_be_practised_by_all(
    coach: httpx.Client, owner: httpx.Client
) -> None:
    card = _published(coach)
    shown = owner.get(f"/templates/{card['id']}").json()
    assert shown["status"] == "published"
    # A candidate sees the card, and nothing of the document.
    for below in ("document", "versions"):
        detail(owner.get(f"/templates/{card['id']}/{below}"), 403)
    path = _started(owner, card["id"])
    document = coach.get(f"/templates/{card['id']}/document").json()["document"]
    asked = owner.get(f"{path}/questions/1").json()
    assert asked["prompt"] == document["questions"][0]["prompt"]
    assert (
        owner.post(f"{path}/questions/1/hints").json()["text"]
        == (document["questions"][0]["hints"][0])
    )
    assert owner.post(f"{path}/credentials").status_code == 200


def test_an_interview_keeps_the_version_it_was_started_with(
    coach: httpx.Client, owner: httpx.Client
) -> None:
    card = _published(coach)
    path, template = _started(owner, card["id"]), f"/templates/{card['id']}"
    before = owner.get(f"{path}/questions/1").json()["short"]
    document = coach.get(f"{template}/document").json()["document"]
    document["questions"][0]["short"] = "Another short form now"
    changed = coach.patch(template, json={"document": document})
    assert changed.json()["version"] == 2
    assert owner.get(f"{path}/questions/1").json()["short"] == before
    newer = _started(owner, card["id"])
    assert owner.get(f"{newer}/questions/1").json()["short"] == "Another short form now"
    # Withdrawn, it is practised to the end and looked back at, and not begun again.
    assert coach.delete(template).status_code == 204
    set_question(owner, path, 4)
    complete(owner, path)
    assert owner.get(f"{path}/debrief").json()["questions"][0]["short"] == before
    detail(owner.post("/interviews", json={"template_id": card["id"]}), 400)
    kept = [one["version"] for one in coach.get(f"{template}/versions").json()["versions"]]
    assert kept == [2, 1]
    assert coach.get(f"{template}/document?version=1").json()["document"]["version"] == 1
    detail(coach.get(f"{template}/document?version=3"), 404)


def test_a_shipped_case_of_a_newer_program_changes_no_interview(
    tmp_path: Any, api: ThreadServer
) -> None:
    (slug, case), *_ = api.context.cases.items()
    (tmp_path / "data").mkdir()
    with server_in_thread(tmp_path / "data") as server, server.user() as client:
        path = _started(client, str(template_uuid(slug)))
        before = client.get(f"{path}/questions/1").json()
        question = msgspec.structs.replace(case.questions[0], short="Another short form now")
        newer = msgspec.structs.replace(
            case, version=case.version + 1, questions=[question, *case.questions[1:]]
        )
        cases: Any = server.context.cases
        cases[slug] = newer
        assert client.get(f"{path}/questions/1").json() == before
        again = _started(client, str(template_uuid(slug)))
        assert client.get(f"{again}/questions/1").json()["short"] == "Another short form now"


def test_a_draft_overwrites_itself_until_somebody_has_practised_it(coach: httpx.Client) -> None:
    card = _written(coach)
    path = f"/templates/{card['id']}"
    document = a_document(card["slug"], title="Another title")
    assert coach.patch(path, json={"document": document}).json()["version"] == 1
    _started(coach, card["id"])
    document["title"] = "And another"
    assert coach.patch(path, json={"document": document}).json()["version"] == 2
    # The same again is no new version.
    assert coach.patch(path, json={"document": document}).json()["version"] == 2


def test_only_its_author_or_an_administrator_changes_a_case(
    coach: httpx.Client, other_coach: httpx.Client, admin: httpx.Client
) -> None:
    card = _published(coach)
    path = f"/templates/{card['id']}"
    detail(other_coach.patch(path, json={"status": "withdrawn"}), 404)
    detail(other_coach.delete(path), 404)
    # To read it, as one reads a colleague's case, is fine.
    assert other_coach.get(f"{path}/document").status_code == 200
    assert admin.patch(path, json={"status": "withdrawn"}).json()["status"] == "withdrawn"
    detail(coach.patch(path, json={"status": "draft"}), 400)
    assert coach.delete(path).status_code == 404


def test_a_version_that_has_passed_is_412(coach: httpx.Client) -> None:
    card = _written(coach)
    path = f"/templates/{card['id']}"
    tag = coach.get(path).headers["ETag"]
    done = coach.patch(path, json={"status": "published"}, headers={"If-Match": tag})
    assert done.status_code == 200
    detail(coach.patch(path, json={"status": "withdrawn"}, headers={"If-Match": tag}), 412)


def test_every_document_of_a_draft_has_its_own_tag(coach: httpx.Client) -> None:
    """Its version stays until somebody has practised it, so the version alone tells nothing."""
    card = _written(coach)
    path = f"/templates/{card['id']}"
    tag = coach.get(path).headers["ETag"]
    first, second = (a_document(card["slug"], title=title) for title in ("One", "Another"))
    if_unchanged = {"If-Match": tag}
    done = coach.patch(path, json={"document": first}, headers=if_unchanged)
    assert (done.status_code, done.json()["version"]) == (200, 1)
    assert done.headers["ETag"] == coach.get(path).headers["ETag"] != tag
    detail(coach.patch(path, json={"document": second}, headers=if_unchanged), 412)
    assert coach.get(path).json()["title"] == "One"
    assert coach.get(f"{path}/document").json()["document"]["title"] == "One"


def test_a_deleted_draft_leaves_the_interview_that_tried_it(coach: httpx.Client) -> None:
    card = _written(coach)
    path = _started(coach, card["id"])
    before = coach.get(f"{path}/questions/1").json()
    assert coach.delete(f"/templates/{card['id']}").status_code == 204
    for answer in (
        coach.get(f"/templates/{card['id']}"),
        coach.delete(f"/templates/{card['id']}"),
    ):
        detail(answer, 404)
    assert coach.get(f"{path}/questions/1").json() == before
    detail(coach.post("/interviews", json={"template_id": card["id"]}), 400)
    # Its slug is free again, for another case.
    assert _written(coach, id=card["slug"])["id"] != card["id"]


def test_who_is_no_coach_any_more_has_no_drafts(coach: httpx.Client, admin: httpx.Client) -> None:
    card = _written(coach)
    user = f"/users/{coach.get('/users/me').json()['id']}"
    assert admin.patch(user, json={"role": "candidate"}).status_code == 200
    assert card["id"] not in [one["id"] for one in coach.get("/templates").json()]
    detail(coach.get(f"/templates/{card['id']}"), 404)
    detail(coach.patch(f"/templates/{card['id']}", json={"status": "published"}), 403)
    detail(coach.delete(f"/templates/{card['id']}"), 403)
    detail(coach.post("/interviews", json={"template_id": card["id"]}), 400)
    assert admin.patch(user, json={"role": "coach"}).status_code == 200
    assert coach.get(f"/templates/{card['id']}").status_code == 200


def test_the_call_is_about_the_version_that_the_interview_pins(
    api: ThreadServer, coach: httpx.Client, owner: httpx.Client
) -> None:
    card = _published(coach)
    path, template = _started(owner, card["id"]), f"/templates/{card['id']}"
    document = coach.get(f"{template}/document").json()["document"]
    question = document["questions"][0]
    before, question["prompt"] = question["prompt"], "What would you look at first, and why?"
    assert coach.patch(template, json={"document": document}).json()["version"] == 2
    interviewer = StoredInterviews(api.context)
    for started, prompt in ((path, before), (_started(owner, card["id"]), question["prompt"])):
        session = owner.post(f"{started}/credentials").json()["session_token"]
        assert prompt in session["instructions"]
        now = asyncio.run(interviewer.current(started.rsplit("/", 1)[1]))
        assert now is not None
        assert now.case.question(1).prompt == prompt


def test_a_card_says_whether_the_case_can_be_heard(coach: httpx.Client) -> None:
    # A copy says what is rendered already, with another sentence it does not.
    assert _written(coach)["speech"] == "ready"
    card = _written(coach, unknown_answer="That is not known. What would you do with it?")
    assert card["speech"] == "missing"
    shown = {one["id"]: one["speech"] for one in coach.get("/templates").json()}
    assert shown[card["id"]] == "missing"


def test_cards_are_found_by_what_they_are_and_page_by_page(
    coach: httpx.Client, owner: httpx.Client
) -> None:
    industry = f"industry {uuid.uuid4().hex}"
    made = {_published(coach, industry=industry)["id"] for _ in range(3)}
    _written(coach, industry=industry)
    query: dict[str, Any] = {"industry": industry, "language": "en", "limit": 2}
    first = owner.get("/templates", params=query)
    assert first.headers["X-Total-Count"] == "3"
    following = first.headers["Link"].partition(">")[0].removeprefix("</api/v1")
    second = owner.get(following)
    assert "Link" not in second.headers
    assert {one["id"] for one in first.json() + second.json()} == made
    # Its author sees the draft among them.
    assert len(coach.get("/templates", params={"industry": industry}).json()) == 4
    for other in ({"difficulty": "hard"}, {"case_type": "merger"}, {"language": "de"}):
        assert owner.get("/templates", params=query | other).json() == []


def test_a_case_file_can_be_sent_as_it_is(coach: httpx.Client) -> None:
    slug = f"case-{uuid.uuid4().hex[:8]}"
    document = a_document(slug)
    headers = {"Content-Type": "application/yaml; charset=utf-8"}
    text = yaml.safe_dump(document, sort_keys=False)
    answer = coach.post("/templates", content=text.encode(), headers=headers)
    assert answer.status_code == 201, answer.text
    kept = coach.get(f"/templates/{answer.json()['id']}/document").json()["document"]
    assert kept == document | {"version": 1}
    tricks = {
        "title: &a A\nsummary: *a": "anchors",
        "title: !!python/name:os.system A": "tags",
        "[" * 1000: "nested",
        "title: A\ntitle: B": "duplicate",
        "title: \x00": "",
        "{": "",
        "": "",
    }
    for trick, word in tricks.items():
        sent = coach.post("/templates", content=trick.encode(), headers=headers)
        assert word in detail(sent, 400)
    detail(coach.post("/templates", content=b"\xff\xfe", headers=headers), 400)
    detail(coach.post("/templates", content=b"# " + b"x" * 2**18, headers=headers), 413)
    text_plain = {"Content-Type": "text/plain"}
    detail(coach.post("/templates", content=text.encode(), headers=text_plain), 415)


def test_of_two_cases_with_one_slug_at_once_there_is_one(coach: httpx.Client) -> None:
    document = a_document()
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: coach.post("/templates", json={"document": document}), range(4))
        )
    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]


def test_a_slug_is_one_cases_alone(coach: httpx.Client, api: ThreadServer) -> None:
    card = _written(coach)
    for slug in (card["slug"], next(iter(api.context.cases))):
        detail(coach.post("/templates", json={"document": a_document(slug)}), 409)


def test_a_broken_rule_is_told_with_its_place(coach: httpx.Client) -> None:
    document = a_document()
    document["questions"][1]["hints"] = ["one"]
    sentence = detail(coach.post("/templates", json={"document": document}), 400)
    assert "questions" in sentence
    assert "hints" in sentence
    # Told so that somebody reads it, however much was sent.
    document = a_document() | {"x" * 50_000: 1}
    assert len(detail(coach.post("/templates", json={"document": document}), 400)) < 1000


def test_the_example_of_the_contract_is_a_case_that_can_be_used(coach: httpx.Client) -> None:
    (example,) = openapi()["components"]["schemas"]["CaseDocument"]["examples"]
    answer = coach.post("/templates", json={"document": example})
    assert answer.status_code == 201, answer.text
    coach.delete(f"/templates/{answer.json()['id']}")


SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=40),
    st.sampled_from(["9**9**9", "1/0", "x" * 400, "(" * 200, "-" * 200 + "1"]),
)  # fmt: skip


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, one in items:
        found += _places(one, (*path, key))
    return found


PLACES = _places(a_document("x"))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(place=st.sampled_from(PLACES), value=SCALARS, drop=st.booleans())
def test_any_change_of_a_document_is_taken_or_told(
    api: ThreadServer, place: tuple[Any, ...], value: Any, drop: bool
) -> None:
    document = copy.deepcopy(a_document())
    part: Any = document
    for key in place[:-1]:
        part = part[key]
    if drop:
        del part[place[-1]]
    else:
        part[place[-1]] = value
    with api.user("coach") as coach:
        body = json.dumps({"document": document})
        answer = coach.post(
            "/templates", content=body, headers={"Content-Type": "application/json"}
        )
    assert answer.status_code in (201, 400, 409), answer.text
    if answer.status_code != 201:
        detail(answer, answer.status_code)
