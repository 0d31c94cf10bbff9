"""The IPython of a shell: an ipykernel's in all that a notebook can see, but for ZeroMQ.

It is built once, in the warm parent, and each fork puts it to use.
"""

from __future__ import annotations

import ast
import builtins
import fnmatch
import functools
import importlib
import inspect
import io
import os
import sys
import warnings
import zlib
from typing import Any, cast

import comm
import comm.base_comm
from ipykernel.compiler import XCachingCompiler, get_file_name, get_tmp_directory
from ipykernel.displayhook import ZMQShellDisplayHook
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQDisplayPublisher, ZMQInteractiveShell
from IPython.core.extensions import ExtensionManager
from IPython.core.formatters import DisplayFormatter
from IPython.core.interactiveshell import ExecutionResult
from jupyter_client.session import json_packer
from traitlets import Any as AnyTrait
from traitlets.config import Config

from casebook.kernels.shell_channel import Channel
from casebook.kernels.shell_streams import Streams
from casebook.kernels.stock_kernel import INLINE

NO_MODULE = ""
# By this, the environment may say what tracebacks call a cell.
CELL_NAME = "IPYKERNEL_CELL_NAME"
# What IPython imports when it is first needed.
NEEDED_LATER = (
    *("pdb", "IPython.core.debugger", "IPython.core.oinspect", "IPython.core.completerlib"),
    *("pexpect", "IPython.utils._process_posix"),
)


class Publishing:
    """Stands where an ipykernel has its session: what is sent goes to the shell's owner."""

    def __init__(self, channel: Channel, streams: Streams) -> None:
        self._channel = channel
        self._streams = streams

    def msg(self, kind: str, content: dict[str, Any], parent: object = None) -> dict[str, Any]:
        """A message, which hooks may change before it is sent."""
        return {"msg_type": kind, "content": content, "header": {"msg_type": kind}, "parent_header": parent}

    def send(
        self,
        stream: object,
        msg_or_type: dict[str, Any] | str,
        content: dict[str, Any] | None = None,
        parent: object = None,
        ident: object = None,
    ) -> None:
        """Send a message."""
        del stream, parent, ident
        kind = msg_or_type if isinstance(msg_or_type, str) else msg_or_type["msg_type"]
        content = content if isinstance(msg_or_type, str) else msg_or_type["content"]
        self._streams.flush_all()
        if kind == "clear_output":
            self._channel.clear(wait=bool(content and content.get("wait")))
        else:
            transient: dict[str, Any] = (content or {}).get("transient") or {}
            self._channel.output(kind, json_packer(content), transient.get("display_id"))


class _Publisher(ZMQDisplayPublisher):
    session = AnyTrait(allow_none=True)


class _Hook(ZMQShellDisplayHook):
    session = AnyTrait(allow_none=True)


class _Kept(dict[str, Any]):
    """What ``%store`` and ``%bookmark`` keep: as long as the shell lives, and in no folder of the user's."""

    def keys(self, glob: str = "*") -> list[str]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return [key for key in self if fnmatch.fnmatch(key, glob)]


class _Compiler(XCachingCompiler):
    def __init__(self) -> None:
        super().__init__()
        self._cells: dict[str, str] = {}

    def said_name(self, name: str) -> str:
        """What an ipykernel calls a cell, in the one place where a notebook shows it: a syntax error's text."""
        return get_file_name(self._cells[name]) if name in self._cells else name

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        if CELL_NAME in os.environ:
            name: str = super().get_code_name(raw_code, code, number)
        else:
            # ipykernel's own sum is for its debugger, and takes a millisecond of Python for each cell.
            name = f"{get_tmp_directory()}{os.sep}{zlib.crc32(raw_code.encode('utf-8', 'replace'))}.py"
            self._cells[name] = raw_code
        # For each frame of a traceback, inspect would look through all modules for one of this file.
        inspect.modulesbyfile[name] = NO_MODULE  # pyright: ignore[reportAttributeAccessIssue]
        return name


