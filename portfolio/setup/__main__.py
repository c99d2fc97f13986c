"""`python -m portfolio.setup`: bring this installation up to date; a refusal is one sentence and exit status 1.

With the names of stages, only those that need no database, as the tests do.
"""

import os
import sys

from portfolio import env
from portfolio.env import Unusable
from portfolio.setup import lock, plan, stages


def main(names: list[str]) -> None:
    """Do what is not done yet, holding the installation's lock."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")
    var = env.folder()
    if names:
        stages.run([stage for stage in plan.everywhere(var) if stage.name in names], var)
        return
    held = lock.take(var)
    chosen = var / "demo"
    demo = env.flag("DEMO", env.kept(chosen, "1") == "1")
    chosen.write_text("1" if demo else "0")
    (var / "vendor").mkdir(exist_ok=True)  # settings may be read before anything is collected into it
    stages.run(plan.stages(var, demo=demo), var)
    os.close(held)


def refusals() -> tuple[type[Exception], ...]:
    """What is said in one sentence; anything else is a fault of the product and keeps its traceback."""
    if "django" not in sys.modules:
        return (Unusable,)
    from django.core.management import CommandError

    return (Unusable, CommandError)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Exception as reason:
        if not isinstance(reason, refusals()):
            raise
        sys.exit(str(reason))
    except KeyboardInterrupt:
        sys.exit("Stopped; the next start goes on from here.")
