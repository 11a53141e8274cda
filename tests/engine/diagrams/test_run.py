"""What may happen to a case, and what never does: the engine's traps, one story each."""

import pytest

from engine.diagrams.diagram import parse
from engine.diagrams.run import NotFlat, NotOpen, Passed, Run, Stuck
from engine.diagrams.specs import Executable, build
from engine.diagrams.values import Value
from tests.engine.diagrams.draw import Drawing, stages


def drawn(drawing: Drawing, *messages: str) -> Executable:
    return build(parse(drawing.source(*messages)))


@pytest.fixture(scope="module")
def procedure() -> Executable:
    return build(parse(stages()))


def saved(run: Run) -> Run:
    """The same case in the next turn."""
    return Run.thaw(run._case.executable, run.freeze())


def task(run: Run, element: str) -> int:
    (token,) = (each.token for each in run.tasks() if each.element == element)
    return token


def timer(run: Run, element: str) -> int:
    (token,) = (each.token for each in run.timers() if each.element == element)
    return token


def message(run: Run, element: str) -> int:
    (token,) = (each.token for each in run.messages() if each.element == element)
    return token


def open_tasks(run: Run) -> list[str]:
    return sorted(each.element for each in run.tasks())


def at_stage(procedure: Executable, stage: str) -> Run:
    run = Run.start(procedure, {})
    run.complete(task(run, "informal"), {"next": stage})
    return saved(run)


def test_silence_gives_the_raiser_a_task_while_the_answer_stays_open(procedure: Executable) -> None:
    run = at_stage(procedure, "1")
    assert open_tasks(run) == ["respond_1"]
    run.fire(timer(run, "late_1"))
    assert open_tasks(saved(run)) == ["no_answer_1", "respond_1"]
    run.complete(task(run, "respond_1"), {})
    assert open_tasks(saved(run)) == ["decide_1"]


def test_deciding_without_an_answer_takes_the_answer_away(procedure: Executable) -> None:
    run = at_stage(procedure, "2")
    run.send(message(run, "unanswered_2"), {})
    assert open_tasks(run) == ["decide_2"]
    assert [each.element for each in run.timers()] == ["limit", "undecided_2"]


def test_a_returned_answer_goes_back_to_the_same_post(procedure: Executable) -> None:
    run = at_stage(procedure, "3")
    run.complete(task(run, "respond_3"), {})
    run.complete(task(run, "decide_3"), {"returned": True})
    assert open_tasks(saved(run)) == ["respond_3"]


def test_the_hub_leads_to_any_stage_and_to_the_end(procedure: Executable) -> None:
    run = at_stage(procedure, "1")
    for stage, following in (("1", "4"), ("4", "2"), ("2", "3"), ("3", "none")):
        run.complete(task(run, f"respond_{stage}"), {})
        run.complete(task(run, f"decide_{stage}"), {"returned": False, "next": following})
        run = saved(run)
    assert run.finished
    assert run.tasks() == []
    assert run.timers() == []


def test_withdrawing_ends_the_stages_and_their_deadlines(procedure: Executable) -> None:
    run = at_stage(procedure, "1")
    run.fire(timer(run, "late_1"))
    run.send(message(saved(run), "withdraw"), {})
    assert run.finished
    assert (run.tasks(), run.timers(), run.messages()) == ([], [], [])


def test_the_limit_runs_over_all_stages_and_stops_none(procedure: Executable) -> None:
    run = at_stage(procedure, "1")
    limit = timer(run, "limit")
    run.complete(task(run, "respond_1"), {})
    run.complete(task(run, "decide_1"), {"returned": False, "next": "2"})
    run = saved(run)
    assert timer(run, "limit") == limit
    run.fire(limit)
    assert open_tasks(saved(run)) == ["over_limit", "respond_2"]


def test_cafcass_goes_on_beside_the_stages_and_may_be_referred_to_again(
    procedure: Executable,
) -> None:
    run = at_stage(procedure, "1")
    refer = message(run, "refer")
    run.send(refer, {})
    assert message(saved(run), "refer") == refer
    run.send(refer, {})
    once = ["refer_advice", "refer_file", "refer_notice"]
    assert open_tasks(saved(run)) == sorted([*once, *once, "respond_1"])
    assert len({each.scope for each in run.tasks()}) == 3


