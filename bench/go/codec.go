package main

import (
	"bytes"
	"testing"

	"github.com/hashicorp/go-msgpack/v2/codec"
)

// codecs measures what memberlist's own way of encoding and decoding costs: a new handle, encoder and
// buffer for each message, as its encode and decode functions do. Nanoseconds per message.
func codecs(request) (any, error) {
	ping := &pingMessage{
		SeqNo: 70_000, Node: "node-0123", SourceAddr: []byte{10, 1, 0, 9}, SourcePort: 7946, SourceNode: "node-0456",
	}
	messages := map[string]struct {
		kind  byte
		value any
		fresh func() any
	}{
		"ping": {pingType, ping, func() any { return &pingMessage{} }},
		"ack":  {ackType, &ackMessage{SeqNo: 70_000}, func() any { return &ackMessage{} }},
		"alive": {aliveType, &aliveMessage{
			Incarnation: 70_000, Node: "node-0123", Addr: []byte{10, 1, 0, 9}, Port: 7946,
			Meta: make([]byte, 20), Vsn: []byte{1, 5, 2, 2, 5, 4},
		}, func() any { return &aliveMessage{} }},
		"suspect": {3, &suspectMessage{Incarnation: 70_000, Node: "node-0123", From: "node-0456"},
			func() any { return &suspectMessage{} }},
	}
	results := map[string]any{}
	for name, message := range messages {
		sample := encode(message.kind, message.value)
		encoding := testing.Benchmark(func(b *testing.B) {
			for b.Loop() {
				encode(message.kind, message.value)
			}
		})
		decoding := testing.Benchmark(func(b *testing.B) {
			for b.Loop() {
				decoder := codec.NewDecoder(bytes.NewReader(sample[1:]), &codec.MsgpackHandle{})
				if err := decoder.Decode(message.fresh()); err != nil {
					b.Fatal(err)
				}
			}
		})
		results[name] = map[string]any{
			"encodeNs": float64(encoding.T.Nanoseconds()) / float64(encoding.N),
			"decodeNs": float64(decoding.T.Nanoseconds()) / float64(decoding.N),
			"bytes":    len(sample),
		}
	}
	return results, nil
}
