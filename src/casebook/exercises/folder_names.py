"""Can this be the name of a folder that also stands in addresses and in a gradebook?"""

from __future__ import annotations

import re

from casebook.errors import CasebookError

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST = 60


def require_folder_name(name: str, what: str) -> None:
    """Do nothing if the name will do.

    Parameters
    ----------
    name, what
        The name, and what it is to be the name of, such as "an assignment".

    Raises
    ------
    CasebookError
        It is not made of small letters, digits and single hyphens, or is longer than 60.
    """
    if NAME.fullmatch(name) and len(name) <= LONGEST:
        return
    better = "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:LONGEST].strip("-")
    raise CasebookError.one(
        f"{name!r} cannot be the name of {what}: it takes small letters, digits and hyphens, {LONGEST} at most.",
        mend=f"call it {better}." if better else "give it a name such as data-sharing.",
    )
