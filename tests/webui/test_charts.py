"""Charts: where each stroke goes, and that nothing hangs on colour."""

from webui.charts import WIDTH, Bar, bar_chart, line_chart


def test_bars_are_as_long_as_their_numbers() -> None:
    chart = bar_chart("k", "Cases", [Bar(label="One", values=(10,)), Bar(label="Two", values=(5,))])
    assert chart is not None
    long, short = (bar.segments[0].width for bar in chart.bars)
    assert abs(long - 2 * short) < 0.2
    assert all(bar.total_x < WIDTH for bar in chart.bars)
    assert chart.says == "The longest bar is One, 10. The same figures are in the table."


def test_a_part_says_its_number_where_there_is_room_and_has_its_pattern() -> None:
    bars = [Bar(label="One", values=(50, 0, 1))]
    chart = bar_chart("k", "Answers", bars, ("On time", "Late", "Never came"))
    assert chart is not None
    segments = chart.bars[0].segments
    assert [(each.part, each.number) for each in segments] == [(0, "50"), (2, "")]
    assert chart.bars[0].total == "51"


def test_where_there_is_nothing_there_is_no_chart() -> None:
    assert bar_chart("k", "Cases", []) is None
    assert bar_chart("k", "Cases", [Bar(label="One", values=(0, 0))]) is None
    assert line_chart("k", "Cases", ["Jan"], [("Raised", [4])]) is None
    assert line_chart("k", "Cases", ["Jan", "Feb"], [("Raised", [0, 0])]) is None


def test_lines_stand_on_a_scale_of_round_numbers() -> None:
    labels = [f"M{number}" for number in range(12)]
    chart = line_chart("k", "Cases", labels, [("Raised", range(12)), ("Closed", [0] * 12)])
    assert chart is not None
    assert [text for _, text in chart.marks] == ["0", "10", "20"]
    assert sum(bool(point.label) for point in chart.lines[0].points) == 6
    assert chart.lines[0].points[-1].label == "M11"
    assert chart.says == "Raised 11 in M11; Closed 0 in M11. The same figures are in the table."
