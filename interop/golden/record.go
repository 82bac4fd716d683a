package main

import (
	"bufio"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sync"
)

// record is one line of the output.
type record struct {
	Version string `json:"version"`
	Setting string `json:"setting"`
	Channel string `json:"channel"`
	Key     string `json:"key,omitempty"`   // base64
	Label   string `json:"label,omitempty"` // text
	Hex     string `json:"hex"`
}

// recorder keeps what a scenario's members wrote, a few of each shape, and knows what it has seen.
type recorder struct {
	mu        sync.Mutex
	setting   string
	perShape  int
	records   []record
	lengths   map[string][]int
	kinds     map[string]int
	firstFail error
}

func newRecorder(setting string, perShape int) *recorder {
	return &recorder{setting: setting, perShape: perShape, lengths: map[string][]int{}, kinds: map[string]int{}}
}

func (r *recorder) hear(from *endpoint, channel, _ string, bytes []byte) {
	if from.silent {
		return
	}
	label, keys := from.security()
	found, key, err := firstShape(channel, bytes, label, keys)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		if r.firstFail == nil {
			r.firstFail = fmt.Errorf("%s: %s of %s: %w: %x", r.setting, channel, from.name, err, bytes)
		}
		return
	}
	for _, kind := range append(slices.Clone(found.layers), found.messages...) {
		r.kinds[kind]++
		r.kinds[channel+" "+kind]++
	}
	name := channel + " " + found.String()
	lengths := r.lengths[name]
	if len(lengths) >= r.perShape || slices.Contains(lengths, found.length) {
		return
	}
	r.lengths[name] = append(lengths, found.length)
	line := record{Version: version, Setting: r.setting, Channel: channel, Label: label, Hex: hex.EncodeToString(bytes)}
	if key != nil {
		line.Key = base64.StdEncoding.EncodeToString(key)
	}
	r.records = append(r.records, line)
}

// missing lists which of the wanted kinds did not occur yet.
func (r *recorder) missing(wanted []string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var missing []string
	for _, kind := range wanted {
		if r.kinds[kind] == 0 {
			missing = append(missing, kind)
		}
	}
	return missing
}

func (r *recorder) counts(kinds []string) []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	counts := make([]int, len(kinds))
	for i, kind := range kinds {
		counts[i] = r.kinds[kind]
	}
	return counts
}

// writeLines writes one JSON object a line, compressed, with nothing in the header that differs from
// run to run.
func writeLines[T any](path string, lines []T) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	packed, err := gzip.NewWriterLevel(file, gzip.BestCompression)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(packed)
	encoder := json.NewEncoder(buffered)
	encoder.SetEscapeHTML(false)
	for _, line := range lines {
		if err := encoder.Encode(line); err != nil {
			return err
		}
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	return packed.Close()
}
