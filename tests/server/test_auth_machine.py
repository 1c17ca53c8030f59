"""Any order of signing in, refreshing, stealing, signing out and waiting, against a small model."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.helpers.accounts import PASSWORD, Account, account, ask, refresh, works
from tests.helpers.server_thread import ThreadServer, server_in_thread

ACCESS_S = 900 + 30
LIFE_S = 30 * 86_400
WINDOW_S = 900


@dataclass
class _Session:
    """What the server should know of one sign-in."""

    expires_at: int
    refresh: list[str] = field(default_factory=list)  # the last one is good, the others are used
    access: list[tuple[str, int]] = field(default_factory=list)  # (token, until)
    ended: bool = False


class _Machine(RuleBasedStateMachine):
    server: ClassVar[ThreadServer]

    def __init__(self) -> None:
        super().__init__()
        self.kim: Account = account(self.server)
        self.password = PASSWORD
        self.sessions: list[_Session] = []
        self.failures: list[int] = []

    @property
    def now(self) -> int:
        return self.server.clock.now

    def _live(self, session: _Session) -> bool:
        return not session.ended and session.expires_at > self.now

    def _of(self, number: int) -> _Session:
        return self.sessions[number % len(self.sessions)]

    def _works(self, session: _Session, token: tuple[str, int]) -> bool:
        return self._live(session) and self.now < token[1]

    def _locked(self) -> bool:
        self.failures = [at for at in self.failures if at > self.now - WINDOW_S]
        return len(self.failures) >= 10

    def _keep(self, session: _Session, tokens: dict[str, str]) -> None:
        session.refresh.append(tokens["refresh_token"])
        session.access.append((tokens["access_token"], self.now + ACCESS_S))
        session.expires_at = self.now + LIFE_S

    @rule()
    def sign_in(self) -> None:
        answer = self.kim.sign_in(self.password)
        if self._locked():
            assert answer.status_code == 429
            return
        assert answer.status_code == 200
        self.failures.clear()
        session = _Session(0)
        self._keep(session, answer.json())
        self.sessions.append(session)

    @rule(times=st.integers(1, 6))
    def guess(self, times: int) -> None:
        for _ in range(times):
            locked = self._locked()
            assert self.kim.sign_in("wrong").status_code == (429 if locked else 401)
            if not locked:
                self.failures.append(self.now)

    @precondition(lambda self: self.sessions)
    @rule(number=st.integers(0, 99), stolen=st.booleans())
    def refresh_one(self, number: int, stolen: bool) -> None:
        session = self._of(number)
        used = session.refresh[-1]
        answer = refresh(self.server, used)
        if self._live(session):
            assert answer.status_code == 200
            self._keep(session, answer.json())
        else:
            assert answer.status_code == 401
        if stolen:
            assert refresh(self.server, used).status_code == 401
            session.ended = True

    @precondition(lambda self: any(len(one.refresh) > 1 for one in self.sessions))
    @rule(number=st.integers(0, 99), which=st.integers(0, 99))
    def use_a_used_one(self, number: int, which: int) -> None:
        session = [one for one in self.sessions if len(one.refresh) > 1][number % sum(
            len(one.refresh) > 1 for one in self.sessions)]  # fmt: skip
        used = session.refresh[which % (len(session.refresh) - 1)]
        assert refresh(self.server, used).status_code == 401
        session.ended = True

    @precondition(lambda self: self.sessions)
    @rule(number=st.integers(0, 99), which=st.integers(0, 99))
    def sign_out(self, number: int, which: int) -> None:
        session = self._of(number)
        token = session.access[which % len(session.access)]
        answer = ask(self.server, "POST", "/auth/logout", token[0])
        works_now = self._works(session, token)
        assert answer.status_code == (204 if works_now else 401)
        session.ended |= works_now

    @precondition(lambda self: self.sessions)
    @rule(number=st.integers(0, 99))
    def end_all_others(self, number: int) -> None:
        session = self._of(number)
        token = session.access[-1]
        listed = ask(self.server, "GET", "/auth/sessions", token[0])
        if not self._works(session, token):
            assert listed.status_code == 401
            return
        assert len(listed.json()) == sum(map(self._live, self.sessions))
        for one in listed.json():
            if not one["current"]:
                path = f"/auth/sessions/{one['id']}"
                assert ask(self.server, "DELETE", path, token[0]).status_code == 204
        for one in self.sessions:
            one.ended |= one is not session

    @precondition(lambda self: self.sessions)
    @rule(number=st.integers(0, 99), new=st.sampled_from([PASSWORD, "another horse staple"]))
    def change_the_password(self, number: int, new: str) -> None:
        session = self._of(number)
        token = session.access[-1]
        body = {"current_password": self.password, "new_password": new}
        answer = ask(self.server, "POST", "/auth/password", token[0], json=body)
        if not self._works(session, token):
            assert answer.status_code == 401
        elif self._locked():
            assert answer.status_code == 429
        else:
            assert answer.status_code == 204
            self.password = new
            self.failures.clear()
            for one in self.sessions:
                one.ended |= one is not session

    @rule(seconds=st.sampled_from([1, 60, 900, 930, LIFE_S - 1, LIFE_S]))
    def wait(self, seconds: int) -> None:
        self.server.clock.now += seconds

    @invariant()
    def every_token_does_what_the_model_says(self) -> None:
        for session in self.sessions:
            for token in session.access[-2:]:
                assert works(self.server, token[0]) == self._works(session, token)


def test_any_order_of_signing_in_and_out_is_as_the_model_says(tmp_path: Path) -> None:
    with server_in_thread(tmp_path) as running:

        class Machine(_Machine):
            server = running

        run_state_machine_as_test(
            Machine, settings=settings(max_examples=15, stateful_step_count=15)
        )
