"""How the peers in Python talk: one JSON line when ready, with versions and something that can be checked; then one for each line of input."""
import json, sys, time
import numpy as np


def versions(**more):
    """NumPy and its BLAS, since that is what does the work."""
    found = {"numpy": np.__version__, **more}
    try:
        from threadpoolctl import threadpool_info

        for pool in threadpool_info():
            if pool["user_api"] == "blas":
                found[pool["internal_api"]] = f"{pool['version']} {pool.get('architecture', '')}".strip() + f", {pool['num_threads']} thread{'s' * (pool['num_threads'] > 1)}"
    except ImportError:
        pass
    return found


def serve(greeting, work):
    """work() is timed for each line of input; what it returns goes back with the seconds."""
    print(json.dumps(greeting), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        value = work()
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds, "value": value}), flush=True)
