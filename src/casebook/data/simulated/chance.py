"""Where does chance come from, so that every machine draws the same?

The methods of numpy's ``Generator`` may change from one version to the next, and logarithms differ
in the last digit from one processor to another. The raw bits of PCG64 do neither: numpy promises
them for good (NEP 19). So everything here is whole numbers made from those bits.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]

MILLION = 1_000_000
THOUSAND = 1_000

_HALF = np.uint64(32)
_DICE = 12


class Chance:
    """A stream of draws.

    Parameters
    ----------
    seed
        The same seed gives the same stream, on every machine and with every version of numpy.
    """

    def __init__(self, seed: int) -> None:
        self._bits = np.random.PCG64(seed)

    def below(self, bound: int, *shape: int) -> Whole:
        """Draw whole numbers from 0 to ``bound`` - 1, each with equal chance.

        Parameters
        ----------
        bound
            1 to 2**32; a number's chance is off by less than one in 2**32.
        shape
            Of the array.
        """
        raw: NDArray[np.uint64] = np.asarray(self._bits.random_raw(math.prod(shape)), np.uint64)
        return ((raw >> _HALF) * np.uint64(bound) >> _HALF).astype(np.int64).reshape(shape)

    def million(self, *shape: int) -> Whole:
        """Draw one of a million: what happens with a chance of p in a million happens if it is below p."""
        return self.below(MILLION, *shape)

    def bell(self, *shape: int) -> Whole:
        """Draw bell-shaped numbers with mean 0 and standard deviation 1,000: sums of twelve draws."""
        sums = self.below(THOUSAND, *shape, _DICE).sum(axis=-1)
        return sums - _DICE * (THOUSAND - 1) // 2
