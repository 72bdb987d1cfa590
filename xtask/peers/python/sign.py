"""`sign.py CONTENDER TASK`: signs or verifies what a pass of Hallpass would, and hands in the nanoseconds that a call takes.

The key is held by an object made once, as in an application. As in the benchmark of Hallpass, the figure is that of the
fastest tenth of many batches. It goes to the standard output; then the process waits for the end of its input.
"""

import json
import sys
import time

KEY = "users/42/albums/2026/photo-0001.jpg"
SECRET = "7" * 32


def django():
    from django.conf import settings

    settings.configure(SECRET_KEY=SECRET)
    from django.core.signing import TimestampSigner

    signer = TimestampSigner(key=SECRET)
    signed = signer.sign(KEY)
    return (lambda: signer.sign(KEY)), (lambda: signer.unsign(signed, max_age=3600))


def itsdangerous():
    from itsdangerous import TimestampSigner
    import hashlib

    signer = TimestampSigner(SECRET, digest_method=hashlib.sha256)
    signed = signer.sign(KEY)
    return (lambda: signer.sign(KEY)), (lambda: signer.unsign(signed, max_age=3600))


def pyjwt():
    import jwt

    expires = int(time.time()) + 3600
    token = jwt.encode({"sub": KEY, "exp": expires}, SECRET, algorithm="HS256")
    return (
        lambda: jwt.encode({"sub": KEY, "exp": expires}, SECRET, algorithm="HS256"),
        lambda: jwt.decode(token, SECRET, algorithms=["HS256"]),
    )


def nanoseconds(call, batch=200, batches=300):
    times = []
    for _ in range(batches):
        begun = time.perf_counter_ns()
        for _ in range(batch):
            call()
        times.append((time.perf_counter_ns() - begun) / batch)
    return sorted(times)[batches // 10]


def main():
    contender, task = sys.argv[1:]
    mint, verify = {"django": django, "itsdangerous": itsdangerous, "pyjwt": pyjwt}[contender]()
    print(json.dumps({"figure": nanoseconds({"mint": mint, "verify": verify}[task])}), flush=True)
    sys.stdin.read()


main()
