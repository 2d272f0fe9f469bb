"""Text as a terminal may be shown it: nothing moves its cursor, changes its colour or turns a line around."""

import json

__all__ = ["visible", "visible_json"]


def visible(text: str) -> str:
    r"""Return `text` with an escape, such as `\x1b` or `\u202e`, for each character that is not to be seen.

    These are Unicode's controls, C0 and C1, its format characters, among them those that change the
    direction of text, line and paragraph separators, all spaces but the ASCII one, and what is unassigned.
    """
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape", "surrogatepass").decode()
        for each in text
    )


def visible_json(text: str) -> str:
    """Return JSON that reads as the same, with an escape for each character that is not to be seen."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in text)
