// Command bench is the Go side of the benchmarks: it hosts members of the real memberlist, and it is
// the client that pings and exchanges state with a member of either implementation.
//
// A JSON object a line on stdin asks, one a line on stdout answers: {"result"} or {"error"}. Requests
// are worked on one after the other, so that nothing else runs while something is measured.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
)

// request is a line of stdin. What an operation does not use is left out.
type request struct {
	Op string `json:"op"`
	// start
	Members        int    `json:"members"`
	Quiet          bool   `json:"quiet"`
	Compression    bool   `json:"compression"`
	Key            []byte `json:"key"`
	RetransmitMult int    `json:"retransmitMultiplier"`
	Log            bool   `json:"log"`
	// ping
	// ping
	Target   string  `json:"target"`
	Node     string  `json:"node"`
	Seconds  float64 `json:"seconds"`
	Count    int     `json:"count"`
	InFlight int     `json:"inFlight"`
	// exchange
	State  string `json:"state"`
	Prefix string `json:"prefix"`
	Join   bool   `json:"join"`
	Verify bool   `json:"verify"`
	Digest []byte `json:"digest"`
}

type operation func(request) (any, error)

func main() {
	members := &host{}
	clients := &client{states: map[string][]byte{}}
	operations := map[string]operation{
		"start":    members.start,
		"join":     members.join,
		"counts":   members.counts,
		"verdicts": members.verdicts,
		"cpu":      cpu,
		"memory":   memory,
		"ping":     clients.ping,
		"prepare":  clients.prepare,
		"exchange": clients.exchange,
		"codec":    codecs,
	}
	answers := json.NewEncoder(os.Stdout)
	answers.Encode(map[string]any{"result": map[string]any{
		"memberlist": version(), "go": runtime.Version(), "gomaxprocs": runtime.GOMAXPROCS(0),
	}})
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			answers.Encode(map[string]any{"error": err.Error()})
			continue
		}
		result, err := perform(operations, asked)
		if err != nil {
			answers.Encode(map[string]any{"error": fmt.Sprintf("%s: %v", asked.Op, err)})
			continue
		}
		answers.Encode(map[string]any{"result": result})
	}
}

func perform(operations map[string]operation, asked request) (any, error) {
	run, known := operations[asked.Op]
	if !known {
		return nil, fmt.Errorf("no such operation")
	}
	return run(asked)
}

// cpu is what this process has used, user and system, in microseconds.
func cpu(request) (any, error) {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return nil, err
	}
	microseconds := func(t syscall.Timeval) int64 { return int64(t.Sec)*1_000_000 + int64(t.Usec) }
	return map[string]any{"userUs": microseconds(used.Utime), "systemUs": microseconds(used.Stime)}, nil
}

// memory is what this process holds after everything that can be freed was freed, in bytes.
func memory(request) (any, error) {
	runtime.GC()
	debug.FreeOSMemory()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	var size, resident int64
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return nil, err
	}
	if _, err := fmt.Sscan(string(statm), &size, &resident); err != nil {
		return nil, err
	}
	return map[string]any{"rss": resident * int64(os.Getpagesize()), "heap": stats.HeapAlloc}, nil
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/hashicorp/memberlist" {
				return module.Version
			}
		}
	}
	return "unknown"
}
