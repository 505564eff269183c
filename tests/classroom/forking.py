"""Run nbgrader's commands as its program does, but import nbgrader once: each is a fork of this process.

The import is most of what a command takes. Standard input has a folder and a list of arguments on each line;
standard output has the exit code and what the command said.
"""

import json
import os
import sys
import tempfile
import traceback

from nbgrader.apps import NbGraderApp


def run(folder, arguments):
    """Return a command's exit code and what it said on both outputs."""
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if not child:
            for stream in (1, 2):
                os.dup2(output.fileno(), stream)
            os.chdir(folder)
            sys.argv = ["nbgrader", *arguments]
            code = 0
            try:
                NbGraderApp.launch_instance()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else bool(end.code)
            except BaseException:
                traceback.print_exc()
                code = 1
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        _, status = os.waitpid(child, 0)
        output.seek(0)
        return os.waitstatus_to_exitcode(status), output.read().decode("utf-8")


for line in sys.stdin:
    print(json.dumps(run(*json.loads(line))), flush=True)
