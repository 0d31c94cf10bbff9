"""Fail if a notebook that is about to be committed carries outputs."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def cells_with_outputs(file: Path) -> list[int]:
    """Numbers, from 1, of the code cells that carry outputs or an execution count."""
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    return [
        number
        for number, cell in enumerate(cells, start=1)
        if cell["cell_type"] == "code" and (cell["outputs"] or cell["execution_count"] is not None)
    ]


if __name__ == "__main__":
    found = {name: cells_with_outputs(Path(name)) for name in sys.argv[1:]}
    for name, cells in found.items():
        for cell in cells:
            print(
                f"{name} (cell {cell}): it carries outputs.\n  Mend: jupyter nbconvert --clear-output --inplace {name}"
            )
    sys.exit(1 if any(found.values()) else 0)
