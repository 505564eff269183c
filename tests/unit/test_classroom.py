"""The files for a class: nbgrader's course folder, own numbers, Moodle's question bank, otter's notebooks."""

import csv
import json
import re
import shlex
import xml.etree.ElementTree as ET

import nbformat
import pytest

from inversefutures import check, graded
from inversefutures.answer_keys import DRILL_FOLDER
from tools.classroom import course_folder, moodle, otter, tasks
from tools.classroom.__main__ import command_line, main
from tools.notebooks import ROOT, NotebookError

SET = ROOT / "solutions" / "01_what_is_an_inverse_contract.ipynb"


def stored(lesson):
    folders = (check.ANSWERS, check.ANSWERS / DRILL_FOLDER)
    return tuple(json.loads((folder / f"{lesson}.json").read_text("utf-8")) for folder in folders)


@pytest.fixture
def quick(monkeypatch):
    """The keys of the course in place of those that take a run of the solution."""
    for module in (course_folder, moodle, otter):
        monkeypatch.setattr(module, "drawn_keys", lambda path, seed, count=0: stored(path.name[:2]))


# --- tasks ------------------------------------------------------------------------------------------


def test_each_task_has_its_text_and_its_cells():
    first, *_, last = tasks.tasks_of(tasks.solution_of(SET))
    assert (first.name, first.title) == ("01.1", "How many coins is that?")
    assert first.text.startswith("You hold 4,500 contracts")
    assert first.start == "change = ...\n# your code here"
    assert first.checked == "change"
    assert last.name == "01.9"
    rule = tasks.tasks_of(tasks.solution_of(*tasks.sets(["06"])))[-1]
    assert rule.judges_a_program
    assert not first.judges_a_program


def test_a_set_that_is_not_there_is_said():
    with pytest.raises(NotebookError, match="no set '99': name a lesson by two digits"):
        tasks.sets(["99"])


def test_links_into_the_course_lead_to_its_site_or_nowhere():
    text = "See [lesson 05](../lessons/05_liquidation_price.ipynb#rule) and [here](https://example.org)."
    assert tasks.unlinked(text) == "See lesson 05 and [here](https://example.org)."
    assert "](https://course.example/lessons/05_liquidation_price.html#rule)" in tasks.unlinked(
        text, "https://course.example/"
    )


OWN = """### BEGIN SOLUTION
payoff = N / E - N / S
answer_key("99.1", payoff, wrong={"That is the short.": N / S - N / E}, ranges={N: (1_000, 9_000)})
### END SOLUTION"""


