"""The pages of the shell in every state and layout."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QWidget

from interview_desktop.domain.interview import CaseCard, Interview, Progress, Status
from interview_desktop.ui.gallery.sample import Sample
from interview_desktop.ui.shell import Place, Shell
from interview_desktop.ui.view_models.cases import case_items
from interview_desktop.ui.view_models.home import home_model
from interview_desktop.ui.view_models.sessions import session_items
from interview_desktop.ui.views.home import HomeView
from interview_desktop.ui.views.library import LibraryView
from interview_desktop.ui.views.sessions import SessionsView

NOW = datetime(2026, 11, 26, 20, 12, tzinfo=UTC)
_CASES = (
    ("From the stockroom to the warehouse", "market-entry", "technology", "medium", 30,
     "A maker of scanning software for shops wonders whether to sell to warehouses."),
    ("Busy shops, missing profit", "profitability", "retail", "easy", 20,
     "A grocery chain earns far less than two years ago, although its shops are busy."),
    ("Forty clinics and a retiring founder", "merger", "healthcare", "hard", 35,
     "A chain of dental clinics can buy a smaller rival, and asks at which price."),
    ("Twelve euros at the Tidewall", "pricing", "culture", "easy", 20,
     "A museum with crowded and empty days asks whether prices should follow demand."),
    ("Bubbles for Aldermoor", "new-product", "consumer goods", "hard", 35,
     "A maker of iced tea has six weeks to decide whether to launch a sparkling one."),
    ("More pupils for Quillmere", "growth", "education", "medium", 30,
     "An online tutoring company wants to grow and asks where its money does most."),
)  # fmt: skip
CARDS = [
    CaseCard(f"case-{n}", f"slug-{n}", title, kind, where, level, "interviewer-led", minutes, about)
    for n, (title, kind, where, level, minutes, about) in enumerate(_CASES)
]  # fmt: skip


def _interview(number: int, days: int, status: Status, question: int = 4) -> Interview:
    done = tuple(range(1, question)) if status == "in-progress" else (1, 2, 3, 4)
    started = (NOW - timedelta(days=days, hours=1)).isoformat()
    return Interview(
        f"interview-{days}", "me", f"case-{number}", status, started, None,
        Progress(question, done),
    )  # fmt: skip


INTERVIEWS = [
    _interview(0, 1, "in-progress", 3),
    _interview(1, 2, "completed"),
    _interview(2, 4, "completed"),
    _interview(0, 14, "completed"),
    _interview(1, 17, "in-progress", 2),
]


def _in_shell(place: Place, page: Callable[[], QWidget]) -> Callable[[], QWidget]:
    def make() -> QWidget:
        window = Shell()
        window.sidebar.set_privacy("On this laptop only", "No account")
        window.show_place(place, page())
        return window

    return make


def _home(interviews: list[Interview], note: str = "") -> HomeView:
    view = HomeView()
    view.show_model(home_model(CARDS, interviews, NOW, note))
    return view


def _home_troubled() -> HomeView:
    view = HomeView()
    view.show_error(
        "The local workspace could not start. Start the app again; if it happens twice, look into "
        "server.log."
    )
    return view


def _library(search: str = "") -> LibraryView:
    view = LibraryView()
    view.show_items(case_items(CARDS, INTERVIEWS))
    if search:
        view.search(search)
    return view


def _sessions(interviews: list[Interview]) -> SessionsView:
    view = SessionsView()
    cases = {item.id: item for item in case_items(CARDS, interviews)}
    view.show_items(session_items(interviews, cases, NOW))
    return view


def samples() -> list[Sample]:
    """Home, Cases and Sessions."""
    homes = {
        "home": lambda: _home(INTERVIEWS),
        "home-first": lambda: _home([]),
        "home-note": lambda: _home(
            INTERVIEWS, "No system keyring: you will need to sign in again next time."
        ),
        "home-problem": _home_troubled,
    }
    made = [Sample(name, _in_shell("home", page)) for name, page in homes.items()]
    libraries = {
        "library": _library,
        "library-none": lambda: _library("tariff"),
    }
    made += [Sample(name, _in_shell("cases", page)) for name, page in libraries.items()]
    made += [
        Sample("sessions", _in_shell("sessions", lambda: _sessions(INTERVIEWS))),
        Sample("sessions-none", _in_shell("sessions", lambda: _sessions([]))),
    ]
    small = (("home", homes["home"]), ("home-first", homes["home-first"]), ("cases", _library))
    for place, page in small:
        shell = _in_shell("home" if place != "cases" else "cases", page)
        name = "library" if place == "cases" else place
        made += [
            Sample(f"{name}-1024", shell, (1024, 640)),
            Sample(f"{name}-720", shell, (1280, 720)),
            Sample(f"{name}-1920", shell, (1920, 1080)),
            Sample(f"{name}-150", shell, (1280, 800), 1.5),
        ]
    return made
