#!/usr/bin/env bash
# Measures the Go parser github.com/flash520/hj212; docs/bench_hj212_peer.md says how it is fetched.
#
#   bench/hj212_peer/run_go.sh <folder of the peer> [core]
#
# The peer's sources are copied to build/hj212_peer and built there; nothing of it is kept in this tree.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,6p' "$0" >&2; exit 64; }
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
core=${2:-0}
work=$root/build/hj212_peer/go
mkdir -p "$work"
cp -r "$1"/consts "$1"/errors "$1"/protocol "$work/"
mkdir -p "$work/driver"
cp "$here/hj212_peer.go" "$work/driver/main.go"
cd "$work"
[ -f go.mod ] || { printf 'module github.com/flash520/hj212\n\ngo 1.21\n' >go.mod; go get github.com/sirupsen/logrus@v1.9.3; }
go build -o hj212_peer ./driver
GOMAXPROCS=1 taskset -c "$core" ./hj212_peer "$root/tests/reference/hj212/bench_messages.jsonl"
