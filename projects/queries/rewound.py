"""What projects' own columns said at an earlier ledger position: names, units and firms are changed in place, so the
change log is read backwards for them. Versioned facts need none of this.
"""

import json
from collections import defaultdict
from collections.abc import Collection
from typing import Any, Final

from django.db.models import Q

from projects.models import Act, Change, Project

FEW: Final = 100
"""So many projects are looked up in the log one by one; of more it is read as a whole."""


def columns_then(position: int | None, ids: Collection[int] | None = None) -> dict[str, dict[str, Any]]:
    """The columns that changed after a ledger position, with what they said at it: {project code: {column: value}}.

    Of all projects, or at least of those asked for and their parts. Values are as the log has them (other rows by
    their code). One statement; empty for now (None).
    """
    if position is None:
        return {}
    then: dict[str, dict[str, Any]] = defaultdict(dict)
    later = Change.objects.filter(model="project", seq__gt=position).exclude(act=Act.CREATE)
    if ids is not None and len(ids) <= FEW:
        asked = Project.objects.filter(Q(pk__in=list(ids)) | Q(parent__in=list(ids)))
        later = later.filter(project__in=asked.values("code"))
    for code, changes in later.order_by("-seq").values_list("key", "changes"):
        then[code].update({column: old for column, (old, _new) in json.loads(changes).items()})
    return dict(then)
