"""Writes or checks the vectors of signed URLs: `python3 botocore_vectors.py --check FILE` or `--write FILE`.

Policies and URLs come from botocore, signatures from the `openssl` command; neither shares code with the crate, whose
tests sign the same things and compare. Two things are added from here, after AWS's documentation: `Hash-Algorithm`, which
botocore does not know, and the cookies, which it does not make.

ECDSA signatures differ from run to run. Those in FILE are kept, and verified with `openssl`.
"""

import argparse
import base64
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

import botocore
from botocore.signers import CloudFrontSigner

HERE = pathlib.Path(__file__).resolve().parent
KEYS = {"rsa": "rsa-pkcs1.pem", "p256": "p256-sec1.pem"}
PUBLIC = {"rsa": "rsa-public.pem", "p256": "p256-public.pem"}
KEY_PAIR_ID = "K2JCJMDEHXQW5F"
EXPIRES = 1_767_290_400
START = 1_767_200_000
HOST = "https://d111111abcdef8.cloudfront.net"

URLS = {
    "plain": f"{HOST}/images/image.jpg",
    "root": f"{HOST}/",
    "http_and_port": "http://127.0.0.1:8080/image.jpg",
    "query": f"{HOST}/image.jpg?color=red&size=medium",
    "encoded_space": f"{HOST}/two%20words.jpg?title=two%20words",
    "plus": f"{HOST}/a+b.jpg?c=d+e",
    "encoded_slash": f"{HOST}/a%2fb%2Fc.jpg?d=e%2ff",
    "equals": f"{HOST}/a=b.jpg?c=d=e",
    "comma": f"{HOST}/a,b.jpg?c=d,e",
    "without_value": f"{HOST}/image.jpg?download&also=",
    "question_mark_in_query": f"{HOST}/image.jpg?a=b?c/d",
    "sub_delimiters": f"{HOST}/a!$&'();:@b.jpg?c=!$();:@",
    "encoded_json": f"{HOST}/%22%5C%7B%7D.jpg?a=%22%5C",
    "encoded_wildcards": f"{HOST}/%2A%3F.jpg?a=%2A%3F",
    "encoded_utf8": f"{HOST}/%E2%82%AC/%f0%9f%98%80.jpg",
    "own_names_in_lower_case": f"{HOST}/image.jpg?expires=1&policy=2&signature=3",
    "two_slashes": f"{HOST}//a//b.jpg",
    "long": f"{HOST}/{'k' * 1024}?{'q' * 1024}",
}
PATTERNS = {
    "below": (f"{HOST}/albums/42/*", f"{HOST}/albums/42/1.jpg?size=large"),
    "either_scheme": ("http*://d111111abcdef8.cloudfront.net/a?c/*.jpg", f"{HOST}/abc/1.jpg"),
    "query_from_star": (f"{HOST}/image.jpg*", f"{HOST}/image.jpg?size=large"),
}


def cases():
    """(name, what differs from a canned RSA signature with SHA-256 on the plain URL)."""
    for name, url in URLS.items():
        for hash_name in ("sha1", "sha256"):
            yield f"{name}_canned_{hash_name}", {"url": url, "hash": hash_name}
            yield f"{name}_custom_{hash_name}", {"url": url, "hash": hash_name, "form": "custom"}
        yield f"{name}_p256", {"url": url, "key": "p256"}
    for name, (pattern, url) in PATTERNS.items():
        for key, hash_name in (("rsa", "sha1"), ("rsa", "sha256"), ("p256", "sha256")):
            yield f"{name}_{key}_{hash_name}", {"pattern": pattern, "url": url, "hash": hash_name, "form": "custom", "key": key}
    for hash_name in ("sha1", "sha256"):
        custom = {"form": "custom", "hash": hash_name}
        yield f"begins_{hash_name}", custom | {"not_before": START}
        yield f"block_{hash_name}", custom | {"source_ip": "192.0.2.0/24"}
        yield f"address_{hash_name}", custom | {"source_ip": "192.0.2.7"}
        yield f"last_second_{hash_name}", {"expires": 2_147_483_647, "hash": hash_name}


def moment(seconds):
    return seconds and datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)


def encoded(data):
    return base64.b64encode(data).decode().translate(str.maketrans("+=/", "-_~"))


def decoded(text):
    return base64.b64decode(text.translate(str.maketrans("-_~", "+=/")))


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True).stdout


def sign(case, policy):
    with tempfile.NamedTemporaryFile() as message:
        message.write(policy)
        message.flush()
        return openssl("dgst", f"-{case['hash']}", "-sign", str(HERE.parent / "keys" / KEYS[case["key"]]), message.name)


def verify(case, policy, signature):
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder) / name for name in ("signature", "policy")]
        for path, data in zip(paths, (signature, policy)):
            path.write_bytes(data)
        public = str(HERE.parent / "keys" / PUBLIC[case["key"]])
        openssl("dgst", f"-{case['hash']}", "-verify", public, "-signature", *map(str, paths))


def signed(name, changes, kept):
    case = {
        "name": name,
        "key": "rsa",
        "hash": "sha256",
        "form": "canned",
        "pattern": None,
        "url": URLS["plain"],
        "key_pair_id": KEY_PAIR_ID,
        "expires": EXPIRES,
        "not_before": None,
        "source_ip": None,
    } | changes
    signatures = []

    def signature_of(policy):
        signature = kept.get(name) if case["key"] == "p256" else None
        if signature is None:
            signature = sign(case, policy)
        verify(case, policy, signature)
        signatures.append(signature)
        return signature

    signer = CloudFrontSigner(KEY_PAIR_ID, signature_of)
    policy = signer.build_policy(
        case["pattern"] or case["url"], moment(case["expires"]), moment(case["not_before"]), case["source_ip"]
    )
    if case["form"] == "canned":
        url = signer.generate_presigned_url(case["url"], date_less_than=moment(case["expires"]))
        carried = {"CloudFront-Expires": str(case["expires"])}
    else:
        url = signer.generate_presigned_url(case["url"], policy=policy)
        carried = {"CloudFront-Policy": encoded(policy.encode())}
    cookies = carried | {"CloudFront-Signature": encoded(signatures[0]), "CloudFront-Key-Pair-Id": KEY_PAIR_ID}
    if case["hash"] == "sha256":
        url += "&Hash-Algorithm=SHA256"
        cookies["CloudFront-Hash-Algorithm"] = "SHA256"
    return case | {"policy": policy, "signed_url": url, "cookies": cookies}


def build(kept):
    vectors = {
        "provenance": f"botocore_vectors.py with botocore {botocore.__version__} and openssl",
        "cases": [signed(name, changes, kept) for name, changes in cases()],
    }
    return json.dumps(vectors, indent=1, ensure_ascii=True) + "\n"


def signatures_in(path):
    if not path.exists():
        return {}
    return {case["name"]: decoded(case["cookies"]["CloudFront-Signature"]) for case in json.loads(path.read_text())["cases"]}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    what = arguments.add_mutually_exclusive_group(required=True)
    what.add_argument("--check", metavar="FILE", type=pathlib.Path, help="fail unless FILE is what would be written")
    what.add_argument("--write", metavar="FILE", type=pathlib.Path, help="write the vectors to FILE")
    chosen = arguments.parse_args()
    if chosen.write:
        chosen.write.write_text(build(signatures_in(chosen.write)), encoding="ascii")
    elif chosen.check.read_text(encoding="ascii") != build(signatures_in(chosen.check)):
        sys.exit(f"{chosen.check} differs from what this script would write")


if __name__ == "__main__":
    main()
