"""The IPython of a shell: an ipykernel's in all that a notebook can see, but for ZeroMQ.

It is built once, in the warm parent, and each fork puts it to use.
"""

from __future__ import annotations

import builtins
import fnmatch
import os
import sys
import warnings
from collections.abc import KeysView
from typing import Any

import comm
import comm.base_comm
from ipykernel.compiler import XCachingCompiler
from ipykernel.displayhook import ZMQShellDisplayHook
from ipykernel.zmqshell import ZMQDisplayPublisher, ZMQInteractiveShell
from jupyter_client.session import json_packer
from traitlets import Any as AnyTrait
from traitlets.config import Config

from casebook.kernels.shell_channel import Channel
from casebook.kernels.shell_streams import Streams

INLINE = "module://matplotlib_inline.backend_inline"


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

    def keys(self, glob: str | None = None) -> KeysView[str]:
        return super().keys() if glob is None else {key: 1 for key in self if fnmatch.fnmatch(key, glob)}.keys()


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

    @property
    def kernel(self) -> Any:  # pyright: ignore[reportIncompatibleVariableOverride]
        """What a shell does not have: whoever asks for it gets a notebook run in a kernel."""
        channel: Channel | None = self.__dict__.get("channel")
        if channel is None:
            raise AttributeError("kernel")
        return channel.needs_kernel("it uses the kernel itself, get_ipython().kernel")

    @property
    def db(self) -> Any:
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

    def use(self, channel: Channel, streams: Streams) -> None:
        """Be the IPython of this process."""
        self.channel = channel
        publishing = Publishing(channel, streams)
        self.displayhook.session = publishing
        self.displayhook.topic = b"execute_result"
        self.display_pub.session = publishing
        for kind in type(self)._walk_mro():  # noqa: SLF001
            kind._instance = self  # noqa: SLF001
        sys.modules["__main__"] = self.user_module
        vars(builtins).update(_builtins())
        sys.displayhook = self.displayhook
        self.init_environment()
        os.environ.setdefault("MPLBACKEND", INLINE)
        # The comms of ipywidgets and anywidget; what is imported later, and what was before.
        comm.create_comm = _no_comm(channel)
        comm.base_comm.BaseComm.__init__ = _no_comm(channel)
        comm.get_comm_manager = comm._get_comm_manager  # noqa: SLF001


def _builtins() -> dict[str, Any]:
    from IPython.display import display

    return {"__IPYTHON__": True, "display": display}


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
    before = {name: vars(builtins).get(name) for name in _builtins()}
    environment = dict(os.environ)
    with warnings.catch_warnings():
        shell = NotebookShell(config=settings, compiler_class=XCachingCompiler)
        shell.extension_manager.load_extension("storemagic")
    sys.modules["__main__"] = main
    for name, value in before.items():
        if value is None:
            vars(builtins).pop(name, None)
    os.environ.clear()
    os.environ.update(environment)
    return shell
