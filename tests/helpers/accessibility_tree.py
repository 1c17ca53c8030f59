"""A running app as a screen reader meets it: the AT-SPI tree on the accessibility bus."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, DBusErrorResponse, MessageType, Properties, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

LIMIT_S = 30.0
CALL_LIMIT_S = 5.0
POLL_S = 0.1
ROOT = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
# The app's variable that makes Qt offer its tree without a screen reader that asks for it.
ALWAYS = {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
# Numbers of org.a11y.atspi states, from the AT-SPI2 state enumeration.
STATES = {
    "checked": 4,
    "editable": 7,
    "enabled": 8,
    "focusable": 11,
    "focused": 12,
    "sensitive": 24,
    "showing": 25,
}


class Gone(Exception):
    """The object is not there any more."""


@dataclass(frozen=True, slots=True)
class Node:
    """One accessible object."""

    tree: Tree
    address: tuple[str, str]

    @property
    def role(self) -> str:
        """Its role's name: "push button", "table", "text"."""
        return str(self._call("Accessible", "GetRoleName")[0])

    @property
    def name(self) -> str:
        """What a screen reader says first."""
        return str(self._property("Accessible", "Name"))

    @property
    def description(self) -> str:
        """What it says on request."""
        return str(self._property("Accessible", "Description"))

    @property
    def children(self) -> list[Node]:
        """In reading order."""
        return [Node(self.tree, (d, p)) for d, p in self._call("Accessible", "GetChildren")[0]]

    def is_in(self, state: str) -> bool:
        """Whether it is showing, enabled, focused, checked."""
        low, high = self._call("Accessible", "GetState")[0]
        return bool((low | high << 32) >> STATES[state] & 1)

    def act(self) -> None:
        """Do its first action: press it."""
        self._call("Action", "DoAction", "i", (0,))

    def text(self) -> str:
        """The whole text of a text object."""
        return str(self._call("Text", "GetText", "ii", (0, -1))[0])

    def write(self, text: str) -> None:
        """Replace the text of an editable object."""
        self._call("EditableText", "SetTextContents", "s", (text,))

    def cells(self) -> list[list[str]]:
        """Every cell of a table by name, row by row."""
        rows = int(self._property("Table", "NRows"))
        columns = int(self._property("Table", "NColumns"))

        def cell(row: int, column: int) -> str:
            address = self._call("Table", "GetAccessibleAt", "ii", (row, column))[0]
            return Node(self.tree, (address[0], address[1])).name

        return [[cell(row, column) for column in range(columns)] for row in range(rows)]

    def heads(self) -> list[str]:
        """The column headers of a table by name."""
        columns = int(self._property("Table", "NColumns"))

        def head(column: int) -> str:
            address = self._call("Table", "GetColumnHeader", "i", (column,))[0]
            return Node(self.tree, (address[0], address[1])).name

        return [head(column) for column in range(columns)]

    def walk(self) -> Iterator[Node]:
        """Itself and everything below that still exists."""
        yield self
        with contextlib.suppress(Gone):
            for child in self.children:
                yield from child.walk()

    def showing(self) -> Iterator[Node]:
        """Itself and what is below that can be seen; what is hidden is not gone into."""
        with contextlib.suppress(Gone):
            if self.is_in("showing"):
                yield self
                for child in self.children:
                    yield from child.showing()

    def _call(
        self, interface: str, member: str, signature: str | None = None, body: Any = ()
    ) -> Any:
        return self.tree.call(self.address, interface, member, signature, body)

    def _property(self, interface: str, name: str) -> Any:
        return self.tree.property(self.address, interface, name)


class Tree:
    """The applications on the accessibility bus of this session.

    Thread: one thread at a time.
    """

    def __init__(self) -> None:
        with open_dbus_connection("SESSION") as session:
            bus = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
            answer = session.send_and_get_reply(
                new_method_call(bus, "GetAddress"), timeout=CALL_LIMIT_S
            )
        self._bus: DBusConnection = open_dbus_connection(answer.body[0])

    def close(self) -> None:
        """Leave the bus."""
        self._bus.close()

    def call(
        self, address: tuple[str, str], interface: str, member: str, signature: Any, body: Any
    ) -> Any:
        """Call a method of an object; `Gone` if there is none (any more)."""
        where = DBusAddress(address[1], address[0], f"org.a11y.atspi.{interface}")
        return self._ask(new_method_call(where, member, signature, body))

    def property(self, address: tuple[str, str], interface: str, name: str) -> Any:
        """Read a property of an object."""
        where = DBusAddress(address[1], address[0], f"org.a11y.atspi.{interface}")
        return self._ask(Properties(where).get(name))[0][1]

    def _ask(self, message: Any) -> Any:
        try:
            answer = self._bus.send_and_get_reply(message, timeout=CALL_LIMIT_S)
        except DBusErrorResponse as error:
            raise Gone(error.name) from None
        if answer.header.message_type is MessageType.error:
            raise Gone(str(answer.body))
        return answer.body

    def nodes(self) -> Iterator[Node]:
        """Everything that any application shows now."""
        for application in Node(self, ROOT).children:
            yield from application.showing()

    def find(self, role: str, name: str) -> Node | None:
        """The first showing object of that role whose name begins with `name`."""
        for node in self.nodes():
            with contextlib.suppress(Gone):
                if node.name.startswith(name) and node.role == role:
                    return node
        return None

    def focused(self) -> list[Node]:
        """What has the keyboard's focus."""
        return [node for node in self.nodes() if _holds(node, "focused")]

    def until(self, told: str, condition: Callable[[], bool]) -> None:
        """Wait for a while for something in the tree; `told` says what."""
        until_s = time.monotonic() + LIMIT_S
        while time.monotonic() < until_s:
            with contextlib.suppress(Gone):
                if condition():
                    return
            time.sleep(POLL_S)
        raise AssertionError(f"not within {LIMIT_S:.0f} s: {told}: {self.told()}")

    def wait(self, role: str, name: str, *, usable: bool = True) -> Node:
        """As `find`, waiting for a while until it is there and, unless told, can be used."""
        until_s = time.monotonic() + LIMIT_S
        while time.monotonic() < until_s:
            node = self.find(role, name)
            if node is not None and (not usable or _holds(node, "enabled")):
                return node
            time.sleep(POLL_S)
        raise AssertionError(f"no {role} {name!r} within {LIMIT_S:.0f} s: {self.told()}")

    def told(self) -> list[str]:
        """What stands on the screen, for the message of a failed wait."""
        lines = []
        for node in self.nodes():
            with contextlib.suppress(Gone):
                lines.append(f"{node.role} {node.name!r}")
        return lines


def _holds(node: Node, state: str) -> bool:
    try:
        return node.is_in(state)
    except Gone:
        return False


@contextlib.contextmanager
def accessibility_tree() -> Iterator[Tree]:
    """Join the accessibility bus, and leave it."""
    tree = Tree()
    try:
        yield tree
    finally:
        tree.close()
