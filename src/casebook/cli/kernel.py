"""``casebook kernel``: forked kernels for JupyterLab, nbconvert and every other program of Jupyter's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


@click.group()
def kernel() -> None:
    """Let Jupyter programs start their kernels in milliseconds, by forking a process that is warm.

    \b
    Examples:
      casebook kernel install
      jupyter nbconvert --execute --to notebook --ExecutePreprocessor.kernel_name=casebook page.ipynb
    Without a kernel of its own, for one run of a program that starts many:
      JUPYTER_DEFAULT_PROVISIONER_NAME=casebook-forked nbgrader autograde ps1
    """


def _where(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say in which folder the kernel spec is."""
    options = (
        click.option("--name", default="casebook", show_default=True, help="What notebooks call the kernel."),
        click.option("--prefix", type=click.Path(file_okay=False, path_type=Path), help="In the environment there."),
        click.option("--user", is_flag=True, help="For all environments of this user."),
        click.option("--sys-prefix", is_flag=True, help="In the environment of this command; the default."),
    )
    for option in options:
        command = option(command)
    return command


@kernel.command()
@_where
@click.option(
    "--preload", "modules", multiple=True, metavar="MODULE", help="Import this beforehand; may be given again."
)
def install(*, name: str, prefix: Path | None, user: bool, sys_prefix: bool, modules: tuple[str, ...]) -> None:
    """Register a kernel whose processes are forked from one that has imported pandas and Altair.

    It is Python's usual kernel in every other respect, and it starts in the usual way where forking
    is not to be had (on macOS and Windows). A module that asks while it is imported whether it is in
    a notebook, as plotly does, is told no if it is preloaded.

    \b
    Examples:
      casebook kernel install
      casebook kernel install --name statistics --preload statsmodels.api --preload scipy.stats
    """
    from casebook.errors import Where
    from casebook.kernels import kernelspec

    made = kernelspec.install(_folder(prefix, user=user, sys_prefix=sys_prefix), name, modules)
    click.echo(f"{Where(made)}: the kernel {name!r}, called {kernelspec.DISPLAY_NAME!r} in menus.")


@kernel.command()
@_where
def remove(*, name: str, prefix: Path | None, user: bool, sys_prefix: bool) -> None:
    """Take a kernel that was registered away again.

    \b
    Example:
      casebook kernel remove
    """
    from casebook.errors import Where
    from casebook.kernels import kernelspec

    gone = kernelspec.remove(_folder(prefix, user=user, sys_prefix=sys_prefix), name)
    click.echo(f"{Where(gone)}: removed.")


def _folder(prefix: Path | None, *, user: bool, sys_prefix: bool) -> Path:
    from casebook.kernels import kernelspec

    if (prefix is not None) + user + sys_prefix > 1:
        raise click.UsageError("Give one of --sys-prefix, --user and --prefix: the kernel is put in one place.")
    return kernelspec.user_folder() if user else kernelspec.environment_folder(prefix)
