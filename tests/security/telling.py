"""All that an error or an object tells of itself, to whoever prints, pickles or walks through it."""

import pickle
import traceback
from collections.abc import Iterator
from contextlib import suppress

__all__ = ["chain", "told"]


def chain(error: BaseException) -> Iterator[BaseException]:
    """Give an error, and all that stand behind it, also those that a traceback would leave out."""
    left = [error]
    while left:
        each = left.pop()
        yield each
        left += [behind for behind in (each.__cause__, each.__context__) if behind is not None]


def told(error: BaseException) -> str:
    """Return all that an error and those behind it tell."""
    parts = traceback.format_exception(error)
    for each in chain(error):
        values = {name: getattr(each, name) for name in dir(each) if not name.startswith("_")}
        parts += [str(each), repr(each), repr(each.args), repr(vars(each)), repr(values)]
        with suppress(Exception):  # what cannot be pickled tells nothing
            parts.append(str(pickle.dumps(each)))
    return "\n".join(parts)
