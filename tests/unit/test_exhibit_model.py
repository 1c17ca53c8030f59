"""What an exhibit shows: which columns are drawn, how figures are written, running totals."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desktop.domain.interview import Exhibit
from interview_desktop.ui.view_models.exhibit import (
    MINUS,
    described,
    exhibit_model,
    number,
    scale,
    short_labels,
    ticks,
)
from tests.helpers.exhibits import EXHIBITS

NAMED = {exhibit.id.split("/")[1]: exhibit for exhibit in EXHIBITS}


def made(**changes: object) -> Exhibit:
    """An exhibit with some fields of its own."""
    fields: dict[str, object] = {
        "id": "one", "title": "One", "kind": "bar", "unit": "thousand warehouses",
        "columns": ("Size", "Warehouses", "Growth per year"),
        "rows": (("Small", 7.2, 1), ("Large", 1.5, 11)),
        "spoken": "It shows sizes.", "question": 2,
    }  # fmt: skip
    return Exhibit(**{**fields, **changes})  # type: ignore[arg-type]


def drawn(exhibit: Exhibit) -> list[list[str]]:
    """Heads of what is drawn, by axis."""
    return [[one.head for one in panel] for panel in exhibit_model(exhibit).panels]


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda one: one.id)
def test_every_figure_of_a_case_is_shown_as_it_is(exhibit: Exhibit) -> None:
    model = exhibit_model(exhibit)
    assert model.heads == exhibit.columns
    for row, cells in enumerate(exhibit.rows):
        shown = model.cells(row)
        assert shown[0] == cells[0]
        for text, cell in zip(shown[1:], cells[1:], strict=True):
            if isinstance(cell, str):
                assert text == cell
            else:
                plain = re.sub(r"[,%\s]", "", text.replace(MINUS, "-"))
                assert float(plain) == cell


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda one: one.id)
def test_a_chart_loses_no_column(exhibit: Exhibit) -> None:
    model = exhibit_model(exhibit)
    assert model.charted is (exhibit.kind != "table")
    if model.panels:
        heads = [one.head for panel in model.panels for one in panel]
        heads += [one.head for one in model.figures]
        assert sorted(heads) == sorted(exhibit.columns[1:])


def test_a_rate_stands_beside_the_bars_of_another_unit() -> None:
    model = exhibit_model(made())
    assert drawn(made()) == [["Warehouses"]]
    assert [one.head for one in model.figures] == ["Growth per year"]
    assert model.figures[0].shown == ("1\u00a0%", "11\u00a0%")
    assert model.panels[0][0].shown == ("7.2", "1.5")


def test_words_and_other_units_stand_beside_the_bars() -> None:
    exhibit = made(
        unit="as named in each column",
        columns=("Size", "Warehouses", "Price, euros", "Pays"),
        rows=(("Small", 7.2, 3000, "Yes"), ("Large", 1.5, 15000, "No")),
    )
    assert drawn(exhibit) == [["Warehouses"]]
    assert [one.head for one in exhibit_model(exhibit).figures] == ["Price, euros", "Pays"]


def test_lines_of_other_units_or_magnitudes_have_their_own_axis() -> None:
    rows = (("2023", 900, 12), ("2024", 1100, 11))
    columns = ("Year", "Visitors", "Shops")
    assert drawn(made(kind="line", unit="thousand", columns=columns, rows=rows)) == [
        ["Visitors"], ["Shops"],
    ]  # fmt: skip
    near = (("2023", 900, 120), ("2024", 1100, 110))
    assert drawn(made(kind="line", unit="thousand", columns=columns, rows=near)) == [
        ["Visitors", "Shops"]
    ]


def test_a_chart_of_words_only_is_a_table() -> None:
    model = exhibit_model(made(columns=("Size", "Pays"), rows=(("Small", "Yes"), ("Large", "No"))))
    assert (model.kind, model.charted) == ("table", False)


def test_the_running_totals_of_a_waterfall() -> None:
    steps = exhibit_model(NAMED["pack-waterfall"]).steps
    assert [step.total for step in steps] == [
        "6.00", "5.45", "3.80", "3.10", "2.65", "2.40", "2.40",
    ]  # fmt: skip
    assert [step.kind for step in steps] == ["total", *["down"] * 5, "total"]
    assert steps[1].shown == f"{MINUS}0.55"
    assert (steps[-1].start, steps[-1].end) == (0.0, 2.4)
    # The last step ends exactly where the sum does, although tenths do not add up in binary.
    assert steps[-2].end == steps[-1].end


def test_a_step_up_has_its_sign() -> None:
    rows = (("Start", 10), ("More", 4), ("Less", -20), ("End", -6))
    steps = exhibit_model(
        made(kind="waterfall", unit="euros", columns=("Step", "Euros"), rows=rows)
    ).steps
    assert [step.shown for step in steps] == ["10", "+4", f"{MINUS}20", f"{MINUS}6"]
    assert (steps[2].start, steps[2].end) == (14, -6)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [(12000.0, None, "12,000"), (-0.55, None, f"{MINUS}0.55"), (6.0, 1, "6.0"), (-0.01, 1, "0.0"),
     (2.05, None, "2.05"), (0.0, None, "0")],
)  # fmt: skip
def test_figures_are_written_as_people_do(value: float, places: int | None, text: str) -> None:
    assert number(value, places) == text


def test_each_row_its_decimals_where_each_row_has_its_unit() -> None:
    model = exhibit_model(NAMED["shops"])
    assert model.cells(0) == ("Visits a day", "1,500", "1,500")
    assert model.cells(2)[1:] == ("2.00", "2.05")


def test_the_unit_line_says_only_what_the_heads_do_not() -> None:
    assert exhibit_model(NAMED["shops"]).unit == ""
    assert exhibit_model(NAMED["homes"]).unit == "Thousand households"


def test_those_who_cannot_see_it_hear_the_sentence_and_each_row() -> None:
    heard = described(NAMED["warehouses-by-size"])
    assert heard.startswith("The chart shows all warehouses")
    assert "In thousand warehouses. Small: All warehouses 6.0, Sites that fit 0.6." in heard
    assert heard.index("Medium:") < heard.index("Large:")


def test_months_are_short_only_together() -> None:
    assert short_labels(("October", "May")) == ("Oct", "May")
    assert short_labels(("October", "Christmas")) == ("October", "Christmas")


@given(st.lists(st.floats(-1e9, 1e9).map(lambda value: round(value, 4)), min_size=2, max_size=8))
def test_an_axis_holds_every_value(values: list[float]) -> None:
    exhibit = made(
        kind="line", unit="euros", columns=("Year", "Euros"),
        rows=tuple((str(at), value) for at, value in enumerate(values)),
    )  # fmt: skip
    panel = exhibit_model(exhibit).panels[0]
    marks = ticks(panel)
    assert 3 <= len(marks) <= 7
    assert list(marks) == sorted(marks)
    slack = 1e-6 * max(1.0, marks[-1] - marks[0])
    assert marks[0] <= min(values) + slack
    assert marks[-1] >= max(values) - slack
    low, high = scale(panel)
    assert low <= 0 <= high
    assert low < high
