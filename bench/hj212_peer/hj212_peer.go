// Measures the Go parser github.com/flash520/hj212 on the frames of tests/reference/hj212/bench_messages.jsonl, one
// thread. run_go.sh builds it beside the peer's sources. One JSON line: median, slowest and fastest of nine runs.
//
// The peer has no function that takes a frame apart whole: its length is read and its checksum verified here with the
// peer's own routine, then Message.Decode does the rest, as the peer's server does.
package main

import (
	"bufio"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/flash520/hj212/protocol"
)

const framesPerRun = 20000

func parse(frame []byte) int {
	length, err := strconv.Atoi(string(frame[2:6]))
	if err != nil {
		panic(err)
	}
	segment := string(frame[6 : 6+length])
	given, err := strconv.ParseUint(string(frame[6+length:10+length]), 16, 16)
	if err != nil || uint16(given) != protocol.CRCCheckout(segment) {
		return 0
	}
	var message protocol.Message
	if err := message.Decode(frame); err != nil {
		panic(err)
	}
	return len(message.Body.(*protocol.MonitorAtmospheric).Body)
}

func main() {
	protocol.RegisterEntity(31, new(protocol.MonitorAtmospheric))
	file, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	var frames [][]byte
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := lines.Text()[strings.Index(lines.Text(), "##"):]
		frames = append(frames, []byte(line[:strings.Index(line, `\r\n`)]+"\r\n"))
	}
	if parse(frames[0]) < 10 || parse([]byte(strings.Replace(string(frames[0]), "33.47", "33.48", 1))) != 0 {
		panic("the peer does not parse, or does not verify the checksum")
	}
	bytes := 0
	for i := 0; i < framesPerRun; i++ {
		bytes += len(frames[i%len(frames)])
	}
	var perSecond []float64
	for k := -3; k < 9; k++ {
		begin := time.Now()
		for i := 0; i < framesPerRun; i++ {
			parse(frames[i%len(frames)])
		}
		if k >= 0 {
			perSecond = append(perSecond, 1/time.Since(begin).Seconds())
		}
	}
	sort.Float64s(perSecond)
	b := float64(bytes)
	fmt.Printf("{\"what\": \"flash520/hj212 Message.Decode\", \"median\": %.4g, \"slowest\": %.4g, \"fastest\": %.4g, "+
		"\"unit\": \"bytes/s\", \"messages/s\": %.0f}\n", b*perSecond[4], b*perSecond[0], b*perSecond[8],
		framesPerRun*perSecond[4])
}
