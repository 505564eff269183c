"""Run nbgrader's commands as its program does, but import nbgrader once: each is a fork of this process.

The import is most of what a command takes. Each course has a connection of its own, and a fork that serves
it: what comes is a folder and a list of arguments, what goes back is the exit code and what was said.
"""

import os
import signal
import sys
import tempfile
import traceback
from multiprocessing.connection import Listener

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


def serve(course):
    """Run what a course asks for until it hangs up."""
    try:
        while True:
            course.send(run(*course.recv()))
    except EOFError:
        os._exit(0)


signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks that serve
with Listener(sys.argv[1], "AF_UNIX") as listener:
    print("ready", flush=True)
    while True:
        course = listener.accept()
        if not os.fork():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            serve(course)
        course.close()
