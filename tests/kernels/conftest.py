"""Kernels as Jupyter programs start them, forked, and clients that ask them things."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerFactory

from casebook.kernels import provisioner

START = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]


class Specs(KernelSpecManager):
    """One kernel spec, whatever its name."""

    argv = (sys.executable, *START)
    preload = None

    def get_kernel_spec(self, _: str) -> KernelSpec:
        metadata = {"supported_encryption": ["curve"]}
        if self.preload is not None:
            config = {"preload": self.preload}
            metadata["kernel_provisioner"] = {"provisioner_name": provisioner.NAME, "config": config}
        return KernelSpec(argv=list(self.argv), display_name="Python", language="python", metadata=metadata)


@pytest.fixture
def specs() -> Specs:
    """For a test to change."""
    return Specs()


@pytest.fixture
def forking(tmp_path, monkeypatch) -> Iterator[None]:
    """As with JUPYTER_DEFAULT_PROVISIONER_NAME in the environment, which is read once in a process."""
    monkeypatch.setattr(KernelProvisionerFactory.instance(), "default_provisioner_name", provisioner.NAME)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    yield
    # An event loop that a client has left is closed with a warning, and that belongs here.
    gc.collect()


@contextmanager
def started(specs=None, *, start=None, **settings) -> Generator[tuple[KernelManager, BlockingKernelClient]]:
    """A kernel and its client, encrypted so that it does not warn."""
    settings = {"transport_encryption": "auto", **settings}
    manager = KernelManager(kernel_name="python3", kernel_spec_manager=specs or Specs(), **settings)
    start = {"env": os.environ, **(start or {})}
    # With this in its environment, ipykernel leaves alone what programs write.
    start["env"] = {name: value for name, value in start["env"].items() if name != "PYTEST_CURRENT_TEST"}
    manager.start_kernel(**start)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield manager, client
    finally:
        client.stop_channels()
        if manager.has_kernel:
            manager.shutdown_kernel(now=True)


@pytest.fixture
def running(forking) -> Callable[..., AbstractContextManager[tuple[KernelManager, BlockingKernelClient]]]:
    """``with running(specs, start={...}) as (manager, client)``."""
    return started


def answer(client, code: str) -> str:
    """What some code prints, results and errors included."""
    heard: list[str] = []

    def hear(message) -> None:
        content = message["content"]
        heard.append(content.get("text") or content.get("data", {}).get("text/plain") or content.get("ename") or "")

    client.execute_interactive(code, output_hook=hear, timeout=60, stop_on_error=False)
    return "".join(heard).strip()


@pytest.fixture
def said() -> Callable[[BlockingKernelClient, str], str]:
    """``said(client, code)``: what the code prints."""
    return answer


def is_a_parent(pid: str) -> bool:
    return b"casebook.kernels.warm_parent" in Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.fixture
def is_parent() -> Callable[[str], bool]:
    """``is_parent(pid)``: whether kernels are forked from that process."""
    return is_a_parent
