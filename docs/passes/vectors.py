"""Writes or checks the test vectors of passes: `python3 vectors.py --check FILE` or `--write FILE`.

Every byte comes from `hallpass_pass.py`; the Rust crate's tests mint and verify the same passes.
"""

import argparse
import json
import pathlib
import sys

import hallpass_pass as hp

NOW = 1_767_000_000
HOUR = 3600
KEYS = {
    "2026-11": {"secret": bytes(range(32)).hex(), "retired_at": None},
    "2026-10": {"secret": bytes(range(100, 148)).hex(), "retired_at": NOW + HOUR},
    "k": {"secret": b"a secret typed by hand, thirty-two or more bytes".hex(), "retired_at": None},
}
ETAG = '"9e107d9d372bb682"'
NONCE = bytes(range(0xA0, 0xB0))
ATTACHMENT = {"content_type": "application/pdf", "content_disposition": 'attachment; filename="q1.pdf"'}


def accepted_cases():
    """(name, changes): each a pass and a request that it opens. What is not named has its default."""
    return [
        ("object", {}),
        ("head_only", {"methods": ["HEAD"], "request": {"method": "HEAD"}}),
        ("get_covers_head", {"request": {"method": "HEAD"}}),
        ("all_methods", {"methods": list(hp.METHODS), "request": {"method": "DELETE"}}),
        ("key_in_utf8", {"scope": {"object": "fotos/münchen 😀.jpg"}}),
        ("longest_key", {"scope": {"object": "k" * 1024}}),
        ("prefix", {"scope": {"prefix": "users/42/"}, "request": {"key": "users/42/a/b.jpg"}}),
        ("whole_store", {"scope": {"prefix": ""}, "request": {"key": "anything"}}),
        ("user", {"subject": {"kind": "user", "value": "42"}}),
        ("session", {"subject": {"kind": "session", "value": "0c5e…"}}),
        ("not_before", {"not_before": NOW - 10}),
        ("not_before_within_skew", {"not_before": NOW + 5}),
        ("version", {"version": ETAG}),
        ("overrides", {"overrides": ATTACHMENT}),
        ("overrides_all", {"overrides": {name: name for name in hp.OVERRIDES}}),
        ("override_empty", {"overrides": {"content_language": ""}}),
        ("epochs", {"object_epoch": 7, "subject_epoch": 0xFFFF_FFFF}),
        ("object_epoch", {"object_epoch": 1}),
        ("nonce", {"nonce": NONCE.hex()}),
        ("payload", {"payload": b'{"max":1}'.hex()}),
        ("longest_payload", {"payload": (b"\x00\xff" * 512).hex()}),
        ("upload", {"purpose": "upload", "methods": ["PUT"], "request": {"method": "PUT"}}),
        ("attach", {"purpose": "attach", "methods": ["POST"], "request": {"method": "POST"}}),
        ("delete", {"purpose": "delete", "methods": ["DELETE"], "request": {"method": "DELETE"}}),
        ("other_audience", {"audience": "s3://bücket/"}),
        ("other_key", {"key_id": "k"}),
        ("not_yet_retired_key", {"key_id": "2026-10"}),
        ("last_second", {"expires": NOW + 1}),
        ("longest_life", {"expires": NOW + hp.DEFAULT_MAX_LIFETIME}),
        (
            "everything",
            {
                "key_id": "k",
                "purpose": "attach",
                "methods": ["PUT", "POST"],
                "scope": {"prefix": "in/"},
                "subject": {"kind": "session", "value": "s"},
                "not_before": 0,
                "version": "v",
                "overrides": ATTACHMENT,
                "object_epoch": 1,
                "subject_epoch": 2,
                "nonce": NONCE.hex(),
                "payload": b"p".hex(),
                "request": {"method": "POST", "key": "in/x"},
            },
        ),
    ]


