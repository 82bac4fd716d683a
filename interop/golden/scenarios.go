package main

import (
	"strings"

	"hearsay/interop/internal/settings"
)

type values = map[string]any

// scenarios lists every setting that this release knows.
func scenarios() []func() (*recorder, error) {
	var all []func() (*recorder, error)
	add := func(perShape int, s setting) {
		if _, labelled := s.values["Label"]; labelled && !settings.Has("Label") {
			return
		}
		all = append(all, func() (*recorder, error) { return walk(s, perShape) })
	}
	compress := []string{"compress", "stream-request compress", "stream-reply compress"}
	encrypt := []string{"encrypt1"}
	add(3, setting{name: "plain", payload: -1})
	add(3, setting{name: "plain, metadata and state nil", meta: -1, state: -1, payload: -1})
	for protocol, name := range []string{1: "protocol 1", 3: "protocol 3", 4: "protocol 4", 5: "protocol 5"} {
		if name != "" {
			add(1, setting{name: name, values: values{"ProtocolVersion": protocol}, payload: 0, addresses: "4"})
		}
	}
	add(2, setting{name: "ack payload of 40 bytes, delegate versions 2 to 9", payload: 40, delegateVersions: [3]uint8{2, 9, 4}})
	add(3, setting{name: "compression", values: values{"EnableCompression": true}, meta: 40, state: 300, wanted: compress})
	add(2, setting{name: "label", values: values{"Label": "blue"}, wanted: []string{"label"}})
	for _, size := range []int{16, 24, 32} {
		name := map[int]string{16: "key of 16 bytes", 24: "key of 24 bytes", 32: "key of 32 bytes"}[size]
		key := text(size)
		add(2, setting{name: name, key: key, wanted: encrypt})
		add(1, setting{name: name + ", protocol 1", key: key, values: values{"ProtocolVersion": 1}, wanted: []string{"encrypt0"}})
	}
	add(2, setting{name: "key of 32 bytes, label, compression", key: text(32), meta: 60, state: 500,
		values: values{"Label": "blue", "EnableCompression": true}, wanted: append(compress, "encrypt1", "label")})
	add(1, setting{name: "key of 16 bytes, label, protocol 1, compression", key: text(16), meta: 60,
		values: values{"Label": "green", "ProtocolVersion": 1, "EnableCompression": true}, wanted: append(compress, "encrypt0", "label")})
	add(1, setting{name: "key of 24 bytes, nothing sent encrypted", key: text(24), unencrypted: true,
		values: values{"GossipVerifyOutgoing": false, "GossipVerifyIncoming": false}})
	add(1, setting{name: "key of 16 bytes, replaced by one of 32 bytes", key: text(16), nextKey: text(32), wanted: encrypt})
	add(2, setting{name: "IPv6", addresses: "6"})
	add(1, setting{name: "IPv6, key of 24 bytes, label of 255 bytes, compression", addresses: "6", key: text(24), meta: 100,
		values: values{"Label": strings.Repeat("label", 51), "EnableCompression": true}, wanted: append(compress, "encrypt1", "label")})
	add(2, setting{name: "IPv4 in its 16-byte form", addresses: "mapped"})
	add(2, setting{name: "metadata of 512 bytes", meta: 512})
	add(1, setting{name: "metadata of 512 bytes, compression", meta: 512, values: values{"EnableCompression": true}, wanted: compress})
	add(1, setting{name: "user state of 70,000 bytes", state: 70_000})
	add(1, setting{name: "user state of 70,000 bytes, compression", state: 70_000, values: values{"EnableCompression": true}, wanted: compress})
	add(1, setting{name: "user state of 70,000 bytes, key of 32 bytes, label, compression", state: 70_000, key: text(32),
		values: values{"Label": "blue", "EnableCompression": true}, wanted: append(compress, "encrypt1", "label")})
	add(2, setting{name: "names that are not UTF-8 and of 31, 32 and 300 bytes", names: []string{
		"\xff\xfe", strings.Repeat("n", 31), "\u540d\u524d-" + strings.Repeat("n", 25), strings.Repeat("n", 300)}})
	add(2, setting{name: "members named by their address", names: []string{"10.9.0.1", "10.9.0.2", "10.9.0.3", "10.9.0.4"}, wanted: []string{"packet ack"}})
	return all
}
