"""The app as a screen reader meets it: a question practised through the accessibility tree alone.

No mouse, no key and no look inside the process: what is read is read from the tree, and what is
pressed or written goes through its actions.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from interview_desktop.config import APP_NAME
from server.cases import load_case
from server.config import ASSETS
from tests.helpers.accessibility_tree import ALWAYS, ROOT, Gone, Node, Tree, accessibility_tree
from tests.helpers.app_process import LIMIT_S, app_process, lines_until

pytestmark = [pytest.mark.pulse, pytest.mark.keyring, pytest.mark.timeout(120)]
CASE = load_case(ASSETS / "cases" / "profitability-grocery-chain.yaml")
CHECKS = ("Microphone", "Loudspeaker", "Echo", "Network", "Interviewer", "Disk")
NOTES = "Tree: revenue & cost"
# What a screen reader passes over: it only holds other things together.
SILENT = ("filler", "layered pane")
CONTROLS = ("push button", "check box", "radio button", "text", "table", "slider", "combo box")


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    """A first run of the real app, seen from the accessibility bus; it ends in order."""
    with app_process(tmp_path / "data", ALWAYS) as app:
        assert lines_until(app, "ready")[-1] == "ready"
        with accessibility_tree() as made:
            yield made
        app.send_signal(signal.SIGTERM)
        assert app.wait(LIMIT_S) == 0


def press(tree: Tree, role: str, name: str) -> None:
    """Press what can be pressed."""
    node = tree.wait(role, name)
    tree.until(f"{name} can be pressed", lambda: node.is_in("sensitive"))
    node.act()


def read(tree: Tree) -> list[tuple[str, str]]:
    """(role, name) of everything on the screen, in reading order."""
    lines = []
    for node in tree.nodes():
        with contextlib.suppress(Gone):
            lines.append((node.role, node.name))
    return lines


def captions(tree: Tree) -> str:
    """What both sides have said."""
    node = tree.find("text", "Captions")
    return node.text() if node is not None else ""


def assert_usable(tree: Tree) -> None:
    """Everything that a person needs has a role, a name and an action; the focus is somewhere."""
    nameless = [f"{role} {name!r}" for role, name in read(tree) if role in CONTROLS and not name]
    assert not nameless
    silent = [node.role for node in tree.focused() if node.role in SILENT or not node.name]
    assert not silent


def test_a_question_practised_through_the_accessibility_tree_alone(tree: Tree) -> None:
    _home(tree)
    _check(tree)
    _first_question(tree)
    _exhibits(tree)
    _a_number(tree)
    _end(tree)


def _home(tree: Tree) -> None:
    """The first page reads from its heading down."""
    tree.wait("push button", "Start with")
    (application,) = Node(tree, ROOT).children
    assert application.name == APP_NAME
    lines = read(tree)
    begin = ("push button", f"Start with “{CASE.title}”")
    assert lines.index(("heading", "Say your first case out loud")) < lines.index(begin)
    assert lines.index(begin) < lines.index(("heading", "To begin with"))
    # One of the pages is the one that is read; the others can be gone to.
    here = tree.wait("radio button", "Home")
    assert here.is_in("checked") and not tree.wait("radio button", "Cases").is_in("checked")
    assert_usable(tree)
    press(tree, *begin)


def _check(tree: Tree) -> None:
    """Each row is read with its state; a microphone that sends only silence is said to."""
    tree.wait("label", "Microphone, to fix")
    for kind in CHECKS:
        row = tree.wait("panel", kind)
        names = [node.name for node in row.walk()]
        assert any(name.startswith(f"{kind}, ") for name in names), names
    start = tree.wait("push button", "Start interview", usable=False)
    assert not start.is_in("sensitive")
    assert "the microphone" in start.description
    assert_usable(tree)
    press(tree, "push button", "Start anyway")


def _first_question(tree: Tree) -> None:
    """Heard as text, thought about, helped with, answered in writing."""
    tree.wait("push button", "Done with question 1")
    room = tree.wait("panel", f"Interview room, {CASE.title}")
    assert tree.wait("label", "Question 1 of 4, Structure, current")
    tree.wait("label", CASE.question(1).prompt)
    tree.until("the welcome", lambda: "Welcome." in captions(tree))
    assert tree.wait("text", "Notes").is_in("editable")
    assert not tree.wait("text", "Captions").is_in("editable")
    assert_usable(tree)
    assert room.is_in("focusable")
    # As it lies on the screen: the interviewer above what was said, then the notes.
    order = [name for _, name in read(tree)]
    places = [CASE.question(1).prompt, "Type instead", "Captions", "Notes", "Mute, microphone on"]
    assert [one for one in order if one in places] == [*places[:4], *places[3:]], order

    press(tree, "push button", "Start thinking, 60 seconds")
    tree.wait("label", "Thinking, ")
    press(tree, "push button", "I am ready")
    tree.wait("push button", "Start thinking")

    press(tree, "push button", "Hint, first is free")
    tree.wait("push button", "Hint, level 1 used")
    tree.until("the hint", lambda: CASE.question(1).hints[0] in captions(tree))

    notes = tree.wait("text", "Notes")
    notes.write(NOTES)
    tree.until("the notes", lambda: notes.text() == NOTES)
    tree.wait("label", "Saved")

    fact = CASE.clarifications[0]
    press(tree, "push button", "Type instead")
    _type(tree, f"{fact.asks[0]}?")
    tree.until("the answer", lambda: fact.answer in captions(tree))
    press(tree, "push button", "Done with question 1")


def _type(tree: Tree, words: str) -> None:
    field = tree.wait("text", "Say it in writing")
    field.write(words)
    press(tree, "push button", "Say it")


def _exhibits(tree: Tree) -> None:
    """A chart has its table, and both are read cell by cell."""
    tree.wait("push button", "Done with question 2")
    tree.wait("label", "Question 2 of 4, Exhibit, current")
    chart, table = CASE.exhibits[:2]
    shown = tree.wait("table", table.title)
    assert shown.heads() == [str(head) for head in table.columns]
    assert [row[0] for row in shown.cells()] == [str(row[0]) for row in table.rows]
    press(tree, "push button", "Exhibit, 2 of 2")
    press(tree, "radio button", "Table")
    shown = tree.wait("table", chart.title)
    assert shown.heads() == [str(head) for head in chart.columns]
    assert shown.cells()[0] == ["Fresh food", "6.6", "5.3"]
    assert len(shown.cells()) == len(chart.rows)
    assert chart.spoken in shown.description
    press(tree, "push button", "Done with question 2")


def _a_number(tree: Tree) -> None:
    """What was understood is read and confirmed."""
    tree.wait("push button", "Done with question 3")
    _type(tree, "6.48 million euros")
    right = tree.wait("push button", "Right, ")
    assert "6.48" in right.name
    right.act()
    tree.until("the number is confirmed", lambda: tree.find("push button", "Right, ") is None)


def _end(tree: Tree) -> None:
    press(tree, "push button", "End")
    press(tree, "push button", "End interview")
    tree.wait("push button", "Resume at question 3")
    assert_usable(tree)
