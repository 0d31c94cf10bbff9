"""Where does Jupyter find a forked kernel? In a kernel spec: a folder with a description and icons."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_core.paths import jupyter_data_dir

from casebook.errors import CasebookError, Where
from casebook.kernels.provisioner import NAME as PROVISIONER
from casebook.kernels.provisioner import PRELOADED
from casebook.whole_files import replaced_folder

DISPLAY_NAME = "Python 3 (forked, casebook)"
# What jupyter_client takes for a kernel's name.
NAME = re.compile(r"[a-z0-9._\-]+", re.IGNORECASE)


def environment_folder(prefix: Path | None = None) -> Path:
    """Where an environment keeps its kernel specs; None: the environment that we run in."""
    return (prefix or Path(sys.prefix)) / "share" / "jupyter" / "kernels"


def user_folder() -> Path:
    """Where this user keeps kernel specs for all environments."""
    return Path(jupyter_data_dir()) / "kernels"


def install(folder: Path, name: str, preload: Sequence[str] = ()) -> Path:
    """Write a kernel spec, or write ours of that name anew.

    Parameters
    ----------
    folder
        Of kernel specs.
    name
        As notebooks and commands name the kernel.
    preload
        Modules to import beforehand, besides those that are imported in any case.

    Returns
    -------
    Path
        The folder of this one.

    Raises
    ------
    CasebookError
        The name cannot be one, another's kernel spec has it, or a module is not there.
    """
    if not NAME.fullmatch(name):
        raise CasebookError.one(
            f"A kernel cannot be called {name!r}.", mend="use letters without accents, digits, dots, hyphens and _."
        )
    for module in preload:
        if not _is_there(module):
            raise CasebookError.one(
                f"There is no module {module!r} for {sys.executable}, which is to run the kernel.",
                mend="mend the name, or install what it belongs to in this environment.",
            )
    spec = folder / name
    if spec.exists() and not _is_ours(spec):
        raise CasebookError.one(
            f"There is a kernel {name!r} that is not the casebook's; it stays as it is.",
            where=Where(spec),
            mend="choose another name with --name.",
        )
    text = json.dumps(_description(preload), indent=1, ensure_ascii=False) + "\n"
    with replaced_folder(spec) as draft:
        shutil.copytree(RESOURCES, draft, dirs_exist_ok=True)
        (draft / "kernel.json").write_text(text, encoding="utf-8")
    return spec


def remove(folder: Path, name: str) -> Path:
    """Take a kernel spec of ours away; the folder that it was in.

    Raises
    ------
    CasebookError
        There is none of that name, or it is another's.
    """
    spec = folder / name
    if not NAME.fullmatch(name) or not _is_ours(spec):
        ours = sorted(each.name for each in folder.glob("*") if _is_ours(each))
        raise CasebookError.one(
            f"There is no kernel {name!r} of the casebook's here.",
            where=Where(folder),
            mend=f"name one that is, with --name: {', '.join(ours)}." if ours else "say where with --user or --prefix.",
        )
    shutil.rmtree(spec)
    return spec


def _description(preload: Sequence[str]) -> dict[str, object]:
    # As ipykernel describes itself; its debugger needs modules that are files.
    described = get_kernel_dict(python_arguments=["-Xfrozen_modules=off"])
    provisioner = {"provisioner_name": PROVISIONER, "config": {"preload": list(dict.fromkeys([*PRELOADED, *preload]))}}
    metadata = {**described["metadata"], "kernel_provisioner": provisioner}
    return {**described, "display_name": DISPLAY_NAME, "interrupt_mode": "signal", "metadata": metadata}


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        # A package on the way to it is missing, or it is no name of a module.
        return False


def _is_ours(spec: Path) -> bool:
    try:
        described = json.loads((spec / "kernel.json").read_text(encoding="utf-8"))
        return described["metadata"]["kernel_provisioner"]["provisioner_name"] == PROVISIONER
    except (OSError, ValueError, KeyError, TypeError):
        return False
