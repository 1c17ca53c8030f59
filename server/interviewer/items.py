"""The items of a conversation, in order, as the client may ask for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from server.interviewer.ga_events import Event, event

MAX_ITEMS = 1000


class Items:
    """Keeps the items and tells the client of new ones.

    Thread: the event loop.
    """

    def __init__(self, send: Callable[[Event], None]) -> None:
        self._send = send
        self._items: dict[str, Event] = {}
        self.last: str | None = None

    def add(self, item: Event) -> None:
        """A whole new item: announced, and kept."""
        for kind in ("added", "done"):
            self._send(event(f"conversation.item.{kind}", previous_item_id=self.last, item=item))
        self.keep([item])

    def keep(self, items: Iterable[Event]) -> None:
        """Items that the client has been told of already."""
        for item in items:
            self._items[item["id"]] = item
            self.last = item["id"]
        while len(self._items) > MAX_ITEMS:
            self._items.pop(next(iter(self._items)))

    def holds(self, item_id: str) -> bool:
        """Whether there is such an item."""
        return item_id in self._items

    def replace(self, item: Event) -> None:
        """An item's content has become known; a deleted one stays deleted."""
        if item["id"] in self._items:
            self._items[item["id"]] = item

    def retrieve(self, item_id: str) -> bool:
        """Send the item; False if there is none."""
        item = self._items.get(item_id)
        if item is None:
            return False
        self._send(event("conversation.item.retrieved", item=item))
        return True

    def delete(self, item_id: str) -> bool:
        """Forget the item; False if there is none."""
        if self._items.pop(item_id, None) is None:
            return False
        if item_id == self.last:
            self.last = next(reversed(self._items), None)
        self._send(event("conversation.item.deleted", item_id=item_id))
        return True

    def truncate(self, item_id: str, end_ms: object) -> bool:
        """The item was heard until `end_ms` only; False if there is none."""
        if item_id not in self._items or type(end_ms) is not int or end_ms < 0:
            return False
        self._send(
            event(
                "conversation.item.truncated",
                item_id=item_id,
                content_index=0,
                audio_end_ms=end_ms,
            )
        )
        return True