def test_after_the_main_flow_ended_a_block_keeps_the_case_open_for_more(
    procedure: Executable,
) -> None:
    run = at_stage(procedure, "1")
    run.send(message(run, "consider"), {})
    run.send(message(run, "withdraw"), {})
    assert not saved(run).finished
    run.send(message(run, "refer"), {})
    for element in ("consider", "refer"):
        for branch in ("advice", "file", "notice"):
            assert not run.finished
            run = saved(run)
            run.complete(task(run, f"{element}_{branch}"), {})
    assert run.finished


def test_a_message_after_the_end_starts_nothing(procedure: Executable) -> None:
    run = at_stage(procedure, "none")
    assert run.finished
    for after in (run, saved(run)):
        with pytest.raises(NotOpen):
            after.send(-1, {})
        assert after.finished
        assert after.tasks() == []


def test_one_event_sub_process_leaves_no_phantom_in_the_next_case(procedure: Executable) -> None:
    before = Run.start(procedure, {}).freeze()
    run = at_stage(procedure, "1")
    run.send(message(run, "refer"), {})
    following = Run.start(procedure, {})
    assert following.freeze() == before
    following.complete(task(following, "informal"), {"next": "none"})
    assert following.finished


def test_only_the_timer_that_is_fired_goes_off_though_two_have_one_name() -> None:
    d = Drawing()
    d.start("begin")
    d.fork("fork")
    d.flow("begin", "fork")
    for side in ("left", "right"):
        d.task(side)
        d.timer(f"{side}_late", side, "5 days")
        d.end(f"{side}_done")
        d.end(f"{side}_told")
        d.flow("fork", side, f"{side}_done")
        d.flow(f"{side}_late", f"{side}_told")
    run = Run.start(drawn(d), {})
    run.fire(timer(run, "left_late"))
    assert [each.element for each in saved(run).timers()] == ["right_late"]


def test_two_blocks_have_two_timers_of_one_element_and_one_goes_off(procedure: Executable) -> None:
    run = at_stage(procedure, "1")
    run.send(message(run, "refer"), {})
    run.send(message(run, "refer"), {})
    first, second = (each for each in run.timers() if each.element == "refer_due")
    run.fire(second.token)
    assert [t for t in saved(run).timers() if t.element == "refer_due"] == [first]


def test_no_timer_goes_off_by_itself(procedure: Executable) -> None:
    run = at_stage(procedure, "1")
    armed = run.timers()
    for _ in range(3):
        run = saved(run)
        run.send(message(run, "refer"), {})
    assert [each for each in run.timers() if each.element != "refer_due"] == armed


def test_a_fired_timer_is_armed_again_also_after_the_case_was_saved(procedure: Executable) -> None:
    run = at_stage(procedure, "1")
    host = task(run, "respond_1")
    for _ in range(3):
        armed = timer(run, "late_1")
        assert run.rearm("late_1", host) == armed
        run.fire(armed)
        run = saved(run)
        assert [each.element for each in run.timers()] == ["limit"]
        again = run.rearm("late_1", host)
        assert again != armed
        run = saved(run)
        (found,) = (each for each in run.timers() if each.element == "late_1")
        assert (found.token, found.host, found.host_element) == (again, host, "respond_1")
    run.complete(host, {})
    assert open_tasks(run) == ["decide_1"]


def test_the_limit_is_armed_again_while_stages_go_on(procedure: Executable) -> None:
    run = at_stage(procedure, "1")
    (limit,) = (each for each in run.timers() if each.element == "limit")
    run.fire(limit.token)
    run = saved(run)
    run.complete(task(run, "respond_1"), {})
    run = saved(run)
    run.rearm("limit", limit.host)
    run = saved(run)
    run.fire(timer(run, "limit"))
    assert open_tasks(run) == ["decide_1", "over_limit", "over_limit"]
    run.send(message(run, "withdraw"), {})
    assert open_tasks(run) == ["over_limit", "over_limit"]


