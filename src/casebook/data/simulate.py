"""Which tables are simulated, and how are they made again?

Each is the work of one seeded generator in ``simulated/``; this is the one place that knows all of
them. ``casebook data simulate`` makes them again after a change of parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from casebook.data.simulated.customer_cohorts import CUSTOMER_COHORTS, customer_cohorts
from casebook.data.simulated.feedback_tickets import FEEDBACK_TICKETS, feedback_tickets
from casebook.data.simulated.marketplace_orders import MARKETPLACE_ORDERS, marketplace_orders
from casebook.data.simulated.platform_orders import PLATFORM_ORDERS, platform_orders
from casebook.data.simulated.two_sided_adoption import TWO_SIDED_ADOPTION, two_sided_adoption
from casebook.project import Project
from casebook.whole_files import write_bytes

SIMULATED: Mapping[str, Callable[[], pd.DataFrame]] = {
    CUSTOMER_COHORTS: customer_cohorts,
    FEEDBACK_TICKETS: feedback_tickets,
    MARKETPLACE_ORDERS: marketplace_orders,
    PLATFORM_ORDERS: platform_orders,
    TWO_SIDED_ADOPTION: two_sided_adoption,
}


def write_simulated(project: Project) -> list[Path]:
    """Make all simulated tables again, with their parameters as they stand.

    Stamp those that changed (``casebook data stamp``) after reading what their passports say of
    the effects.

    Returns
    -------
    list of pathlib.Path
        The files whose content is new.
    """
    changed: list[Path] = []
    for name, made in SIMULATED.items():
        file = project.data / f"{name}.csv"
        content = csv_of(made())
        if not file.is_file() or file.read_bytes() != content:
            write_bytes(file, content)
            changed.append(file)
    return changed


def csv_of(table: pd.DataFrame) -> bytes:
    """The table as it stands in ``data/``: UTF-8, lines ending in LF, money with two decimals."""
    return table.to_csv(index=False, lineterminator="\n", float_format="%.2f").encode("utf-8")
