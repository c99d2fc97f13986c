"""What went wrong in a child, told in a way that shows nothing of the file: the kind of the fault and its place.

Plain Python: children name faults, their parents log them. What a child says is believed only in its shape.
"""

import re
from pathlib import PurePath
from typing import Final

KNOWN: Final = frozenset(
    {"BadZipFile", "LargeZipFile", "error", "EOFError", "CalamineError", "WorksheetNotFound", "XmlError", "ZipError"}
)  # fmt: skip
"""What a damaged file brings about in whatever reads it; anything else may be a fault of ours."""
_KIND: Final = re.compile(r"\w{1,60}", re.ASCII)
_PLACE: Final = re.compile(r"[\w.<>]{1,60}:\d{1,6} [\w<>]{1,60}", re.ASCII)


def named(fault: BaseException) -> list[str]:
    """Its kind, and the place where it arose: file, line and function."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return [type(fault).__name__, ""]
    code = trace.tb_frame.f_code
    return [type(fault).__name__, f"{PurePath(code.co_filename).name}:{trace.tb_lineno} {code.co_name}"]


def said(told: object) -> str:
    """What a child told of a fault, as it is logged; "" for none and for anything else than `named` makes."""
    match told:
        case [str(kind), str(place)] if _KIND.fullmatch(kind):
            return f"{kind} at {place}" if _PLACE.fullmatch(place) else kind
    return ""
