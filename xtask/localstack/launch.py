"""Serves LocalStack's S3 on one port of 127.0.0.1, in this process, until SIGTERM or until its parent is gone.

usage: python -P launch.py PORT STATE_DIR

Exits with 3 when the port is taken: LocalStack itself would say that it is ready, serve nothing and ignore SIGTERM.
"""

import inspect
import os
import signal
import socket
import sys
import threading
import time

LOOPBACK = "127.0.0.1"
PORT_TAKEN = 3


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def settings(port, state):
    """What LocalStack reads from its environment."""
    here = f"{LOOPBACK}:{port}"
    return {
        "GATEWAY_LISTEN": here,
        "LOCALSTACK_HOST": here,
        "SERVICES": "s3",
        "EAGER_SERVICE_LOADING": "1",
        # A /.dockerenv would make it look for the network of a container.
        "OVERRIDE_IN_DOCKER": "0",
        # Nothing is reported, looked up or fetched.
        "DISABLE_EVENTS": "1",
        "DNS_ADDRESS": "0",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        # Presigned URLs are verified.
        "S3_SKIP_SIGNATURE_VALIDATION": "0",
        # Kept between runs: it holds the catalogue of services, which takes seconds to make.
        "FILESYSTEM_ROOT": os.path.join(state, "root"),
    }


def stop_with_parent():
    """Ends this process when the one that started it ends without saying so."""
    parent = os.getppid()

    def watch():
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def listen_on_loopback_only():
    """Makes up for LocalStack's dropping the host of GATEWAY_LISTEN."""
    from twisted.internet import endpoints

    original = endpoints.TCP4ServerEndpoint.__init__

    def bound(self, reactor, port, backlog=50, interface=""):
        original(self, reactor, port, backlog, interface or LOOPBACK)

    endpoints.TCP4ServerEndpoint.__init__ = bound


def keep_objects_in(folder):
    """Makes up for the one folder that all instances on a machine share."""
    from localstack.services.s3 import provider

    provider.DEFAULT_S3_TMP_DIR = folder


def complete_uploads_atomically():
    """Makes up for a gap between looking for an object and putting one there, which S3 does not have.

    PutObject holds a lock in between; CompleteMultipartUpload is to hold the same one.
    """
    from localstack.services.s3.provider import S3Provider

    original = S3Provider.complete_multipart_upload

    def locked(self, context, bucket, key, *arguments, **named):
        with self._preconditions_locks[bucket][key]:
            return original(self, context, bucket, key, *arguments, **named)

    # What the dispatcher goes by is written on the function.
    locked.__dict__.update(original.__dict__)
    locked.__signature__ = inspect.signature(original)
    S3Provider.complete_multipart_upload = locked


def main():
    port, state = int(sys.argv[1]), os.path.abspath(sys.argv[2])
    if not is_free(port):
        print(f"port {port} is taken", file=sys.stderr)
        return PORT_TAKEN
    os.makedirs(state, exist_ok=True)
    os.chdir(state)  # away from any folder that has the name of a module
    os.environ.pop("AWS_CA_BUNDLE", None)
    os.environ.update(settings(port, state))
    stop_with_parent()
    listen_on_loopback_only()
    keep_objects_in(os.path.join(state, "objects"))

    complete_uploads_atomically()

    from localstack.runtime.main import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
