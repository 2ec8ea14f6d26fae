"""The tab writers."""

from simulator.kubectl.table import TabWriter, cell_text, format_rows


def test_columns_have_a_least_width_and_three_spaces_between() -> None:
    assert format_rows([["A", "READY", "AGE"], ["p", "0/1", "3s"]]) == "A     READY   AGE\np     0/1     3s\n"


def test_a_line_without_tabs_ends_a_column() -> None:
    text = TabWriter(min_width=0, padding=2, remember=False).format("a:\tx\ntitle\nlonger:\ty\n")
    assert text == "a:  x\ntitle\nlonger:  y\n"


def test_a_shorter_line_in_between_ends_only_the_columns_it_lacks() -> None:
    text = TabWriter(min_width=0, padding=2, remember=False).format("a\tbbbb\tc\na\tb\na\tb\tc\n")
    assert text == "a  bbbb  c\na  b\na  b  c\n"


def test_a_watch_remembers_widths_and_a_wider_cell_moves_what_follows() -> None:
    writer = TabWriter()
    assert writer.format("NAME\tSTATUS\tAGE\n") == "NAME   STATUS   AGE\n"
    assert writer.format("p\tRunning\t1s\n") == "p      Running   1s\n"
    assert writer.format("p\tOk\t2s\n") == "p      Ok        2s\n"
    writer.forget()
    assert writer.format("p\tOk\t2s\n") == "p     Ok    2s\n"


def test_a_cell_is_cut_at_its_first_line_break_and_has_no_escapes() -> None:
    assert cell_text("one\ntwo") == "one..."
    assert cell_text("\x1b[31mred") == "^[[31mred"
    assert cell_text(3) == "3"