def test_nothing_is_armed_on_what_is_over_or_carries_no_such_timer(procedure: Executable) -> None:
    run = at_stage(procedure, "1")
    host = task(run, "respond_1")
    for element in ("limit", "unanswered_1", "unheard_of"):
        with pytest.raises(NotOpen):
            run.rearm(element, host)
    run.complete(host, {})
    with pytest.raises(NotOpen):
        run.rearm("late_1", host)
    assert open_tasks(saved(run)) == ["decide_1"]


def test_what_is_no_longer_open_is_refused_and_nothing_changes(procedure: Executable) -> None:
    run = at_stage(procedure, "1")
    done = task(run, "respond_1")
    late = timer(run, "late_1")
    unanswered = message(run, "unanswered_1")
    run.complete(done, {})
    before = run.freeze()
    with pytest.raises(NotOpen) as caught:
        run.complete(done, {})
    assert caught.value.token == done
    for act in (run.fire, lambda token: run.send(token, {}), lambda token: run.complete(token, {})):
        for token in (late, unanswered, done, 0, 10_000, -10):
            with pytest.raises(NotOpen):
                act(token)
    assert run.freeze() == before


def test_a_timer_is_no_message_and_a_task_is_neither(procedure: Executable) -> None:
    run = at_stage(procedure, "1")
    with pytest.raises(NotOpen):
        run.send(timer(run, "late_1"), {})
    with pytest.raises(NotOpen):
        run.fire(message(run, "withdraw"))
    with pytest.raises(NotOpen):
        run.complete(run.tasks()[0].scope, {})


def test_a_token_is_never_given_out_twice(procedure: Executable) -> None:
    run = at_stage(procedure, "1")
    seen: dict[int, str] = {}
    for _ in range(30):
        found = [(each.token, each.element) for each in run.tasks()]
        found += [(each.token, each.element) for each in run.timers()]
        for token, element in found:
            assert seen.setdefault(token, element) == element
        run.complete(run.tasks()[0].token, {"returned": True})
        run = saved(run)


def test_only_values_that_the_diagram_looks_at_enter_the_workflow(procedure: Executable) -> None:
    run = Run.start(procedure, {"next": "1", "concern": "A long text about a child"})
    assert dict(run.values()) == {"next": "1"}
    run.complete(task(run, "informal"), {"returned": False, "name": "Sam"})
    assert dict(saved(run).values()) == {"next": "1", "returned": False}


def test_a_nested_value_is_refused_before_anything_happens(procedure: Executable) -> None:
    run = Run.start(procedure, {})
    before = run.freeze()
    nested: dict[str, Value] = {"next": ["1"]}  # type: ignore[dict-item]
    with pytest.raises(NotFlat, match="next"):
        run.complete(task(run, "informal"), nested)
    assert run.freeze() == before


def test_a_value_may_have_any_name() -> None:
    d = Drawing()
    d.start("begin")
    d.task("ask")
    d.choice("which", default="other")
    d.task("named")
    d.end("end")
    d.flow("begin", "ask", "which")
    d.flow("which", "named", when='typename = "dict" and date_of = "2026-03-27"')
    d.flow("which", "end", key="other")
    d.flow("named", "end")
    run = Run.start(drawn(d), {"typename": "dict"})
    run = saved(run)
    run.complete(task(run, "ask"), {"date_of": "2026-03-27"})
    assert open_tasks(saved(run)) == ["named"]


def test_a_block_sees_what_was_answered_meanwhile_and_keeps_its_own_answers_apart() -> None:
    d = Drawing()
    d.start("begin")
    d.task("ask")
    d.choice("main", default="main_else")
    d.task("yes")
    d.end("end")
    d.flow("begin", "ask", "main")
    d.flow("main", "yes", when='answer = "yes"')
    d.flow("main", "end", key="main_else")
    d.flow("yes", "end")
    d.message("change", "ask", interrupting=False)
    d.choice("beside", default="beside_else")
    d.task("known")
    d.end("unknown")
    d.flow("change", "beside")
    d.flow("beside", "known", when='kind = "urgent"')
    d.flow("beside", "unknown", key="beside_else")
    d.flow("known", "unknown")
    block = Drawing()
    block.message_start("refer")
    block.choice("b", default="b_else")
    block.task("b_urgent")
    block.task("b_plain")
    block.end("b_end")
    block.flow("refer", "b")
    block.flow("b", "b_urgent", when='kind = "urgent"')
    block.flow("b", "b_plain", key="b_else")
    block.flow("b_urgent", "b_end")
    block.flow("b_plain", "b_end")
    d.sub_process("block", block, by_event=True)
    run = Run.start(drawn(d, "refer", "change"), {})
    run.send(message(run, "refer"), {})
    assert open_tasks(run) == ["ask", "b_plain"]
    run.complete(task(run, "b_plain"), {"kind": "urgent"})
    run = saved(run)
    run.send(message(run, "refer"), {})
    assert open_tasks(run) == ["ask", "b_urgent"]
    run.send(message(run, "change"), {})
    assert open_tasks(run) == ["ask", "b_urgent", "known"]


