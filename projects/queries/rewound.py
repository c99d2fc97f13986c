"""What projects' own columns said at an earlier ledger position: names, units and firms are changed in place, so the
change log is read backwards for them. Versioned facts need none of this.
"""

import json
from collections import defaultdict
from typing import Any

from projects.models import Act, Change


def columns_then(position: int | None) -> dict[str, dict[str, Any]]:
    """The columns that changed after a ledger position, with what they said at it: {project code: {column: value}}.

    Values are as the log has them (other rows by their code). One statement; empty for now (None).
    """
    if position is None:
        return {}
    then: dict[str, dict[str, Any]] = defaultdict(dict)
    later = Change.objects.filter(model="project", seq__gt=position).exclude(act=Act.CREATE)
    for code, changes in later.order_by("-seq").values_list("key", "changes"):
        then[code].update({column: old for column, (old, _new) in json.loads(changes).items()})
    return dict(then)
