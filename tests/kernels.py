"""Kernels that talk through files, for ``pytest -p tests.kernels --nbval``.

nbval looks for free ports and then starts a kernel, which takes them a second later. When two notebooks are
tested at once, one kernel may have taken the ports of the other by then, and the other never answers.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

import nbval.kernel
from jupyter_client.manager import KernelManager

SOCKETS = tempfile.TemporaryDirectory(prefix="nbval-")


def kernel_manager(**options: Any) -> KernelManager:
    """Return what starts a kernel whose sockets are files of its own."""
    folder = tempfile.mkdtemp(dir=SOCKETS.name)
    return KernelManager(transport="ipc", ip=str(Path(folder, "kernel")), **options)


if sys.platform != "win32":
    nbval.kernel.KernelManager = kernel_manager
