"""Give the exercises to a class: `python -m tools.classroom --help`."""

import argparse
import os
import secrets
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import yaml

from tools.classroom import course_folder, moodle, otter
from tools.classroom.tasks import sets
from tools.notebooks import ROOT, NotebookError, write


def site_address() -> str:
    """Return the address of the published course, or nothing."""
    settings = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    return os.environ.get("SITE_ADDRESS") or settings["html"]["baseurl"]


def nbgrader_sets(asked: argparse.Namespace) -> None:
    """Make a course folder of nbgrader's, or add sets of exercises to it."""
    course_folder.set_up(asked.where, asked.course_id)
    for path in sets(asked.set):
        course_folder.add_set(asked.where, path, asked.site, asked.seed)
        print(f"{asked.where}: source/{path.stem} and keys/{path.stem}.json")


def own_numbers(asked: argparse.Namespace) -> None:
    """Add sets with other numbers for each learner to a course folder of nbgrader's."""
    learners = course_folder.names_in(asked.learners)
    course_folder.set_up(asked.where, asked.course_id)
    for path in sets(asked.set):
        assignment = course_folder.add_own_numbers(asked.where, path, learners, asked.seed)
        print(f"{asked.where}: source/{assignment} and keys/{assignment}.csv, for {len(learners)} learners")


def moodle_bank(asked: argparse.Namespace) -> None:
    """Write a question bank for Moodle."""
    quiz, left_out = moodle.bank(
        sets(asked.set), asked.seed or secrets.token_hex(8), asked.count, asked.share
    )
    ET.ElementTree(quiz).write(asked.where, encoding="utf-8", xml_declaration=True)
    categories = sum(question.get("type") == "category" for question in quiz)
    print(f"{asked.where}: {len(quiz) - categories} questions")
    if left_out:
        print(f"Left out, since they judge a program: {', '.join(left_out)}")


def otter_notebooks(asked: argparse.Namespace) -> None:
    """Write notebooks for `otter assign` into a folder."""
    asked.where.mkdir(parents=True, exist_ok=True)
    for path in sets(asked.set):
        made = otter.assignment(path, asked.site, asked.seed or secrets.token_hex(8))
        write(asked.where / path.name, made)
        print(f"{asked.where / path.name}")


def command_line() -> argparse.ArgumentParser:
    """Return the commands and their options."""
    parser = argparse.ArgumentParser(prog="python -m tools.classroom", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    added = {}
    for title, run in (
        ("nbgrader", nbgrader_sets),
        ("own-numbers", own_numbers),
        ("moodle", moodle_bank),
        ("otter", otter_notebooks),
    ):
        command = added[title] = commands.add_parser(title, help=run.__doc__, description=run.__doc__)
        command.set_defaults(run=run)
        command.add_argument("where", type=Path, help="the folder or file to write")
        command.add_argument("set", nargs="+", help="a lesson by two digits, or a solution notebook")
        command.add_argument("--seed", help="where the points come from; without it, nobody can guess them")
    for title in ("nbgrader", "own-numbers"):
        added[title].add_argument(
            "--course-id", help="the name of a new course, under which learners find it"
        )
    for title in ("nbgrader", "otter"):
        added[title].add_argument(
            "--site", default=site_address(), help="the address of the published course"
        )
    added["own-numbers"].add_argument(
        "--class", dest="learners", type=Path, required=True, help="a table (CSV) with a column id"
    )
    added["moodle"].add_argument(
        "--count", type=int, default=20, help="so many questions with other numbers for each formula"
    )
    added["moodle"].add_argument(
        "--share", type=float, default=0, help="percent of the mark for a known mistake"
    )
    return parser


def main(arguments: list[str]) -> None:
    """Do what the command line asks for."""
    asked = command_line().parse_args(arguments)
    asked.run(asked)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except NotebookError as problem:
        sys.exit(str(problem))
