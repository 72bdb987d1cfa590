"""`s3.py LINE ORIGIN`: django-storages does one thing with the bucket `media` and hands in how fast it was.

It measures what `bench-s3` measures (see s3/src/main.rs), with the storage's defaults and sixteen threads for small
objects. The figure goes to the standard output; then the process waits, so that its memory can be looked at.
"""

import io
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import django
from django.conf import settings
from django.core.files.base import ContentFile, File

LARGE = 256 << 20
LARGE_NAME = "large.bin"
SMALL = 16 << 10
SMALL_COUNT = 1_000
LISTED = "list"
LISTED_COUNT = 10_000
CHUNK = 64 << 10
AT_ONCE = 16


class Source(io.RawIOBase):
    """A file of so many bytes that is nowhere; it can be wound back, as the storage does, and has no known length."""

    def __init__(self, length):
        super().__init__()
        self.block = os.urandom(CHUNK)
        self.length = length
        self.place = 0

    def read(self, size=-1):
        wanted = self.length - self.place if size is None or size < 0 else min(size, self.length - self.place)
        self.place += wanted
        whole, rest = divmod(wanted, CHUNK)
        return self.block[:rest] if whole == 0 else b"".join([self.block] * whole + [self.block[:rest]])

    def readable(self):
        return True

    def seekable(self):
        return True

    def tell(self):
        return self.place

    def seek(self, offset, whence=os.SEEK_SET):
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self.place, os.SEEK_END: self.length}[whence]
        self.place = start + offset
        return self.place


def connect(origin):
    settings.configure(USE_TZ=True)
    django.setup()
    from storages.backends.s3 import S3Storage

    return S3Storage(
        access_key="test", secret_key="test", bucket_name="media", region_name="us-east-1", endpoint_url=origin
    )


def timed(work):
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def put_large(storage):
    name = f"put/{os.getpid()}-{time.time_ns()}.bin"
    took = timed(lambda: storage.save(name, File(Source(LARGE), name=name)))
    storage.delete(name)
    return (LARGE >> 20) / took


def get_large(storage):
    def read():
        with storage.open(LARGE_NAME) as file:
            count = sum(len(chunk) for chunk in file.chunks())
        assert count == LARGE, count

    return (LARGE >> 20) / timed(read)


def put_small(storage):
    place, body = f"put/{os.getpid()}-{time.time_ns()}", os.urandom(SMALL)
    names = [f"{place}/{number:06}.bin" for number in range(SMALL_COUNT)]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        took = timed(lambda: list(threads.map(lambda name: storage.save(name, ContentFile(body)), names)))
        list(threads.map(storage.delete, names))
    return SMALL_COUNT / took


def list_all(storage):
    def walk():
        _, files = storage.listdir(LISTED)
        assert len(files) == LISTED_COUNT, len(files)

    return LISTED_COUNT / timed(walk)


def warm_up(storage):
    names = [f"put/{os.getpid()}-{time.time_ns()}-{number}.bin" for number in range(2 * AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda name: storage.save(name, ContentFile(b"warm")), names))
        list(threads.map(storage.delete, names))


def main():
    line, origin = sys.argv[1:]
    storage = connect(origin)
    warm_up(storage)
    lines = {"put-large": put_large, "get-large": get_large, "put-small": put_small, "list": list_all}
    print(json.dumps({"figure": lines[line](storage)}), flush=True)
    sys.stdin.read()


main()
