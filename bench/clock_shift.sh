#!/bin/sh
# How often the rule `clock-off` finds a shift that was planted, and one that was not: docs/quality.md, Clocks.
# usage: bench/clock_shift.sh PRSA.csv [BUILD]   the Beijing Multi-Site data (UCI 501) with a column `station`, unpacked
set -e
data=$1
celadon=${2:-build/release}/celadon
[ -r "$data" ] || { echo "usage: bench/clock_shift.sh PRSA.csv [BUILD]" >&2; exit 64; }
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
stations=$(tail -n +2 "$data" | cut -d, -f18 | sort -u)
for s in $stations; do
  awk -F, -v s="$s" -v OFS=, 'NR == 1 { print "time,O3"; next } $18 == s { printf "%d-%02d-%02d %02d:00,%s\n", $2, $3, $4, $5, $11 == "NA" ? "" : $11 }' \
    "$data" > "$work/$s.csv"
done
set -- $stations
count=$#
for shift_h in 0 1 2 3 6 -1 -3; do
  i=0
  for s in $stations; do
    i=$((i + 1))
    near=
    for k in 1 2 3 4; do near="$near --neighbour $work/$(eval echo \${$(((i - 1 + k) % count + 1))}).csv"; done
    awk -F, -v h="$shift_h" 'NR == 1 { print; next } { time[NR] = $1; value[NR] = $2 } END { for (k = 2; k <= NR; ++k) print time[k] "," value[k - h] }' \
      "$work/$s.csv" > "$work/shifted.csv"
    "$celadon" quality assess --format wide --style json --out "$work/out.json" $near "$work/shifted.csv" > /dev/null 2>&1
    grep -v null "$work/out.json" | grep -o '"value":\|off by [-0-9]* steps' || true
  done | awk -v h="$shift_h" '/value/ { ++all } /off by/ { ++told; if ($3 == h) ++right }
    END { printf "shift %+d h: %d values, told %.2f %%, with the right hours %.2f %%\n", h, all, 100 * told / all, 100 * right / all }'
done