class NotebookShell(ZMQInteractiveShell):
    """An ``InteractiveShell`` whose outputs go to the owner.

    Parameters
    ----------
    words
        As ``ZMQInteractiveShell`` takes them.
    """

    display_pub_class = _Publisher
    displayhook_class = _Hook
    channel: Channel

    def __init__(self, **words: Any) -> None:
        self._kept = _Kept()
        super().__init__(**words)
        self._usual_transforms = len(self.input_transformer_manager.cleanup_transforms)

    @property
    def kernel(self) -> Any:  # pyright: ignore[reportIncompatibleVariableOverride]
        """What a shell does not have: whoever asks for it gets a notebook run in a kernel."""
        channel: Channel | None = self.__dict__.get("channel")
        if channel is None:
            raise AttributeError("kernel")
        return channel.needs_kernel("it uses the kernel itself, get_ipython().kernel")

    @property
    def db(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """A store that forgets."""
        return self._kept

    def init_ipython_dir(self, ipython_dir: str | None) -> None:
        """Have none: the user's own settings are not part of a notebook."""

    def init_profile_dir(self, profile_dir: object) -> None:
        """Have none."""

    def enable_gui(self, gui: Any = None) -> None:
        """Run the loop of a graphical interface: only a kernel can."""
        if gui not in {None, "inline"}:
            self.channel.needs_kernel(f"it runs the event loop of {gui}")

    def _update_exit_now(self, change: Any) -> None:
        """The shell's own loop looks at it after the cell."""

    def transform_cell(self, raw_cell: str) -> Any:
        """A cell as Python. What is Python already is not searched for magics, word by word."""
        manager = self.input_transformer_manager
        usual = not self.input_transformers_post and len(manager.cleanup_transforms) == self._usual_transforms
        # A prompt that was copied along, "In [1]: ...", is Python too: an annotation. To read a backslash that
        # means nothing may warn, which is left to the run itself.
        plain = not raw_cell[:1].isspace() and not raw_cell.startswith("In") and "\\" not in raw_cell
        if usual and plain:
            try:
                ast.parse(raw_cell)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                pass
            else:
                return raw_cell if raw_cell.endswith("\n") else f"{raw_cell}\n"
        return super().transform_cell(raw_cell)

    def _format_exception_for_storage(self, *_: Any, **__: Any) -> dict[str, Any]:
        # IPython formats each error a second time for a history that is not kept here.
        return {}

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        if isinstance(evalue, SyntaxError) and isinstance(evalue.filename, str):
            evalue.filename = cast("_Compiler", self.compile).said_name(evalue.filename)
        super()._showtraceback(etype, evalue, stb)

    def forget_error(self) -> None:
        """Begin a cell; ``run_cell`` does so by itself."""
        self._last_traceback = None
        self._last_traceback_during_displayhook = False

    def went_well(self, result: ExecutionResult) -> bool:
        """Whether a cell has raised nothing, and its value could be shown."""
        return result.success and not self._last_traceback_during_displayhook

    def use(self, channel: Channel, streams: Streams) -> None:
        """Be the IPython of this process."""
        self.channel = channel
        publishing = Publishing(channel, streams)
        for part in (self.displayhook, self.display_pub):
            setattr(part, "session", publishing)  # noqa: B010 - theirs are of any kind
        for kind in type(self)._walk_mro():  # noqa: SLF001 - as instance() does
            setattr(kind, "_instance", self)  # noqa: B010 - a class of theirs says None
        sys.modules["__main__"] = self.user_module
        for name, value in _builtins().items():
            setattr(builtins, name, value)
        sys.displayhook = self.displayhook
        self.init_environment()
        os.environ.setdefault("MPLBACKEND", INLINE)
        _draw_inline()
        # Python's debugger would wait for somebody at the terminal.
        IPKernelApp.init_pdb(cast("IPKernelApp", None))
        # The comms of ipywidgets and anywidget; what is imported later, and what was before.
        comm.create_comm = _no_comm(channel)
        comm.base_comm.BaseComm.__init__ = _no_comm(channel)
        comm.get_comm_manager = functools.cache(comm.base_comm.CommManager)


# Libraries ask for this name to know a notebook from a terminal.
NotebookShell.__name__ = NotebookShell.__qualname__ = ZMQInteractiveShell.__name__


def _builtins() -> dict[str, Any]:
    from IPython.display import display

    return {"__IPYTHON__": True, "display": display}


def _draw_inline() -> None:
    """Tell matplotlib, which asks but once, what the environment says, if it was imported before there was a shell."""
    if matplotlib := sys.modules.get("matplotlib"):
        matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]
    if inline := sys.modules.get("matplotlib_inline.backend_inline"):
        inline._enable_matplotlib_integration()  # noqa: SLF001 - as at its import


def _no_comm(channel: Channel) -> Any:
    def create_comm(*_: Any, **__: Any) -> Any:
        channel.needs_kernel("it uses widgets, which talk to the page by a comm")

    return create_comm


def build_shell() -> NotebookShell:
    """A shell that ``use`` makes that of a process; this process stays as it was."""
    settings = Config()
    settings.HistoryManager.enabled = False
    settings.HistoryManager.hist_file = ":memory:"
    # By this, libraries know a notebook from a terminal.
    settings.IPKernelApp.connection_file = ""
    main = sys.modules["__main__"]
    before = {name: getattr(builtins, name, None) for name in _builtins()}
    environment = dict(os.environ)
    with warnings.catch_warnings():
        shell = NotebookShell(config=settings, compiler_class=_Compiler)
        cast("ExtensionManager", shell.extension_manager).load_extension("storemagic")
        _rehearse(shell)
    sys.modules["__main__"] = main
    for name, value in before.items():
        if value is None:
            delattr(builtins, name)
    os.environ.clear()
    os.environ.update(environment)
    return shell


def _rehearse(shell: NotebookShell) -> None:
    """Do once what the first of something does for all: import, compile, look into each module."""
    for module in NEEDED_LATER:
        importlib.import_module(module)
    import altair as alt
    import pandas as pd

    from casebook.kernels.plain_values import decode, encode

    frame = pd.DataFrame({"a": [1], "b": ["x"]})
    shell.run_cell("pass", silent=True)
    for value in (1, "text", frame, frame["a"]):
        cast("DisplayFormatter", shell.display_formatter).format(value)
        decode(encode(value))
    decode(encode(alt.Chart(frame).mark_line().encode(x="a:Q", y="a:Q", color="b:N")))
    frame.merge(pd.read_csv(io.StringIO("b,c\nx,1\n")), on="b").sort_values("a").groupby("b").agg({"a": "sum"})
    frame.pivot_table(index="b", values="a", aggfunc="sum").to_html()
    # To show an error, each file on the way is read and taken to pieces, which is kept.
    common = ("1 / 0", "frame['nothing']", "alt.Chart(frame).mark_bar().encode(nothing=1)")
    for source in common:
        try:
            exec(compile(source, shell.compile.cache(source, 0), "exec"), {"alt": alt, "frame": frame})  # noqa: S102
        except Exception as error:  # noqa: BLE001 - that is what it is for
            shell.InteractiveTB.structured_traceback(type(error), error, error.__traceback__)