def refused_cases():
    """(name, changes to the pass, changes to the request or the verifier, the reason)."""
    user = {"subject": {"kind": "user", "value": "b:c"}, "scope": {"object": "a"}}
    return [
        ("other_object", {}, {"key": "reports/q2.pdf"}, "bad_tag"),
        ("other_purpose", {}, {"purpose": "upload"}, "bad_tag"),
        ("other_audience", {}, {"audience": "/media"}, "bad_tag"),
        ("other_user", {"subject": {"kind": "user", "value": "42"}}, {"user": "43"}, "bad_tag"),
        ("byte_moved_from_user_to_key", user, {"key": "a:b", "user": "c"}, "bad_tag"),
        ("no_user", {"subject": {"kind": "user", "value": "42"}}, {"user": None}, "subject_missing"),
        ("empty_user", {"subject": {"kind": "user", "value": "42"}}, {"user": ""}, "subject_missing"),
        ("user_for_session", {"subject": {"kind": "session", "value": "x"}}, {"user": "x", "session": None}, "subject_missing"),
        ("override_added", {}, {"overrides": {"content_type": "text/html"}}, "bad_tag"),
        ("override_dropped", {"overrides": ATTACHMENT}, {"overrides": {}}, "bad_tag"),
        ("override_moved", {"overrides": {"content_type": "x"}}, {"overrides": {"content_language": "x"}}, "bad_tag"),
        ("override_empty_is_not_absent", {}, {"overrides": {"content_type": ""}}, "bad_tag"),
        ("sibling_of_prefix", {"scope": {"prefix": "a/"}, "request": {"key": "a/x"}}, {"key": "ab/x"}, "bad_tag"),
        ("prefix_is_not_below_itself", {"scope": {"prefix": "a/b/"}, "request": {"key": "a/b/x"}}, {"key": "a/b"}, "out_of_scope"),
        ("object_is_no_prefix", {"scope": {"object": "a"}}, {"key": "a/x"}, "bad_tag"),
        ("expires_now", {"expires": NOW}, {}, "expired"),
        ("expires_in_1970", {"expires": 0}, {}, "expired"),
        ("lives_too_long", {"expires": NOW + hp.DEFAULT_MAX_LIFETIME + 6}, {}, "too_far_ahead"),
        ("year_9999", {"expires": hp.MAX_TIME}, {}, "too_far_ahead"),
        ("year_10000", {"expires": hp.MAX_TIME + 1}, {}, "malformed"),
        ("clock_set_back", {}, {"now": NOW - hp.DEFAULT_MAX_LIFETIME}, "too_far_ahead"),
        ("starts_later", {"not_before": NOW + 6}, {}, "not_yet"),
        ("head_does_not_cover_get", {"methods": ["HEAD"]}, {"method": "GET"}, "method_not_covered"),
        ("get_does_not_cover_put", {}, {"method": "PUT"}, "method_not_covered"),
        ("put_does_not_cover_get", {"methods": ["PUT"]}, {"method": "GET"}, "method_not_covered"),
        ("retired_key", {"key_id": "2026-10", "expires": NOW + 2 * HOUR}, {"now": NOW + HOUR}, "retired"),
        ("one_time_without_ledger", {"nonce": NONCE.hex()}, {"one_time_is_checked": False}, "one_time"),
    ]


def broken_cases():
    """(name, text, the reason): texts that are no pass, or one altered by hand."""
    text = accepted("object", {})["pass"]
    _, tag = hp.parse(text)
    wire = bytes.fromhex(accepted("object", {})["wire"])
    unknown = hp.wire_bytes(hp.Carried(key_id="2026-12", expires=NOW + HOUR), tag)
    return [
        ("empty", "", "malformed"),
        ("cut_short", text[:-2], "malformed"),
        ("trailing_byte", hp.encode(wire + b"\0"), "malformed"),
        ("padding", text + "=", "malformed"),
        ("trailing_bits", text[:-1] + chr(ord(text[-1]) + 1), "malformed"),
        ("standard_alphabet", "+" + text[1:], "malformed"),
        ("other_format", hp.encode(b"\x02" + wire[1:]), "malformed"),
        ("no_methods", hp.encode(wire[:1] + b"\x00" + wire[2:]), "malformed"),
        ("unknown_subject", hp.encode(wire[:1] + b"\x61" + wire[2:]), "malformed"),
        ("unknown_flag", hp.encode(wire[:2] + b"\x40" + wire[3:]), "malformed"),
        ("key_id_is_a_path", hp.encode(wire[:4] + b"../../x" + wire[11:]), "malformed"),
        ("key_id_empty", hp.encode(wire[:3] + b"\0" + wire[11:]), "malformed"),
        ("epoch_zero", hp.encode(wire[:2] + b"\x04" + wire[3:-16] + bytes(4) + tag), "malformed"),
        ("payload_empty", hp.encode(wire[:2] + b"\x20" + wire[3:-16] + bytes(2) + tag), "malformed"),
        ("payload_too_long", hp.encode(wire[:2] + b"\x20" + wire[3:-16] + b"\x04\x01" + bytes(1025) + tag), "malformed"),
        ("unknown_key", hp.encode(unknown), "unknown_key"),
        ("tag_altered", hp.encode(wire[:-1] + bytes([wire[-1] ^ 1])), "bad_tag"),
        ("tag_zero", hp.encode(wire[:-16] + bytes(16)), "bad_tag"),
        ("expiry_altered", hp.encode(wire[:15] + bytes([wire[15] ^ 1]) + wire[16:]), "bad_tag"),
        ("method_added", hp.encode(wire[:1] + b"\x05" + wire[2:]), "bad_tag"),
    ]


