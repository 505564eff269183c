"""How old a dated fact is: the last date that the words about its copy name, and the time since then.

A fact ages from the day on which it was last seen to hold, not from the day on which the course read it: so
an undated copy has no age, even if it says when it was read.
"""

import re
from datetime import date

UNDATED_COPY = "undated copy"
# Not those of the calendar module, which speaks the language of the reader's machine.
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_DATE = re.compile(rf"(?:({'|'.join(_MONTHS)}) )?\b(20\d\d)(?:-(\d\d))?(?:-(\d\d))?\b")
MONTHS_OF_A_YEAR = 12


def last_seen(as_of: str) -> str | None:
    """Return the last date in the words about a copy, as 2026-05-29, 2026-05 or 2026; None if it is undated.

    Raises
    ------
    ValueError
        If the words name no date and do not begin with "undated copy".

    Examples
    --------
    >>> last_seen("2021-06-08 to 2023-12-07"), last_seen("until April 2025")
    ('2023-12-07', '2025-04')
    """
    if as_of.startswith(UNDATED_COPY):
        return None
    found = [
        "-".join(filter(None, [year, f"{_MONTHS.index(name) + 1:02}" if name else month, day]))
        for name, year, month, day in _DATE.findall(as_of)
    ]
    if not found:
        raise ValueError(f"as_of is {as_of!r}, which has no date; give one, or begin with {UNDATED_COPY!r}")
    return max(found)


def age_in_months(seen: str, today: date) -> int:
    """Return how many whole months ago a day, a month or a year began: the most that the age can be.

    Examples
    --------
    >>> age_in_months("2026-05-29", date(2026, 6, 28)), age_in_months("2024", date(2026, 6, 28))
    (0, 29)
    """
    year, month, day = (int(part) for part in (seen + "-01-01").split("-")[:3])
    return MONTHS_OF_A_YEAR * (today.year - year) + today.month - month - (today.day < day)


def age_in_words(as_of: str, today: date) -> str:
    """Return how long ago a copy was last seen to hold, such as "5 months ago", or that its age is unknown.

    Examples
    --------
    >>> age_in_words("since 2024-07-31", date(2026, 11, 26))
    '2 years ago'
    """
    seen = last_seen(as_of)
    if seen is None:
        return "age unknown"
    months = age_in_months(seen, today)
    if months < 1:
        return "less than a month ago"
    # Up to two years in months: 23 months and 13 months are not the same age.
    count, unit = (months, "month") if months < 2 * MONTHS_OF_A_YEAR else (months // MONTHS_OF_A_YEAR, "year")
    return f"{count} {unit}{'s' * (count > 1)} ago"
