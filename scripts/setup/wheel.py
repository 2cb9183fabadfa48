"""Fetches one wheel from the configured Python package index, and unpacks a part of it.

    wheel.py fetch PROJECT FILE SHA256 PARTIAL    continues PARTIAL where an interrupted download left it
    wheel.py unpack WHEEL FOLDER FROM=TO ...      files whose path begins with FROM, to FOLDER/TO...

Progress is printed as `progress DONE TOTAL` lines. Standard library only; the index is the one pip would use.
What this cannot reach (an index that wants a login, a folder of wheels) is left to `pip download`.
"""

import html
import os
import re
import shutil
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile

CHUNK = 1 << 16
TIMEOUT_SECONDS = 20
ATTEMPTS = 4


def report(done, total):
    try:
        print("progress", done, total, flush=True)
    except BrokenPipeError:
        os._exit(1)  # the set-up was killed; its successor continues the partial file, so leave it alone


def pip_setting(name):
    command = [sys.executable, "-m", "pip", "config", "get", "global." + name]
    outcome = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True)
    return outcome.stdout.strip()


def index_url():
    chosen = os.environ.get("AFTERWORD_PIP_INDEX") or os.environ.get("PIP_INDEX_URL") or pip_setting("index-url")
    if chosen:
        return chosen
    from pip._internal.models.index import PyPI  # pip knows its own default

    return PyPI.simple_url


def open_url(url, first_byte=0):
    certificates = os.environ.get("PIP_CERT") or os.environ.get("REQUESTS_CA_BUNDLE") or pip_setting("cert") or None
    request = urllib.request.Request(url, headers={"Range": "bytes=%d-" % first_byte} if first_byte else {})
    context = ssl.create_default_context(cafile=certificates)
    return urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS, context=context)


def find(project, file, sha256):
    """The address of the file on the index's page of the project (PEP 503)."""
    with open_url(index_url().rstrip("/") + "/" + project + "/") as page:
        base = page.geturl()
        for reference in re.findall(r'href="([^"]+)"', page.read().decode("utf-8")):
            address, _, fragment = html.unescape(reference).partition("#")
            if urllib.parse.unquote(address).rsplit("/", 1)[-1] != file:
                continue
            if fragment.startswith("sha256=") and fragment != "sha256=" + sha256:
                raise SystemExit("the index offers another %s than the one this version was tested with" % file)
            return urllib.parse.urljoin(base, address)
    raise SystemExit("the index has no " + file)


def continue_download(url, partial):
    done = os.path.getsize(partial) if os.path.exists(partial) else 0
    with open_url(url, done) as response:
        if done and response.status != 206:
            done = 0
        length = response.headers.get("Content-Length")
        total = done + int(length) if length else 0
        last = 0.0
        with open(partial, "ab" if done else "wb") as sink:
            while True:
                chunk = response.read(CHUNK)
                if not chunk:
                    break
                sink.write(chunk)
                done += len(chunk)
                if time.time() - last > 0.5:
                    last = time.time()
                    report(done, total)
    if total and done < total:
        raise OSError("the connection ended at byte %d of %d" % (done, total))


def fetch(project, file, sha256, partial):
    url = find(project, file, sha256)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return continue_download(url, partial)
        except urllib.error.HTTPError as error:
            if error.code == 416:  # the partial is as long as the file already
                return None
            raise SystemExit("the download was refused: %s" % error)
        except OSError as error:
            if attempt == ATTEMPTS:
                raise SystemExit("the download broke off %d times: %s" % (ATTEMPTS, error))
            time.sleep(attempt)
    return None


def unpack(wheel, folder, *rules):
    """A rule FROM=TO takes every file whose path begins with FROM, which TO replaces."""
    pairs = [rule.split("=", 1) for rule in rules]
    with zipfile.ZipFile(wheel) as archive:
        wanted = []
        for entry in archive.infolist():
            for begin, replacement in pairs:
                if entry.filename.startswith(begin) and not entry.is_dir():
                    wanted.append((entry, replacement + entry.filename[len(begin) :]))
        total = sum(entry.file_size for entry, _ in wanted)
        done = 0
        last = 0.0
        for entry, name in wanted:
            target = os.path.join(folder, *name.split("/"))
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with archive.open(entry) as source, open(target, "wb") as sink:
                shutil.copyfileobj(source, sink, CHUNK)
            if entry.external_attr >> 16 & 0o111:
                os.chmod(target, 0o755)
            done += entry.file_size
            if time.time() - last > 0.5:
                last = time.time()
                report(done, total)


if __name__ == "__main__":
    try:
        {"fetch": fetch, "unpack": unpack}[sys.argv[1]](*sys.argv[2:])
    except OSError as error:
        raise SystemExit("%s: %s" % (type(error).__name__, error))
    except ImportError as error:
        raise SystemExit("python3 has no pip: %s" % error)