def accepted(name, changes):
    """One vector: the specification, each step on the way to the pass, and a request that it opens."""
    spec = {
        "name": name,
        "now": NOW,
        "purpose": "download",
        "audience": "/media/",
        "key_id": "2026-11",
        "methods": ["GET"],
        "scope": {"object": "reports/q1.pdf"},
        "subject": {"kind": "bearer", "value": ""},
        "expires": NOW + HOUR,
        "not_before": None,
        "version": None,
        "overrides": {},
        "object_epoch": 0,
        "subject_epoch": 0,
        "nonce": None,
        "payload": "",
    } | {key: value for key, value in changes.items() if key != "request"}
    kind, value = spec["subject"]["kind"], spec["subject"]["value"]
    (scope,) = spec["scope"].values()
    spec["request"] = {
        "method": spec["methods"][0],
        "key": scope,
        "user": value if kind == "user" else None,
        "session": value if kind == "session" else None,
        "overrides": spec["overrides"],
    } | changes.get("request", {})

    carried = carried_of(spec)
    secret = bytes.fromhex(KEYS[spec["key_id"]]["secret"])
    message = hp.mac_input(carried, spec["purpose"], spec["audience"], scope, value, spec["overrides"])
    tag = hp.compute_tag(secret, spec["purpose"], message)
    return spec | {
        "derived_key": hp.derive_key(secret, spec["purpose"]).hex(),
        "version_digest": carried.version_digest.hex() if carried.version_digest else None,
        "mac_input": message.hex(),
        "tag": tag.hex(),
        "wire": hp.wire_bytes(carried, tag).hex(),
        "pass": hp.mint(secret, spec["purpose"], spec["audience"], carried, scope, value, spec["overrides"]),
    }


def carried_of(spec):
    prefix = spec["scope"].get("prefix")
    return hp.Carried(
        key_id=spec["key_id"],
        methods=sum(hp.METHODS[method] for method in spec["methods"]),
        subject=hp.SUBJECTS[spec["subject"]["kind"]],
        segments=None if prefix is None else prefix.count("/"),
        expires=spec["expires"],
        not_before=spec["not_before"],
        version_digest=None if spec["version"] is None else hp.digest_version(spec["version"]),
        object_epoch=spec["object_epoch"],
        subject_epoch=spec["subject_epoch"],
        nonce=None if spec["nonce"] is None else bytes.fromhex(spec["nonce"]),
        payload=bytes.fromhex(spec["payload"]),
    )


def refused(name, vector, changes, reason):
    """One vector: a pass, the request and verifier it comes to, and why they refuse it."""
    situation = {
        "name": name,
        "now": NOW,
        "purpose": vector["purpose"],
        "audience": vector["audience"],
        "one_time_is_checked": True,
        "pass": vector["pass"],
        "request": dict(vector["request"]),
    }
    for key, value in changes.items():
        (situation if key in situation else situation["request"])[key] = value
    return situation | {"reason": reason}


def build():
    plain = accepted("object", {})
    vectors = {
        "keys": KEYS,
        "skew": hp.DEFAULT_SKEW,
        "max_lifetime": hp.DEFAULT_MAX_LIFETIME,
        "accepted": [accepted(*case) for case in accepted_cases()],
        "refused": [refused(name, accepted(name, spec), by, reason) for name, spec, by, reason in refused_cases()]
        + [refused(name, plain | {"pass": text}, {}, reason) for name, text, reason in broken_cases()],
    }
    verify_all(vectors)
    return json.dumps(vectors, indent=1, ensure_ascii=True) + "\n"


def verify_all(vectors):
    """Verification has to agree with every vector, in this implementation too."""
    for vector in vectors["accepted"]:
        assert verify(vector | {"one_time_is_checked": True}) == carried_of(vector), vector["name"]
    for vector in vectors["refused"]:
        try:
            verify(vector)
        except hp.Refused as refusal:
            assert refusal.reason == vector["reason"], (vector["name"], refusal.reason)
        else:
            raise AssertionError(vector["name"])


def verify(vector):
    ring = {key_id: (bytes.fromhex(key["secret"]), key["retired_at"]) for key_id, key in KEYS.items()}
    return hp.verify(
        ring,
        vector["purpose"],
        vector["audience"],
        vector["pass"],
        hp.Request(**vector["request"]),
        vector["now"],
        one_time_is_checked=vector["one_time_is_checked"],
    )


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    what = arguments.add_mutually_exclusive_group(required=True)
    what.add_argument("--check", metavar="FILE", type=pathlib.Path, help="fail unless FILE is what would be written")
    what.add_argument("--write", metavar="FILE", type=pathlib.Path, help="write the vectors to FILE")
    chosen = arguments.parse_args()
    if chosen.write:
        chosen.write.write_text(build(), encoding="ascii")
    elif chosen.check.read_text(encoding="ascii") != build():
        sys.exit(f"{chosen.check} differs from what this script would write")


if __name__ == "__main__":
    main()
