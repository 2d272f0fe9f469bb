"""Counts, sizes and ages in few characters."""

__all__ = ["count_of", "short_age", "short_bytes", "short_count"]


def count_of(number: int, noun: str, nouns: str = "") -> str:
    """Return a count with its noun, such as `1,200 records`."""
    return f"{number:,} {noun if number == 1 else nouns or f'{noun}s'}"


def short_count(number: int) -> str:
    """Return a count in at most six characters, such as `12345` or `1.23M`; below 100 000 it is exact."""
    return str(number) if number < 100_000 else _short(number, ("k", "M", "G", "T", "P"))


def short_bytes(number: int) -> str:
    """Return a size in at most seven characters, such as `512 B` or `1.23 MB`."""
    return f"{number} B" if number < 1000 else _short(number, (" kB", " MB", " GB", " TB", " PB"))


def short_age(seconds: float) -> str:
    """Return an age in at most six characters, such as `0.4 s`, `12 s`, `5 min`, `3 h` or `2 d`."""
    if seconds < 10:
        return f"{seconds:.1f} s" if seconds else "0 s"
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def _short(number: float, units: tuple[str, ...]) -> str:
    *smaller, unit = units
    number /= 1000 ** len(units)
    while number < 0.9995 and smaller:
        unit = smaller.pop()
        number *= 1000
    digits = 2 if number < 9.995 else 1 if number < 99.95 else 0
    return f"{number:.{digits}f}{unit}"
