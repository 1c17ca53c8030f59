"""What is typed instead of said: no more of it than everybody takes."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from interview_desktop.ui.views.room_talk import TYPED_MAX, TalkColumn


def test_a_text_that_is_pasted_is_cut_where_it_is_still_seen(qtbot: QtBot) -> None:
    column = TalkColumn()
    qtbot.addWidget(column)
    said: list[str] = []
    column.said.connect(said.append)
    column.field.edit.insert("x" * 30_000)
    column.field.edit.returnPressed.emit()
    assert [len(text) for text in said] == [TYPED_MAX]
