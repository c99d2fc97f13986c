"""What the import makes of the cases, by the name of the file: written beside them under “import”.

The reader's tests do not look at it; those of the register import and of the returns do.
"""

from typing import Any, Final

IMPORTS: Final[dict[str, dict[str, Any]]] = {}