def test_two_thousand_answers_in_a_loop_cost_nothing_more(procedure: Executable) -> None:
    run = at_stage(procedure, "1")
    sizes = []
    for _ in range(1_000):
        run.complete(task(run, "respond_1"), {})
        run.fire(timer(run, "undecided_1"))
        run.complete(task(run, "decide_1"), {"returned": True})
        run = saved(run)
        assert open_tasks(run) == ["respond_1"]
        sizes.append(len(run.freeze()))
    assert max(sizes) < 1.3 * sizes[5]
    assert run._case.bpmn_events == []


def test_the_same_holds_for_a_case_that_is_never_saved(procedure: Executable) -> None:
    run = at_stage(procedure, "1")
    for _ in range(400):
        run.complete(task(run, "respond_1"), {})
        run.complete(task(run, "decide_1"), {"returned": True})
    assert sum(len(each.tasks) for each in run._case.subprocesses.values()) < 12


def test_a_parallel_join_in_a_loop_waits_for_both_branches_every_time() -> None:
    d = Drawing()
    d.start("begin")
    d.choice("merge")
    d.fork("fork")
    d.task("left")
    d.task("right")
    d.fork("join")
    d.task("review")
    d.choice("again", default="no_more")
    d.end("end")
    d.flow("begin", "merge", "fork", "left", "join", "review", "again")
    d.flow("fork", "right", "join")
    d.flow("again", "merge", when="again_please = true", key="back")
    d.flow("again", "end", key="no_more")
    executable = drawn(d)
    for save in (saved, lambda run: run):
        run = Run.start(executable, {})
        for first, second in (("left", "right"), ("right", "left"), ("left", "right")):
            run.complete(task(run, first), {})
            run = save(run)
            assert open_tasks(run) == [second]
            run.complete(task(run, second), {})
            run = save(run)
            assert open_tasks(run) == ["review"]
            run.complete(task(run, "review"), {"again_please": True})


def test_a_flow_may_lead_straight_back_to_an_earlier_task() -> None:
    d = Drawing()
    d.start("begin")
    d.task("ask")
    d.timer("late", "ask", "2 days")
    d.end("late_told")
    d.task("answer")
    d.flow("begin", "ask", "answer", "ask")
    d.flow("late", "late_told")
    run = Run.start(drawn(d), {})
    for element in ("ask", "answer", "ask", "answer"):
        assert open_tasks(run) == [element]
        run.complete(task(run, element), {})
        run = saved(run)


def test_a_chaser_may_open_the_same_task_once_more_and_each_has_its_own_deadline() -> None:
    d = Drawing()
    d.start("begin")
    d.choice("merge")
    d.task("ask")
    d.timer("late", "ask", "2 days")
    d.end("end")
    d.flow("begin", "merge", "ask", "end")
    d.flow("late", "merge")
    executable = drawn(d)
    for save in (saved, lambda run: run):
        run = Run.start(executable, {})
        first = task(run, "ask")
        run.fire(timer(run, "late"))
        run = save(run)
        (again,) = (each for each in run.timers() if each.host != first)
        run.complete(first, {})
        run = save(run)
        assert run.timers() == [again]
        run.complete(again.host, {})
        assert run.finished