@pytest.fixture
def own_set(tmp_path):
    """A solution of a teacher's own, of which the course knows nothing."""
    cells = [
        tasks.prose("# Solutions: An exam\n\nOne task.", "title"),
        tasks.code(
            "from inversefutures.check import check\nfrom inversefutures.notation import E, N, S", "imports"
        ),
        tasks.code("from inversefutures.answer_keys import answer_key", "author", tags=["solution-only"]),
        tasks.prose("## 99.1 A long\n\nWhat does a long of $N$ dollars win? Give an expression.", "text"),
        tasks.code(f"payoff = ...\n{OWN}", "answer"),
        tasks.code(
            'check("99.1", payoff)\n### BEGIN HIDDEN TESTS\nfrom inversefutures.check import is_correct\n\n'
            'assert is_correct("99.1", payoff)\n### END HIDDEN TESTS',
            "tests",
        ),
    ]
    path = tmp_path / "99_exam.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.mark.parametrize("path", sorted((ROOT / "solutions").glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_graded_cell_belongs_to_a_task(path):
    solution = tasks.solution_of(path)
    graded = [cell for cell in solution.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert [task.tests.id for task in tasks.tasks_of(solution)] == [cell.id for cell in graded]


def test_other_points_come_from_the_seed_and_stay_when_more_are_wanted(own_set):
    keys, drills = tasks.drawn_keys(own_set, "a", 3)
    more_keys, more = tasks.drawn_keys(own_set, "a", 50)
    assert keys == more_keys
    assert len(drills["99.1"]["points"]) == 3
    assert len(more["99.1"]["points"]) == 50
    assert more["99.1"]["points"][:3] == drills["99.1"]["points"]
    others, _ = tasks.drawn_keys(own_set, "b")
    assert others["99.1"]["points"] != keys["99.1"]["points"]
    names = keys["99.1"]["arguments"]
    assert all(1_000 <= point[names.index("notional")] <= 9_000 for point in keys["99.1"]["points"])
    assert not (check.ANSWERS / "99.json").exists()


# --- nbgrader ---------------------------------------------------------------------------------------


def test_a_course_folder_has_its_name_and_keeps_it(tmp_path):
    course = tmp_path / "course"
    course_folder.set_up(course, "futures101")
    settings = (course / "nbgrader_config.py").read_text("utf-8")
    assert 'c.CourseDirectory.course_id = "futures101"' in settings
    assert "COURSE" not in settings.replace("CourseDirectory", "")
    course_folder.set_up(course, None)
    with pytest.raises(NotebookError, match="another course_id than 'futures102'"):
        course_folder.set_up(course, "futures102")
    for name in (None, "", "my course", "a/b"):
        with pytest.raises(NotebookError, match="needs a name"):
            course_folder.set_up(tmp_path / "new", name)


def test_a_set_s_hidden_tests_give_the_marks(tmp_path, quick):
    course_folder.add_set(tmp_path, SET, seed="s")
    source = nbformat.read(tmp_path / "source" / SET.stem / SET.name, as_version=4)
    graders = [cell.source for cell in source.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert len(graders) == 9
    assert all(f'marks("01.{place}", ' in text for place, text in enumerate(graders, start=1))
    assert "is_correct" not in "".join(graders)
    key = json.loads((tmp_path / "keys" / f"{SET.stem}.json").read_text("utf-8"))
    assert key["seed"] == "s"
    assert set(key["tasks"]) == {f"01.{place}" for place in range(1, 10)}
    course_folder.add_set(tmp_path, SET)
    assert json.loads((tmp_path / "keys" / f"{SET.stem}.json").read_text("utf-8")) == key


def test_a_hidden_test_of_another_form_is_refused(own_set, tmp_path, quick):
    notebook = nbformat.read(own_set, as_version=4)
    notebook.cells[-1].source = notebook.cells[-1].source.replace("assert ", "print() or ")
    nbformat.write(notebook, own_set)
    with pytest.raises(NotebookError, match="not in the usual form"):
        course_folder.add_set(tmp_path, own_set)


def test_own_numbers_are_the_learner_s_and_the_key_stays_with_the_teacher(own_set, tmp_path):
    course = tmp_path / "course"
    assignment = course_folder.add_own_numbers(course, own_set, ["wilhelmina", "ben"], "s")
    source = course / "source" / assignment
    notebook = nbformat.read(source / f"{assignment}.ipynb", as_version=4)
    texts = [cell.source for cell in notebook.cells]
    assert texts[0].startswith("# Your own numbers: An exam")
    assert texts[3] == 'E, N, S = numbers.given("99.1")'
    with (course / "keys" / f"{assignment}.csv").open(encoding="utf-8") as table:
        sheet = {row["learner"]: row for row in csv.DictReader(table)}
    rights = []
    for learner in ("wilhelmina", "ben"):
        entry, notional, price = graded.own_numbers(learner, source).given("99.1")
        rights.append(notional / entry - notional / price)
        assert float(sheet[learner]["right"]) == pytest.approx(rights[-1], rel=1e-5)
        assert f"N = {notional:,} USD" in sheet[learner]["given"]
    assert rights[0] != rights[1]
    handed_out = "".join(path.read_text("utf-8") for path in source.iterdir())
    for secret in ("wilhelmina", "That is the short", "answer_key", sheet["wilhelmina"]["right"]):
        assert secret not in handed_out
    before = json.loads((source / graded.NUMBERS).read_text("utf-8"))["learners"]
    course_folder.add_own_numbers(course, own_set, ["wilhelmina", "ben", "carla"])
    after = json.loads((source / graded.NUMBERS).read_text("utf-8"))["learners"]
    assert len(after) == 3
    assert before.items() <= after.items()


def test_a_set_without_a_formula_has_no_own_numbers(own_set, tmp_path, monkeypatch):
    monkeypatch.setattr(course_folder, "drawn_keys", lambda *_: ({}, {}))
    with pytest.raises(NotebookError, match="asks for no formula"):
        course_folder.add_own_numbers(tmp_path, own_set, ["wilhelmina"])


# --- Moodle -----------------------------------------------------------------------------------------


@pytest.fixture
def questions(quick):
    quiz, left_out = moodle.bank(tasks.sets(["01", "06"]), "s", 40, 50)
    assert left_out == ["06.8"]
    return ET.fromstring(ET.tostring(quiz))


def test_the_bank_keeps_the_rules_of_the_format(questions):
    assert questions.tag == "quiz"
    kinds = [question.get("type") for question in questions]
    assert kinds[0] == "category"
    assert set(kinds) == {"category", "numerical", "multichoice"}
    for question in questions:
        if question.get("type") == "category":
            assert question.findtext("category/text").startswith("$course$/top/Inverse Futures/")
            continue
        assert 0 < len(question.findtext("name/text")) <= 255
        assert question.find("questiontext").get("format") == "html"
        shares = [float(answer.get("fraction")) for answer in question.findall("answer")]
        assert shares.count(100) == 1
        assert set(shares) <= set(moodle.SHARES)
        assert all(answer.findtext("feedback/text") for answer in question.findall("answer"))


def accepts(answer, number):
    """Moodle's rule: an answer fits within its tolerance, and a star fits all."""
    text = answer.findtext("text")
    return text == "*" or abs(float(text) - number) <= float(answer.findtext("tolerance"))


def test_right_numbers_pass_and_mistakes_have_their_sentence(questions):
    keys, drills = stored("01")
    asked = {question.findtext("name/text"): question for question in questions}

    def judged(name, number):
        answer = next(each for each in asked[name].findall("answer") if accepts(each, number))
        return answer.get("fraction"), answer.findtext("feedback/text")

    first = "01.1 How many coins is that?"
    assert judged(first, keys["01.1"]["correct"][0])[0] == "100"
    for wrong in keys["01.1"]["wrong"]:
        assert judged(first, wrong["values"][0]) == ("50", moodle.html(wrong["message"]))
    assert judged(first, 123.4)[0] == "0"
    drill = drills["01.3"]
    for place, right in enumerate(drill["correct"]):
        name = f"01.3 The short ({place + 1})"
        assert judged(name, float(f"{right:.4g}"))[0] == "100"
        for wrong in drill["wrong"]:
            if wrong["values"][place] != right:
                assert judged(name, wrong["values"][place])[0] == "50"


def test_choices_and_formulas_are_in_moodle_s_form(questions):
    choice = next(each for each in questions if (each.findtext("name/text") or "").startswith("01.4 "))
    assert choice.findtext("single") == "true"
    assert [answer.get("fraction") for answer in choice.findall("answer")].count("100") == 1
    assert '"a"' not in choice.findtext("questiontext/text")
    formula = next(each for each in questions if (each.findtext("name/text") or "").startswith("01.3 "))
    text = formula.findtext("questiontext/text")
    assert r"\(N/E\)" in text
    assert "$" not in text
    assert "<strong>With</strong> E = " in text


def test_a_share_that_moodle_does_not_know_is_refused():
    with pytest.raises(NotebookError, match=r"Moodle does not know a share of 55 %; it knows 0, 5, 10"):
        moodle.bank([], "s", 1, 55)


# --- otter-grader -----------------------------------------------------------------------------------


def test_a_set_becomes_otter_s_questions(quick):
    notebook = otter.assignment(SET, "", "s")
    sources = [cell.source for cell in notebook.cells]
    assert sources[0].startswith("# ASSIGNMENT CONFIG\nname: 01_what_is_an_inverse_contract")
    assert sources[1].startswith("# Exercises: ")
    for mark in ("QUESTION", "SOLUTION", "TESTS"):
        begun = sum(source.startswith(f"# BEGIN {mark}") for source in sources)
        assert begun == sum(source == f"# END {mark}" for source in sources) == 9
    assert not [source for source in sources if "answer_key" in source or "###" in source]
    assert sum(source.startswith("# HIDDEN\n") for source in sources) == 9


# --- the command line -------------------------------------------------------------------------------


def test_the_guide_s_commands_are_the_program_s():
    guide = (ROOT / "book" / "teaching.md").read_text("utf-8")
    commands = re.findall(r"python -m tools\.classroom ([^`\n]+)", guide)
    asked = [command_line().parse_args(shlex.split(command)) for command in commands]
    assert {each.run.__name__ for each in asked} == {
        "nbgrader_sets",
        "own_numbers",
        "moodle_bank",
        "otter_notebooks",
    }
    assert all(tasks.sets(each.set) for each in asked)


def test_the_program_writes_what_it_says(tmp_path, quick, capsys):
    main(["moodle", str(tmp_path / "bank.xml"), "06"])
    assert ET.parse(tmp_path / "bank.xml").getroot().tag == "quiz"
    main(["otter", str(tmp_path / "otter"), "06"])
    assert (tmp_path / "otter" / "06_margin_calls.ipynb").is_file()
    main(["nbgrader", str(tmp_path / "course"), "06", "--course-id", "futures101"])
    assert (tmp_path / "course" / "source" / "06_margin_calls" / "06_margin_calls.ipynb").is_file()
    said = capsys.readouterr().out
    assert "Left out, since they judge a program: 06.8\n" in said
    assert "source/06_margin_calls and keys/06_margin_calls.json" in said
