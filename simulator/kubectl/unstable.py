"""The order in which kubectl leaves what compares as equal.

kubectl sorts events by second, so many are equal, and it sorts with a quicksort that does not keep the order of equals
once there are more than a dozen. To print the very same lines we make the very same comparisons and swaps: this is the
pattern-defeating quicksort of Go's package sort.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_INSERTION = 12
_NINTHER = 50
_MASK = (1 << 64) - 1


def go_sorted(items: list[T], key: Callable[[T], Any]) -> list[T]:
    """A sorted copy, as Go's sort.Sort leaves it."""
    run = _Sort(list(items), key)
    run.sort(0, len(items), len(items).bit_length())
    return run.items


class _Sort(Generic[T]):
    def __init__(self, items: list[T], key: Callable[[T], Any]) -> None:
        self.items = items
        self.keys = [key(item) for item in items]

    def less(self, i: int, j: int) -> bool:
        return bool(self.keys[i] < self.keys[j])

    def swap(self, i: int, j: int) -> None:
        self.items[i], self.items[j] = self.items[j], self.items[i]
        self.keys[i], self.keys[j] = self.keys[j], self.keys[i]

    def sort(self, a: int, b: int, limit: int) -> None:
        balanced = partitioned = True
        while (length := b - a) > _INSERTION and limit:
            if not balanced:
                self.scramble(a, b)
                limit -= 1
            pivot, swaps = self.choose_pivot(a, b)
            if swaps == 12:  # every comparison went the wrong way: it is probably descending
                self.reverse(a, b)
                pivot, swaps = b - 1 - (pivot - a), 0
            if balanced and partitioned and swaps == 0 and self.nearly_sorted(a, b):
                return
            if a > 0 and not self.less(a - 1, pivot):
                a = self.skip_equal(a, b, pivot)
                continue
            middle, partitioned = self.partition(a, b, pivot)
            left, right = middle - a, b - middle
            balanced = min(left, right) >= length // 8
            if left < right:
                self.sort(a, middle, limit)
                a = middle + 1
            else:
                self.sort(middle + 1, b, limit)
                b = middle
        # A heap sort would follow if the limit ran out; no list of events is that unlucky.
        self.insert(a, b)

    def insert(self, a: int, b: int) -> None:
        for i in range(a + 1, b):
            while i > a and self.less(i, i - 1):
                self.swap(i, i - 1)
                i -= 1

    def reverse(self, a: int, b: int) -> None:
        self.items[a:b] = self.items[a:b][::-1]
        self.keys[a:b] = self.keys[a:b][::-1]

    def scramble(self, a: int, b: int) -> None:
        length = b - a
        random, modulus = length, 1 << length.bit_length()
        middle = a + length // 4 * 2 - 1
        for i in range(3):
            random ^= random << 13 & _MASK
            random ^= random >> 7
            random ^= random << 17 & _MASK
            other = random & (modulus - 1)
            self.swap(middle - 1 + i, a + (other - length if other >= length else other))

    def choose_pivot(self, a: int, b: int) -> tuple[int, int]:
        """The place of a likely middle, and how many of the comparisons found a disorder."""
        quarter = (b - a) // 4
        places, swaps = [a + quarter, a + 2 * quarter, a + 3 * quarter], 0
        if b - a >= _NINTHER:
            for n, place in enumerate(places):
                places[n], more = self.median(place - 1, place, place + 1)
                swaps += more
        middle, more = self.median(*places)
        return middle, swaps + more

    def median(self, a: int, b: int, c: int) -> tuple[int, int]:
        swaps = 0
        if self.less(b, a):
            a, b, swaps = b, a, swaps + 1
        if self.less(c, b):
            b, swaps = c, swaps + 1
        if self.less(b, a):
            b, swaps = a, swaps + 1
        return b, swaps

    def nearly_sorted(self, a: int, b: int) -> bool:
        """Put up to five strays in their place; whether all is sorted then."""
        i = a + 1
        for _ in range(5):
            while i < b and not self.less(i, i - 1):
                i += 1
            if i == b:
                return True
            if b - a < 50:
                return False
            self.swap(i, i - 1)
            self.shift(range(i - 1, 0, -1) if i - a >= 2 else range(0))
            self.shift(range(i + 1, b) if b - i >= 2 else range(0))
        return False

    def shift(self, places: range) -> None:
        for j in places:
            if not self.less(j, j - 1):
                return
            self.swap(j, j - 1)

    def skip_equal(self, a: int, b: int, pivot: int) -> int:
        self.swap(a, pivot)
        i, j = a + 1, b - 1
        while True:
            while i <= j and not self.less(a, i):
                i += 1
            while i <= j and self.less(a, j):
                j -= 1
            if i > j:
                return i
            self.swap(i, j)
            i, j = i + 1, j - 1

    def partition(self, a: int, b: int, pivot: int) -> tuple[int, bool]:
        self.swap(a, pivot)
        i, j, untouched = a + 1, b - 1, True
        while True:
            while i <= j and self.less(i, a):
                i += 1
            while i <= j and not self.less(j, a):
                j -= 1
            if i > j:
                self.swap(j, a)
                return j, untouched
            self.swap(i, j)
            i, j, untouched = i + 1, j - 1, False
