"""Writes or checks the vectors of presigned URLs and POST policies: `python3 presign.py --check FILE` or `--write FILE`.

Every URL, field and policy comes from botocore (the version is in requirements.txt), which shares no code with the SDK
for Rust; the crate's tests sign the same things at the same time and compare. Only the parameter `x-id` is given to
botocore from here: the SDK for Rust adds it, and S3 ignores it.
"""

import argparse
import base64
import datetime
import hashlib
import json
import pathlib
import sys

import botocore
import botocore.auth
import botocore.session
import botocore.signers
from botocore.config import Config

NOW = 1_767_000_000
KEYS = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
TEMPORARY = KEYS | {"session_token": "IQoJb3JpZ2luX2VjE/+=="}
AWS = {"bucket": "media", "region": "eu-west-1", "credentials": KEYS}
PATH = AWS | {"addressing": "path"}
SERVER = AWS | {"region": "us-east-1", "endpoint": "http://127.0.0.1:4566", "server": "localstack"}
PUBLIC = SERVER | {"links": {"public_endpoint": "https://files.example.com"}}
PREFIXED = AWS | {"prefix": "tenant-a/media/"}
DIGEST = hashlib.sha256(b"twelve bytes").hexdigest()
KMS = {"encryption": "kms", "kms_key_id": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab"}
DESCRIBED = {
    "cache_control": "private, max-age=60",
    "content_disposition": 'attachment; filename="a b.png"',
    "content_language": "de",
    "metadata": {"owner": "42", "note": "two words"},
    "storage_class": "STANDARD_IA",
}

ODD_KEYS = [
    "reports/q1.pdf",
    "a b/c+d.txt",
    "100%/%2F%2e.txt",
    "what?x=1#y",
    "it's~(here)!*.txt",
    "a&b=c;d@e:f,g$h",
    "münchen/日本語/😀.jpg",
    "[x]{y}|^`<>\".txt",
    "-._~",
    "k" * 1024,
]


def read_cases():
    """(name, what differs from a GET of `reports/q1.pdf` on AWS)."""
    for number, key in enumerate(ODD_KEYS):
        yield f"get_odd_key_{number}", {"key": key}
        yield f"get_odd_key_{number}_path_style", {"key": key, "config": PATH}
        yield f"head_odd_key_{number}", {"key": key, "method": "HEAD"}
    for name, config in {
        "us_east_1": AWS | {"region": "us-east-1"},
        "path_style": PATH,
        "dotted_bucket": AWS | {"bucket": "media.example"},
        "server": SERVER,
        "server_virtual": SERVER | {"endpoint": "https://s3.example.com:9000", "addressing": "virtual"},
        "public_endpoint": PUBLIC,
        "prefix": PREFIXED,
        "session_token": AWS | {"credentials": TEMPORARY},
        "expected_owner_is_no_part_of_a_link": AWS | {"expected_bucket_owner": "111122223333"},
    }.items():
        yield f"get_{name}", {"config": config}
        yield f"head_{name}", {"config": config, "method": "HEAD"}
    for method in ("GET", "HEAD"):
        for name, overrides in {
            "disposition": {"disposition": "Übersicht \"Q1\" 100%.pdf"},
            "content_type": {"content_type": "text/html; charset=utf-8"},
            "both": {"disposition": "a b+c.pdf", "content_type": "application/pdf"},
        }.items():
            yield f"{method.lower()}_{name}", {"method": method, **overrides}
    for seconds in (1, 604_800):
        yield f"get_for_{seconds}_s", {"seconds": seconds}


def put_cases():
    """(name, what differs from creating a PNG of twelve bytes on AWS)."""
    for number, key in enumerate(ODD_KEYS):
        yield f"put_odd_key_{number}", {"key": key}
    yield "put_digest", {"sha256": DIGEST}
    yield "put_overwrite", {"mode": "overwrite"}
    yield "put_update", {"mode": "update", "etag": "9e107d9d372bb682"}
    yield "put_empty", {"length": 0}
    yield "put_longest", {"length": 5 << 30}
    yield "put_type_with_parameter", {"content_type": 'text/plain; charset="utf-8"'}
    yield "put_session_token", {"config": AWS | {"credentials": TEMPORARY}}
    yield "put_server", {"config": SERVER, "sha256": DIGEST}
    yield "put_public_endpoint", {"config": PUBLIC}
    yield "put_prefix", {"config": PREFIXED}
    yield "put_expected_owner", {"config": AWS | {"expected_bucket_owner": "111122223333"}}
    yield "put_sse_s3", {"config": AWS | {"objects": {"encryption": "s3"}}}
    yield "put_sse_kms", {"config": AWS | {"objects": KMS}, "sha256": DIGEST}
    yield "put_described", {"config": AWS | {"objects": DESCRIBED | {"tags": {"a b": "c/d"}}}}
    yield "put_type_configured", {"config": AWS | {"objects": {"content_type": "application/x-y"}}}


def post_cases():
    """(name, what differs from a form for one PNG of 1 to 100 bytes on AWS)."""
    for number, key in enumerate(ODD_KEYS):
        yield f"post_odd_key_{number}", {"key": key}
    yield "post_below", {"key": None, "below": "in/ü b/"}
    yield "post_below_store_prefix", {"config": PREFIXED, "key": None, "below": ""}
    yield "post_types", {"content_type": "image/", "type_is_a_beginning": True}
    yield "post_created", {"success": "201"}
    yield "post_any_length", {"length": [0, 5 << 30]}
    yield "post_session_token", {"config": AWS | {"credentials": TEMPORARY}}
    yield "post_path_style", {"config": PATH}
    yield "post_server", {"config": SERVER}
    yield "post_public_endpoint", {"config": PUBLIC}
    yield "post_sse_kms", {"config": AWS | {"objects": KMS}}
    yield "post_described", {"config": AWS | {"objects": DESCRIBED}}
    yield "post_type_configured", {"config": AWS | {"objects": {"content_type": "application/x-y"}}}


def client_of(config):
    """Returns a client that signs as the configuration says, on the address that clients see."""
    session = botocore.session.Session()
    keys = config["credentials"]
    session.set_credentials(keys["access_key_id"], keys["secret_access_key"], keys.get("session_token"))
    endpoint = config.get("links", {}).get("public_endpoint") or config.get("endpoint")
    addressing = config.get("addressing") or ("path" if endpoint else "virtual")
    s3 = {"addressing_style": addressing, "us_east_1_regional_endpoint": "regional"}
    settings = Config(
        signature_version="s3v4", s3=s3, ignore_configured_endpoint_urls=True, request_checksum_calculation="when_required"
    )
    client = session.create_client("s3", region_name=config["region"], endpoint_url=endpoint, config=settings)
    client.meta.events.register("before-sign.s3", add_x_id)
    return client


def add_x_id(request, operation_name, **_):
    if operation_name in ("GetObject", "PutObject"):
        request.params = {**request.params, "x-id": operation_name}


def capture_headers(client):
    """Returns a list to which the header fields are added that a request was signed with."""
    found = []

    def keep(request, **_):
        fields = {name.lower(): text(value) for name, value in request.headers.items()}
        found.extend(sorted((name, value) for name, value in fields.items() if name != "user-agent"))

    client.meta.events.register("before-sign.s3.PutObject", keep)
    return found


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def url(client, operation, params, seconds):
    return client.generate_presigned_url(operation, Params=params, ExpiresIn=seconds)


def target(case):
    return {"Bucket": case["config"]["bucket"], "Key": case["config"].get("prefix", "") + case["key"]}


def read(name, changes):
    case = {"name": name, "config": AWS, "method": "GET", "key": ODD_KEYS[0], "seconds": 900} | changes
    params = target(case)
    if "disposition" in case:
        params["ResponseContentDisposition"] = disposition(case["disposition"])
    if "content_type" in case:
        params["ResponseContentType"] = case["content_type"]
    operation = {"GET": "get_object", "HEAD": "head_object"}[case["method"]]
    return case | {"url": url(client_of(case["config"]), operation, params, case["seconds"])}


def disposition(file_name):
    """RFC 6266, as crate `links` writes it; a name in ASCII without odd characters is not repeated."""
    plain = "".join("_" if c in '"\\%;' or not " " <= c <= "~" else c for c in file_name)
    value = f'attachment; filename="{plain}"'
    if plain != file_name:
        kept = "!#$&+-.^_`|~"
        encoded = [chr(b) if chr(b).isalnum() and b < 128 or chr(b) in kept else f"%{b:02X}" for b in file_name.encode()]
        value += "; filename*=UTF-8''" + "".join(encoded)
    return value


def put(name, changes):
    case = {
        "name": name,
        "config": AWS,
        "key": ODD_KEYS[0],
        "seconds": 900,
        "content_type": "image/png",
        "length": 12,
        "sha256": None,
        "mode": "create",
        "etag": None,
    } | changes
    params = target(case) | described(case) | {"ContentLength": case["length"]}
    if case["mode"] == "create":
        params["IfNoneMatch"] = "*"
    if case["mode"] == "update":
        params["IfMatch"] = f'"{case["etag"]}"'
    if case["sha256"]:
        digest = base64.b64encode(bytes.fromhex(case["sha256"])).decode()
        params["ChecksumSHA256"] = digest
        params["Metadata"] = params.get("Metadata", {}) | {"hallpass-sha256": digest}
    if "expected_bucket_owner" in case["config"]:
        params["ExpectedBucketOwner"] = case["config"]["expected_bucket_owner"]
    client = client_of(case["config"])
    headers = capture_headers(client)
    return case | {"url": url(client, "put_object", params, case["seconds"]), "headers": headers}


def described(case):
    """What objects are written with, in botocore's terms."""
    objects = case["config"].get("objects", {})
    encryption = {"s3": "AES256", "kms": "aws:kms", None: None}[objects.get("encryption")]
    params = {
        "ContentType": objects.get("content_type", case["content_type"]),
        "CacheControl": objects.get("cache_control"),
        "ContentDisposition": objects.get("content_disposition"),
        "ContentLanguage": objects.get("content_language"),
        "Metadata": objects.get("metadata"),
        "StorageClass": objects.get("storage_class"),
        "ServerSideEncryption": encryption,
        "SSEKMSKeyId": objects.get("kms_key_id"),
        "Tagging": {"a b": "c/d"} == objects.get("tags") and "a%20b=c%2Fd" or None,
    }
    return {name: value for name, value in params.items() if value is not None}


def post(name, changes):
    case = {
        "name": name,
        "config": AWS,
        "key": ODD_KEYS[0],
        "below": None,
        "seconds": 900,
        "content_type": "image/png",
        "type_is_a_beginning": False,
        "length": [1, 100],
        "success": "204",
    } | changes
    params = described(case)
    conditions = [["content-length-range", *case["length"]]]
    fields = {}
    if case["type_is_a_beginning"]:
        conditions.append(["starts-with", "$Content-Type", case["content_type"]])
    else:
        fields["Content-Type"] = params["ContentType"]
    optional = {
        "success_action_status": case["success"],
        "Cache-Control": params.get("CacheControl"),
        "Content-Disposition": params.get("ContentDisposition"),
        "Content-Language": params.get("ContentLanguage"),
        "x-amz-storage-class": params.get("StorageClass"),
        "x-amz-server-side-encryption": params.get("ServerSideEncryption"),
        "x-amz-server-side-encryption-aws-kms-key-id": params.get("SSEKMSKeyId"),
    } | {f"x-amz-meta-{name}": value for name, value in sorted(params.get("Metadata", {}).items())}
    fields |= {name: value for name, value in optional.items() if value is not None}
    conditions += [{name: value} for name, value in fields.items()]
    name = case["key"] if case["below"] is None else case["below"] + "${filename}"
    form = client_of(case["config"]).generate_presigned_post(
        case["config"]["bucket"], case["config"].get("prefix", "") + name, fields, conditions, case["seconds"]
    )
    return case | {"url": form["url"], "fields": list(form["fields"].items())}


def build():
    vectors = {
        "provenance": f"presign.py with botocore {botocore.__version__}",
        "now": NOW,
        "read": [read(*case) for case in read_cases()],
        "put": [put(*case) for case in put_cases()],
        "post": [post(*case) for case in post_cases()],
    }
    return json.dumps(vectors, indent=1, ensure_ascii=True) + "\n"


def stand_still():
    """Lets botocore's clock show the time of the vectors."""
    now = datetime.datetime.fromtimestamp(NOW, datetime.timezone.utc).replace(tzinfo=None)
    for module in (botocore.auth, botocore.signers):
        module.get_current_datetime = lambda remove_tzinfo=True: now


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    what = arguments.add_mutually_exclusive_group(required=True)
    what.add_argument("--check", metavar="FILE", type=pathlib.Path, help="fail unless FILE is what would be written")
    what.add_argument("--write", metavar="FILE", type=pathlib.Path, help="write the vectors to FILE")
    chosen = arguments.parse_args()
    stand_still()
    if chosen.write:
        chosen.write.write_text(build(), encoding="ascii")
    elif chosen.check.read_text(encoding="ascii") != build():
        sys.exit(f"{chosen.check} differs from what this script would write")


if __name__ == "__main__":
    main()
