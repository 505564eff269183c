"""The pages for a class: every outcome has its task, every mistake its lesson, and what must add up does."""

import importlib
import json
import re

import pytest
import yaml

from inversefutures.check import ANSWERS
from tools.notebooks import ROOT

LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))


@pytest.fixture(scope="module")
def teaching():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "book" / "_ext")
        yield importlib.import_module("teaching")


@pytest.fixture(scope="module")
def plan(teaching):
    return teaching.plan()


class FakeCourse:
    """A course that knows its lessons by their pages."""

    lessons = tuple(f"lessons/{path.stem}" for path in LESSONS)

    def numbered(self, page):
        return page.partition("/")[2]


# --- outcomes ---


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_outcome_has_a_task_and_every_task_proves_something(teaching, path):
    lesson = teaching.Lesson(path)
    proved = teaching.outcome_tasks()[lesson.name]
    assert len(lesson.outcomes) >= 3
    assert len(proved) == len(lesson.outcomes), (
        "outcomes.yml has a list of tasks for each outcome, in their order"
    )
    assert all(proved)
    named = {f"{lesson.number}.{number}" for numbers in proved for number in numbers}
    assert named == set(lesson.tasks)
    assert set(json.loads((ANSWERS / f"{lesson.number}.json").read_text("utf-8"))) <= named


def test_only_lessons_have_outcomes_and_plans(teaching, plan):
    known = {path.stem.partition("_")[2] for path in LESSONS}
    assert set(teaching.outcome_tasks()) <= known
    assert set(plan["lessons"]) <= known
    assert {name for week in plan["weeks"] for name in week["lessons"]} == known


def test_the_page_shows_each_outcome_beside_the_titles_of_its_tasks(teaching):
    page = teaching.outcomes(FakeCourse())
    outcome = "compute a profit or loss in coin, and say what it is worth in dollars"
    assert f"| {outcome} | 01.1 How many coins is that?<br>01.2 A long" in page
    assert page.count("\n## ") + 1 == len(LESSONS)


# --- mistakes ---


def test_every_stored_mistake_stands_on_the_sheet_once_below_its_lesson(teaching):
    sheet = teaching.by_kind()
    listed = [
        (task, sentence)
        for lessons in sheet.values()
        for sentences in lessons.values()
        for sentence, tasks in sentences.items()
        for task in tasks
    ]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(teaching.mistakes())
    for number, sentences in (
        (number, each) for lessons in sheet.values() for number, each in lessons.items()
    ):
        assert all(task.startswith(f"{number}.") for tasks in sentences.values() for task in tasks)


def test_a_verdict_on_an_answer_that_could_not_be_tried_is_no_mistake(teaching):
    assert not [
        sentence for _, sentence in teaching.mistakes() if sentence.endswith("the line above says why.")
    ]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("You exchanged E and S.", "Exchanged"),
        ("Sign: this is the short. A long gains when the price rises.", "The other side, or the wrong sign"),
        ("Those are dollars. How many coins are they?", "Dollars for coins, or coins for dollars"),
        ("That is the linear contract, without the gap.", "The linear contract"),
        ("That is upside down: S over the factor.", "Upside down"),
        ("You took the plain mean of the prices.", "Another mean, or other weights"),
        ("The clamp is missing.", "Something is missing"),
        ("You took two fees. The position is still open.", "Counted twice, or added for nothing"),
        (
            "That is the price. By how much is it above the entry?",
            "A step on the way, handed in as the answer",
        ),
        ("You let all contracts be sold at 700 USD.", "Of the subject itself"),
    ],
)
def test_a_mistake_is_known_by_its_words(teaching, sentence, kind):
    assert teaching.kind_of(sentence) == kind


def test_the_kinds_catch_most_and_none_is_idle(teaching):
    count = {kind: sum(map(len, lessons.values())) for kind, lessons in teaching.by_kind().items()}
    assert min(count.values()) >= 10
    assert count[teaching.OWN] < 0.3 * sum(count.values())


def test_a_sentence_is_not_read_as_markup(teaching):
    assert teaching._escaped("p_1 * p_2 and `S` at 5 $") == r"p\_1 \* p\_2 and \`S\` at 5 $"


# --- plans ---


