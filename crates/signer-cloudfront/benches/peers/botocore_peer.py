"""Measures botocore's signer with a key of `cryptography` that was read once: `python3 botocore_peer.py sha1|sha256`.

Prints `{"figure": …}`, URLs per second of processor time, and waits for the end of its input.
"""

import datetime
import json
import pathlib
import sys
import time

from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

SECONDS = 1.0
URL = "https://d111111abcdef8.cloudfront.net/albums/42/1.jpg?size=large"
EXPIRES = datetime.datetime.fromtimestamp(1_767_290_400, datetime.timezone.utc)
KEY = pathlib.Path(__file__).resolve().parents[2] / "tests/keys/rsa-pkcs1.pem"


def main():
    key = serialization.load_pem_private_key(KEY.read_bytes(), None)
    scheme = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256()}[sys.argv[1]]
    signer = CloudFrontSigner("K2JCJMDEHXQW5F", lambda policy: key.sign(policy, padding.PKCS1v15(), scheme))
    count, start = 0, time.process_time()
    while (spent := time.process_time() - start) < SECONDS:
        for _ in range(20):
            signer.generate_presigned_url(URL, date_less_than=EXPIRES)
        count += 20
    print(json.dumps({"figure": count / spent}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
