"""Files of lists."""

from webui.lists import table


def test_no_cell_is_a_formula() -> None:
    text = table(["A"], [["=1+1", "+1", "-1", "@x", "\tx", "a=b", "", '"']])
    assert text.decode("utf-8-sig") == "A\r\n'=1+1,'+1,'-1,'@x,'\tx,a=b,,\"\"\"\"\r\n"
