#!/usr/bin/env bash
# Measures a public Java parser of HJ 212 beside ours; docs/bench_hj212_peer.md says which and how it is fetched.
#
#   bench/hj212_peer/run.sh <folder of the peer> <class of its mapper> <method> [core]
#
# The peer's sources are compiled into build/hj212_peer; its libraries come through Maven. Nothing of it is kept in this
# tree. Both are pinned to one core.
set -euo pipefail
[ $# -ge 3 ] || { sed -n '2,8p' "$0" >&2; exit 64; }
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
peer=$(cd "$1" && pwd) class=$2 method=$3 core=${4:-0}
work=$root/build/hj212_peer/$(basename "$peer")
mkdir -p "$work/classes"

if [ ! -f "$work/classpath" ]; then
  cat >"$work/pom.xml" <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>bench</groupId><artifactId>hj212-peer</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.fasterxml.jackson.core</groupId><artifactId>jackson-databind</artifactId><version>2.14.2</version></dependency>
    <dependency><groupId>javax.json.bind</groupId><artifactId>javax.json.bind-api</artifactId><version>1.0</version></dependency>
    <dependency><groupId>javax.validation</groupId><artifactId>validation-api</artifactId><version>2.0.1.Final</version></dependency>
    <dependency><groupId>org.hibernate.validator</groupId><artifactId>hibernate-validator</artifactId><version>6.2.5.Final</version></dependency>
    <dependency><groupId>org.glassfish</groupId><artifactId>javax.el</artifactId><version>3.0.0</version></dependency>
    <dependency><groupId>io.swagger</groupId><artifactId>swagger-annotations</artifactId><version>1.5.10</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.6</version></dependency>
  </dependencies>
</project>
POM
  mvn -q -f "$work/pom.xml" dependency:build-classpath -Dmdep.outputFile="$work/classpath.new"
  mv "$work/classpath.new" "$work/classpath"
fi
classpath=$(cat "$work/classpath")
find "$peer" -path '*/src/main/java/*.java' -not -path '*/example/*' -not -path '*/translator/*' >"$work/sources"
javac -nowarn -encoding UTF-8 -cp "$classpath" -d "$work/classes" @"$work/sources" "$here/Hj212Peer.java" 2>"$work/javac.log" ||
  { cat "$work/javac.log" >&2; exit 1; }

messages=$root/tests/reference/hj212/bench_messages.jsonl
taskset -c "$core" java --add-opens java.base/java.io=ALL-UNNAMED -XX:+UseSerialGC -Xmx1g -cp "$work/classes:$classpath" Hj212Peer "$class" "$method" "$messages"
cmake --build --preset release --target bench_kernels >/dev/null
taskset -c "$core" "$root/build/release/bench_kernels" hj212