def test_the_minutes_of_a_meeting_add_up_to_two_hours(plan):
    assert {kind: sum(step["minutes"] for step in steps) for kind, steps in plan["meetings"].items()} == {
        "one lesson": 120,
        "two lessons": 120,
    }
    for steps in plan["meetings"].values():
        words = " ".join(step["what"] for step in steps).lower()
        assert words.index("vote") < words.index("vote again") < words.index("a new question, alone")


def test_the_clock_of_a_meeting_runs_on(teaching):
    for meeting in teaching.meetings(FakeCourse()).split("### ")[1:]:
        *steps, end = re.findall(r"^\| (\d):(\d\d) \| \**(\d+)", meeting, re.MULTILINE)
        now = 0
        for hour, minute, minutes in steps:
            assert 60 * int(hour) + int(minute) == now
            now += int(minutes)
        assert end == ("2", "00", "120")
        assert now == 120


def test_every_week_leaves_time_at_home_that_one_has(teaching, plan):
    written = {lesson.name: lesson for lesson in teaching.lessons()}
    for week in plan["weeks"]:
        if all(name in written for name in week["lessons"]) and "capstone" not in week["lessons"]:
            assert len(week["lessons"]) in (1, 2)
            assert teaching.left_for_home(plan, [written[name] for name in week["lessons"]]) <= 210


def test_twelve_weeks_have_the_lessons_in_their_order(plan):
    order = [name for week in plan["weeks"] for name in week["lessons"]]
    assert len(plan["weeks"]) == 12
    written = [path.stem.partition("_")[2] for path in LESSONS]
    assert [name for name in order if name in written] == written


def test_a_week_of_planned_lessons_says_so_and_has_no_minutes(teaching):
    course = FakeCourse()
    course.lessons = course.lessons[:1]
    rows = teaching.weeks(course).splitlines()
    assert rows[2].startswith("| 1 | [01_what_is_an_inverse_contract](/lessons/01_what")
    assert "Profit and loss (planned)" in rows[3]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_lesson_has_a_vote_a_talk_and_a_new_question(teaching, plan, path):
    lesson = teaching.Lesson(path)
    entry = plan["lessons"][lesson.name]
    assert entry["talk"].endswith("?") or entry["talk"].endswith(".")
    for question in (lesson.bet(entry["vote"]), lesson.check(entry["again"])):
        letters = [letter for letter, _ in question.options]
        assert len(letters) >= 2
        assert question.right in letters
        assert f"- `{question.right}` **" in question.markdown()


def test_a_bet_that_is_not_there_is_refused(teaching):
    lesson = teaching.Lesson(LESSONS[0])
    with pytest.raises(ValueError, match=r"01_what_is_an_inverse_contract\.ipynb has no bet 9"):
        lesson.bet(9)
    with pytest.raises(ValueError, match="has no question 9 under Check yourself"):
        lesson.check(9)


# --- projects, marks, exams ---


def test_weights_add_up(plan):
    assert len(plan["projects"]) == 3
    for name, project in plan["projects"].items():
        assert sum(row["weight"] for row in project["rubric"]) == 100, name
        assert all(row[level] for row in project["rubric"] for level in ("what", "full", "half", "none"))
    policy = (ROOT / "book" / "class_policy.md").read_text("utf-8")
    weights = re.findall(r"^\| [^|]+ \| (\d+) % \|", policy, re.MULTILINE)
    assert sum(map(int, weights)) == 100


def test_the_exam_bank_has_every_task_that_needs_no_program(teaching):
    page = teaching.exam_bank(FakeCourse())
    listed = set(re.findall(r"^\| (\d+\.\d+) ", page, re.MULTILINE))
    tasks = {task for path in ANSWERS.glob("*.json") for task in json.loads(path.read_text("utf-8"))}
    left_out = tasks - listed
    assert listed <= tasks
    assert left_out
    assert len(left_out) < 0.15 * len(tasks)
    assert all(
        re.search(r"\| 40 \|", row)
        for row in page.splitlines()
        if "| a formula |" in row and "| one |" not in row
    )


def test_every_page_for_a_class_is_in_the_contents_and_named_by_the_guide():
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    (part,) = (part for part in contents["parts"] if part["caption"] == "For a class")
    guide = (ROOT / "book" / "teaching.md").read_text("utf-8")
    for chapter in part["chapters"]:
        assert f"({chapter['file'].removeprefix('book/')}.md)" in guide
