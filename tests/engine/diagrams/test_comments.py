"""What somebody noted in a diagram's file outlives a modeller, which writes none of it."""

from engine.diagrams.comments import carry_comments

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
OLD = (
    HEAD
    + """<!-- Who may change this -->
<definitions id="all">
  <process id="p">
    <!-- The café's rule -->
    <task id="a" />
    <task id="b">
      <extensionElements>
        <!-- kept for the audit -->
      </extensionElements>
    </task>
    <task id="c" />
    <!-- more to come -->
  </process>
</definitions>
"""
)
NEW = (
    HEAD
    + """<definitions id="all"><process id="p">
    <task id="c" />
    <task id="a" name="otherwise" />
    <task id="b"></task></process></definitions>
"""
)


def test_each_comes_back_where_it_stood() -> None:
    text = carry_comments(OLD.encode(), NEW.encode()).decode()
    assert text == (
        HEAD
        + """<!-- Who may change this --><definitions id="all"><process id="p">
    <task id="c" />
    <!-- The café's rule -->
    <task id="a" name="otherwise" />
    <task id="b"><!-- kept for the audit --></task><!-- more to come --></process></definitions>
"""
    )


def test_once_and_not_where_their_element_is_gone() -> None:
    once = carry_comments(OLD.encode(), NEW.encode())
    assert carry_comments(OLD.encode(), once) == once
    without = NEW.replace('    <task id="a" name="otherwise" />\n', "")
    assert "café" not in carry_comments(OLD.encode(), without.encode()).decode()


def test_in_another_encoding_and_without_any() -> None:
    wide = OLD.replace("UTF-8", "UTF-16").encode("utf-16")
    assert carry_comments(wide, NEW.encode()) == carry_comments(OLD.encode(), NEW.encode())
    plain = NEW.encode().replace(b"UTF-8", b"utf-8")
    assert carry_comments(NEW.encode(), plain) == plain
