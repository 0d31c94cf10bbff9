"""What the passport of a simulated table says of it, and the table as it stands."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from casebook.data.check import load_package
from casebook.project import Project


@pytest.fixture
def stated(project: Project) -> Callable[[str], str]:
    """All caveats of a table as one text: what is put in, and what comes out."""

    def caveats(name: str) -> str:
        return "\n".join(load_package(project).table(name).caveats)

    return caveats


@pytest.fixture
def stored(project: Project) -> Callable[[str], pd.DataFrame]:
    """A table as a student reads it."""

    def read(name: str) -> pd.DataFrame:
        return pd.read_csv(project.data / f"{name}.csv")

    return read
