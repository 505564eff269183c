"""Settings for a teacher who uses nbgrader, which the course itself does not need.

Copy this file to nbgrader's course folder, and a notebook of solutions/ to `source/<assignment>/` in it.
`nbgrader generate_assignment` makes the same tasks from it as `make exercises`; only the title still says
"Solutions".
"""

c = get_config()  # noqa: F821 (nbgrader defines it)

c.ClearSolutions.code_stub = {"python": "# your code here"}
c.Exporter.preprocessors = ["nbconvert.preprocessors.TagRemovePreprocessor"]
c.TagRemovePreprocessor.remove_cell_tags = ["solution-only"]
