"""placeholder"""


def redis_server() -> str | None:
    return None
