"""The interview room in every state and layout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from interview_desktop.domain.call_events import (
    CallState,
    CaptionChanged,
    ConnectionChanged,
    DiskTrouble,
    ExhibitShown,
    NotesRestored,
    NumberChecked,
    NumberHeard,
    Presence,
    PresenceChanged,
    QuestionChanged,
    Retrying,
    StateChanged,
    ThinkingChanged,
)
from interview_desktop.domain.devices import SoundNotice
from interview_desktop.domain.interview import Exhibit, NumberVerdict, Question
from interview_desktop.domain.transcript import Caption
from interview_desktop.ui.gallery import exhibits as pictures
from interview_desktop.ui.gallery.live import NOTES
from interview_desktop.ui.gallery.sample import Sample
from interview_desktop.ui.view_models.room import RoomEvent
from interview_desktop.ui.views.room import RoomView

MINUTE = 60_000
NOW_MS = 11 * MINUTE + 12_000
SINCE_MS = NOW_MS - 4 * MINUTE - 12_000
PROMPT = (
    "Take the exhibit in front of you. What do you read out of it, and which group would you go "
    "to first?"
)
CASE = (
    "Our client is Larkfield, a software company in Hamburg. Its product turns an ordinary phone "
    "into a fast barcode scanner. Two thousand shops use it in their stockrooms, and growth there "
    "is slowing down. Lately, warehouse managers have been calling. They are tired of paying for "
    "costly handheld devices. Larkfield has never sold to a warehouse. The chief executive wants "
    "to know whether Larkfield should go into warehouses, and where it should begin."
)
_TURNS = (
    ("candidate", "So four things: the market, whether our product fits, the money, and what "
     "could stop us. I would start with the market."),
    ("interviewer", "Go ahead."),
    ("candidate", "Before I start: do the large warehouses already buy scanning software from "
     "somebody else?"),
    ("interviewer", "About one in three does. The others use what came with their hand scanners."),
    ("interviewer", PROMPT),
)  # fmt: skip
_HEARD = 61
_LONG_NOTES = (
    "מבנה\n1  שוק: גודל, צמיחה, מי קונה\n2  התאמה: האם המוצר עובד?\n\n"
    "الأسئلة\nكم تدفع المستودعات الكبيرة؟\nمن ينافسنا؟\n\n" + "\n\n".join([NOTES] * 4)
)
SIZES: tuple[tuple[str, tuple[int, int], float], ...] = (
    ("1024", (1024, 640), 1.0),
    ("720", (1280, 720), 1.0),
    ("1920", (1920, 1080), 1.0),
    ("150", (1280, 800), 1.5),
)


def question(number: int = 2, exhibits: Sequence[Exhibit] = ()) -> Question:
    """A question with its exhibits, two by default."""
    kinds = ("structure", "analysis", "quantitative", "recommendation")
    shown = tuple(exhibits) or (pictures.ONE_SERIES, pictures.TABLE)
    return Question(
        number, kinds[number - 1], PROMPT, "Read the exhibits",  # type: ignore[arg-type]
        60, 480, CASE, shown,
    )  # fmt: skip


def turns(last: str = "") -> list[RoomEvent]:
    """The conversation so far; `last` is what the candidate says after it."""
    every = [*_TURNS, ("candidate", last)] if last else list(_TURNS)
    step = (NOW_MS - SINCE_MS) // (len(every) + 1)
    made: list[RoomEvent] = []
    for place, (speaker, text) in enumerate(every):
        start = SINCE_MS + place * step
        final = bool(last) or place < len(every) - 1
        caption = Caption(f"item-{place}", speaker, text, start, start + step, 2, final)  # type: ignore[arg-type]
        made.append(CaptionChanged(caption, f"item-{place - 1}" if place else None))
    return made


def running(*more: RoomEvent, exhibits: Sequence[Exhibit] = (), last: str = "") -> list[RoomEvent]:
    """A call that runs, at its second question, and then `more`."""
    return [
        StateChanged(CallState.LIVE, 0),
        ConnectionChanged("direct", 38),
        QuestionChanged(question(exhibits=exhibits), (1,), SINCE_MS),
        *turns(last),
        *more,
    ]


def room(
    events: Sequence[RoomEvent],
    *,
    now_ms: int = NOW_MS,
    notes: str = NOTES,
    set_up: Callable[[RoomView], object] | None = None,
) -> RoomView:
    """A room that has seen these events."""
    view = RoomView("From the stockroom to the warehouse", "Market entry")
    if notes:
        view.apply(NotesRestored(notes))
    for event in events:
        view.apply(event)
    heard = view.state.live or view.state.was_live
    view.bar.microphone.meter.show_level(-40.0 if heard else -90.0, 200)
    for _ in range(2):
        view.talk.presence.disc.show_level(-9.0, 500)
    view.show_levels(-57.0 if heard else -90.0, -9.0, now_ms)
    if set_up is not None:
        set_up(view)
    return view


def _speaking(exhibits: Sequence[Exhibit] = (), notes: str = NOTES) -> QWidget:
    speaks = PresenceChanged(Presence.SPEAKING)
    return room(
        running(speaks, exhibits=exhibits),
        notes=notes,
        set_up=lambda view: view.show_said("item-4", _HEARD),
    )


def _presence(presence: Presence, last: str = "") -> QWidget:
    return room(running(PresenceChanged(presence), last=last))


def _thinking(elapsed_s: int, seconds: int | None = 60) -> QWidget:
    began = ThinkingChanged(True, seconds, NOW_MS - elapsed_s * 1000)
    waits = PresenceChanged(Presence.WAITING)
    return room(running(waits, began, last="Let me think about that for a moment."))


def _lost() -> QWidget:
    since = NOW_MS - 12_000
    return room(running(StateChanged(CallState.RECOVERING, since), Retrying(16.0, 2)))


def _number(change: bool = False) -> QWidget:
    said = "Three fifths of eight thousand, so that is four thousand eight hundred warehouses."
    heard = NumberHeard(3, "four thousand eight hundred", 4800.0, "warehouses", NOW_MS)
    events = running(PresenceChanged(Presence.LISTENING), heard, last=said)

    def change_it(view: RoomView) -> None:
        view.talk.number.change.click()

    return room(events, set_up=change_it if change else None)


def _checked() -> QWidget:
    verdict = NumberVerdict("named_error", "The filter of 40\u00a0% is missing.")
    return room(running(PresenceChanged(Presence.WAITING), NumberChecked(3, verdict, NOW_MS)))


def _failed() -> QWidget:
    sentence = "No microphone could be opened. Plug one in, or allow it in the system settings."
    return room([StateChanged(CallState.FAILED, 0, sentence)], now_ms=0, notes="")


def _silent() -> QWidget:
    sentence = (
        "The microphone sends only silence. Allow it in the system settings, then choose it again."
    )
    notice = SoundNotice("silence", "warn", sentence)
    return room(running(PresenceChanged(Presence.LISTENING), notice))


def _disk_full() -> QWidget:
    sentence = (
        "The disk is full. Recording stopped at 18:40; everything before is safe. Free "
        "100\u00a0MB to go on."
    )
    return room(running(PresenceChanged(Presence.WAITING), DiskTrouble(True, sentence)))


def _push_to_talk() -> QWidget:
    def by_key(view: RoomView) -> None:
        view.set_push_to_talk(True)

    return room(running(PresenceChanged(Presence.WAITING)), set_up=by_key)


def _resumed() -> QWidget:
    events = [
        *turns(),
        StateChanged(CallState.CONNECTING, NOW_MS),
        QuestionChanged(question(), (1,), NOW_MS),
    ]
    return room(events)


def _typing() -> QWidget:
    def open_field(view: RoomView) -> None:
        view.talk.type_button.click()

    return room(running(PresenceChanged(Presence.WAITING)), set_up=open_field)


def _prompt() -> QWidget:
    return room(
        running(PresenceChanged(Presence.WAITING)), set_up=lambda view: view.case.more.click()
    )


def _notes_shown() -> QWidget:
    def show(view: RoomView) -> None:
        view.case.segments.segment("notes").click()

    return room(running(PresenceChanged(Presence.WAITING)), set_up=show)


def _second_exhibit() -> QWidget:
    return room(running(PresenceChanged(Presence.SPEAKING), ExhibitShown(pictures.TABLE, NOW_MS)))


def _late() -> QWidget:
    return room(running(PresenceChanged(Presence.WAITING)), now_ms=NOW_MS + 5 * MINUTE)


ROOMS: dict[str, Callable[[], QWidget]] = {
    "room": _speaking,
    "room-listening": partial(_presence, Presence.LISTENING, "The large ones. They are few, but"),
    "room-waiting": partial(_presence, Presence.WAITING),
    "room-thinking": partial(_thinking, 22),
    "room-thinking-over": partial(_thinking, 97, 90),
    "room-lost": _lost,
    "room-number": _number,
    "room-number-change": partial(_number, True),
    "room-number-checked": _checked,
    "room-ending": lambda: room(
        running(PresenceChanged(Presence.WAITING)), set_up=lambda view: view.bar.ask_to_end()
    ),
    "room-failed": _failed,
    "room-connecting": lambda: room([StateChanged(CallState.CONNECTING, 0)], now_ms=0, notes=""),
    "room-silent-mic": _silent,
    "room-disk-full": _disk_full,
    "room-push-to-talk": _push_to_talk,
    "room-resumed": _resumed,
    "room-long-note": partial(_speaking, notes=_LONG_NOTES),
    "room-typing": _typing,
    "room-prompt": _prompt,
    "room-late": _late,
    "room-lines": partial(_speaking, (pictures.LINES,)),
    "room-waterfall": partial(_speaking, (pictures.STEPS,)),
    "room-table": _second_exhibit,
}
# These at every size; the others as wide as the window begins.
MAIN = ("room", "room-thinking", "room-lost", "room-number", "room-ending")


def samples() -> list[Sample]:
    """Each state at 1280×800, the main ones in every layout."""
    made = [Sample(name, make) for name, make in ROOMS.items()]
    for name in MAIN:
        made += [
            Sample(f"{name}-{suffix}", ROOMS[name], size, scale) for suffix, size, scale in SIZES
        ]
    made += [
        Sample("room-notes-1024", _notes_shown, (1024, 640)),
        Sample("room-push-to-talk-1024", _push_to_talk, (1024, 640)),
        Sample("room-disk-full-150", _disk_full, (1280, 800), 1.5),
        Sample("room-lines-1920", ROOMS["room-lines"], (1920, 1080)),
    ]
    return made
