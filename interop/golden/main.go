// Command golden runs the real memberlist in memory and writes down what its members put on the wire.
//
//	go run [-modfile=versions/<release>.mod] ./golden captures|codecs <directory>
//
// "captures" is everything that clusters write under many settings; it fails when a kind of message
// did not occur under one of them. "codecs" is single messages of known values.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
)

// version is the release of memberlist that this program was built with.
var version = func() string {
	info, ok := debug.ReadBuildInfo()
	if ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/hashicorp/memberlist" {
				return module.Version
			}
		}
	}
	return "unknown"
}()

func main() {
	tables := map[string]func(string) error{"captures": captures, "codecs": messages}
	if len(os.Args) != 3 || tables[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: golden captures|codecs <directory>")
		os.Exit(2)
	}
	if err := tables[os.Args[1]](os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func captures(directory string) error {
	all := scenarios()
	results := make([]*recorder, len(all))
	failures := make([]error, len(all))
	var waiting sync.WaitGroup
	running := make(chan struct{}, 8)
	for i, s := range all {
		waiting.Go(func() {
			running <- struct{}{}
			results[i], failures[i] = s()
			<-running
		})
	}
	waiting.Wait()
	var lines []record
	for i, heard := range results {
		if failures[i] != nil {
			return failures[i]
		}
		lines = append(lines, heard.records...)
	}
	fmt.Fprintf(os.Stderr, "%s: %d settings, %d packets and streams\n", version, len(all), len(lines))
	return writeLines(filepath.Join(directory, version+".ndjson.gz"), lines)
}

func messages(directory string) error {
	vectors, err := codecs()
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%s: %d messages of known values\n", version, len(vectors))
	return writeLines(filepath.Join(directory, "codecs-"+version+".ndjson.gz"), vectors)
}