def test_what_a_terminate_end_took_away_is_not_run_all_the_same() -> None:
    inside = Drawing()
    inside.start("s")
    inside.fork("fork")
    inside.end("stop", terminate=True)
    inside.choice("go")
    inside.task("never")
    inside.end("e")
    inside.flow("s", "fork", "stop")
    inside.flow("fork", "go", "never", "e")
    d = Drawing()
    d.start("begin")
    d.sub_process("p", inside)
    d.task("after")
    d.end("end")
    d.flow("begin", "p", "after", "end")
    run = Run.start(drawn(d), {})
    assert open_tasks(run) == ["after"]
    assert [each.how for each in run.passed() if each.element == "go"] == ["reached", "cancelled"]


def test_a_gateway_from_which_nothing_leads_is_named_and_the_run_is_lost() -> None:
    d = Drawing()
    d.start("begin")
    d.task("ask")
    d.choice("which")
    d.end("end")
    d.end("other_end")
    d.flow("begin", "ask", "which")
    d.flow("which", "end", when='next = "1"')
    d.flow("which", "other_end", when='next = "2"')
    run = Run.start(drawn(d), {})
    before = run.freeze()
    with pytest.raises(Stuck) as caught:
        run.complete(task(run, "ask"), {"next": "3"})
    assert caught.value.element == "which"
    assert "default flow" in caught.value.sentence
    with pytest.raises(Stuck):
        run.freeze()
    with pytest.raises(Stuck):
        run.complete(2, {})
    again = Run.thaw(run._case.executable, before)
    again.complete(task(again, "ask"), {"next": "2"})
    assert again.finished


def test_a_circle_without_a_task_is_found_and_named() -> None:
    d = Drawing()
    d.start("begin")
    d.choice("one")
    d.choice("two", default="round")
    d.end("end")
    d.flow("begin", "one", "two")
    d.flow("two", "one", key="round")
    d.flow("two", "end", when='next = "1"')
    with pytest.raises(Stuck) as caught:
        Run.start(drawn(d), {})
    assert caught.value.element in {"one", "two"}
    assert "circle" in caught.value.sentence


def test_what_passed_is_told_in_order(procedure: Executable) -> None:
    run = at_stage(procedure, "1")
    scope = run.tasks()[0].scope
    respond, decide_alone = task(run, "respond_1"), message(run, "unanswered_1")
    late = timer(run, "late_1")
    run.fire(late)
    assert [(each.element, each.how) for each in run.passed()] == [
        ("late_1", "reached"),
        ("late_1", "completed"),
        ("no_answer_1", "reached"),
    ]
    run = saved(run)
    assert run.passed() == []
    run.send(decide_alone, {})
    passed = run.passed()
    assert passed[0] == Passed(element="unanswered_1", token=decide_alone, how="reached")
    assert Passed(element="respond_1", token=respond, how="cancelled") in passed
    assert Passed(element="stage_1", token=scope, how="cancelled") in passed
    assert (passed[-1].element, passed[-1].how) == ("decide_1", "reached")
    assert not [each for each in passed if each.element == "late_1"]


def test_a_sub_process_is_reached_before_what_lies_in_it_and_once(procedure: Executable) -> None:
    run = Run.start(procedure, {})
    run.complete(task(run, "informal"), {"next": "1"})
    reached = [each.element for each in run.passed() if each.how == "reached"]
    assert reached == [
        "raised",
        "informal",
        "formal",
        "formal_start",
        "hub",
        "enter_1",
        "stage_1",
        "start_1",
        "respond_1",
    ]
    run.complete(task(run, "respond_1"), {})
    whole = [each for each in run.passed() if each.element == "stage_1"]
    assert [each.how for each in whole] == ["reached", "completed"]


def test_a_throw_event_and_the_end_are_told() -> None:
    d = Drawing()
    d.start("begin")
    d.throw("notify")
    d.end("end")
    d.flow("begin", "notify", "end")
    run = Run.start(drawn(d), {})
    assert run.finished
    assert [each.element for each in run.passed() if each.how == "reached"] == [
        "begin",
        "notify",
        "end",
    ]


def test_a_branch_that_ends_without_an_end_event_still_ends() -> None:
    d = Drawing()
    d.start("begin")
    d.task("ask")
    d.message("stop", "ask")
    d.flow("begin", "ask")
    executable = drawn(d, "stop")
    run = Run.start(executable, {})
    run.complete(task(run, "ask"), {})
    assert run.finished
    run = Run.start(executable, {})
    run.send(message(run, "stop"), {})
    assert run.finished
