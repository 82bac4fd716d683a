package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"regexp"
	"sort"
	"strings"
	"time"

	"github.com/hashicorp/memberlist"
)

func newVector(message string, bytes []byte, fields map[string]any) vector {
	return vector{Message: message, Fields: fields, Hex: hex.EncodeToString(bytes)}
}

// gossipVectors has a member hear of others, of suspicions and of failures, and pass them on.
func gossipVectors(random *rand.Rand) ([]vector, error) {
	s, err := newSubject("passes-on", net.IPv4(10, 2, 0, 1).To4(), 7946, nil)
	if err != nil {
		return nil, err
	}
	defer s.Shutdown()
	var all []vector
	var failures error
	keep := func(message string, kind byte, fields map[string]any) {
		found, err := s.next("packet", kind)
		failures = errors.Join(failures, err)
		all = append(all, newVector(message, found.bytes, fields))
	}
	// Its own alive message waits for somebody to be told. Were it in one packet with a message of
	// 64 KiB or more, the length of that part would be taken modulo 65,536.
	s.tell(4, "Vsn", []byte{1, 5, 2, 0, 0, 0}, "Port", uint32(1), "Addr", []byte{10, 3, 3, 3}, "Node", "first", "Incarnation", uint32(1))
	if err := until("two alive messages", func() bool { return len(s.messages("packet")) >= 2 }); err != nil {
		return nil, err
	}
	for i := range 80 {
		name, address, port := someName(random), someAddress(random), someNumber(random)&0xffff|1
		metadata := [][]byte{nil, {}, someBytes(random, random.IntN(513)), someBytes(random, 512), bytes.Repeat([]byte{7}, 65_536)}
		meta := metadata[random.IntN(4)]
		versions := append([]byte{1, 1 + byte(random.IntN(9))}, someBytes(random, 4)...)
		switch i {
		case 2:
			name = ""
		case 3, 4, 5:
			versions = [][]byte{nil, {}, {1, 5}}[i-3]
		case 6, 7, 8:
			address = [][]byte{nil, {}, {1, 2, 3}}[i-6]
		case 9:
			name, meta = strings.Repeat("n", 65_535), metadata[4][:65_535]
		case 10:
			name, meta = strings.Repeat("m", 65_536), metadata[4]
		}
		incarnations := sorted(random)
		s.forget()
		s.tell(4, "Vsn", versions, "Meta", meta, "Port", port, "Addr", address, "Node", name, "Incarnation", incarnations[0])
		keep("alive", 4, map[string]any{"Incarnation": incarnations[0], "Node": hex.EncodeToString([]byte(name)),
			"Addr": hexOrNull(address), "Port": port, "Meta": hexOrNull(meta), "Vsn": hexOrNull(versions)})
		for step, message := range []string{"suspect", "dead"} {
			from, kind := someName(random), byte(3+2*step)
			if step == 1 && i%4 == 3 {
				from = name
			}
			s.tell(kind, "From", from, "Node", name, "Incarnation", incarnations[step+1])
			keep(message, kind, map[string]any{"Incarnation": incarnations[step+1],
				"Node": hex.EncodeToString([]byte(name)), "From": hex.EncodeToString([]byte(from))})
		}
	}
	return all, failures
}

// answerVectors pings a member, and asks it to ping what is not there.
func answerVectors(random *rand.Rand) ([]vector, error) {
	s, err := newSubject("answers", net.IPv4(10, 2, 0, 2).To4(), 7946, nil)
	if err != nil {
		return nil, err
	}
	defer s.Shutdown()
	var all []vector
	var failures error
	for i, sequence := range append(append([]uint32{0}, numbers...), random.Uint32(), random.Uint32()) {
		payload := [][]byte{nil, {}, someBytes(random, lengths[i%len(lengths)])}[i%3]
		if i == 3 {
			payload = bytes.Repeat([]byte{1}, 65_536)
		}
		s.mu.Lock()
		s.ack = payload
		s.mu.Unlock()
		s.forget()
		s.tell(0, "Node", "answers", "SeqNo", sequence)
		found, err := s.next("packet", 2)
		failures = errors.Join(failures, err)
		all = append(all, newVector("ackResp", found.bytes, map[string]any{"SeqNo": sequence, "Payload": hexOrNull(payload)}))

		s.tell(1, "Nack", true, "Node", "nobody", "Port", uint32(99), "Target", []byte{10, 3, 3, 3}, "SeqNo", sequence)
		found, err = s.next("packet", 11)
		failures = errors.Join(failures, err)
		all = append(all, newVector("nackResp", found.bytes, map[string]any{"SeqNo": sequence}))
	}
	return all, failures
}

// pingVectors has members of different names and addresses ping, one of them often.
func pingVectors(random *rand.Rand) ([]vector, error) {
	var all []vector
	to := &net.UDPAddr{IP: net.IPv4(10, 3, 3, 3), Port: 99}
	for i := range 40 {
		name, address, port := someName(random), someAddress(random), int(someNumber(random)&0xffff)
		count := uint32(1 + random.IntN(300))
		switch i {
		case 0:
			count = 65_537
		case 1:
			name = ""
		case 2:
			port = 0
		case 3:
			name, port = "", 0
		}
		s, err := newSubject(name, address, port, func(c *memberlist.Config) { c.ProbeTimeout = time.Nanosecond })
		if err != nil {
			return all, err
		}
		for sequence := uint32(1); sequence <= count; sequence++ {
			node := someName(random)
			if sequence%9 == 0 {
				node = ""
			}
			s.forget()
			s.Ping(node, to)
			if sequence != count && !(i == 0 && (sequence&(sequence-1) == 0 || sequence&(sequence+1) == 0)) {
				continue
			}
			found, err := s.next("packet", 0)
			if err != nil {
				return all, err
			}
			all = append(all, newVector("ping", found.bytes, map[string]any{
				"SeqNo": sequence, "Node": hex.EncodeToString([]byte(node)), "SourceAddr": hexOrNull(address),
				"SourcePort": port, "SourceNode": hex.EncodeToString([]byte(name))}))
		}
		s.Shutdown()
	}
	return all, nil
}

// indirectPingVectors lets a probe of one of two members fail: the other is asked.
func indirectPingVectors(random *rand.Rand) ([]vector, error) {
	var all []vector
	type peer struct {
		name    string
		address net.IP
		port    uint32
		newest  byte
	}
	for i := range 40 {
		name, address, port := someName(random), someAddress(random), int(someNumber(random)&0xffff)
		switch i {
		case 0:
			name = ""
		case 1:
			port = 0
		}
		s, err := newSubject(name, address, port, func(c *memberlist.Config) {
			c.ProbeInterval, c.IndirectChecks = 4*time.Millisecond, 1
		})
		if err != nil {
			return all, err
		}
		var peers []peer
		for j := range 2 {
			p := peer{someName(random) + fmt.Sprint(j), someAddress(random), someNumber(random)&0xffff | 1, byte(2 + 3*((i+j)%2))}
			p.address[len(p.address)-1] = byte(j)
			peers = append(peers, p)
		}
		var found written
		sequence, incarnation := 0, uint32(0)
		err = until("an indirect ping", func() bool {
			// Told again and again, lest one is suspected before the other is known.
			incarnation++
			for _, p := range peers {
				s.tell(4, "Vsn", []byte{1, p.newest, 2, 0, 0, 0}, "Port", p.port, "Addr", p.address, "Node", p.name, "Incarnation", incarnation)
			}
			sequence = 0
			for _, w := range s.messages("packet") {
				switch w.bytes[0] {
				case 0:
					sequence++
				case 1:
					found = w
					return true
				}
			}
			return false
		})
		s.Shutdown()
		if err != nil {
			return all, err
		}
		asked, target := peers[0], peers[1]
		if found.to != net.JoinHostPort(asked.address.String(), fmt.Sprint(asked.port)) {
			asked, target = target, asked
		}
		all = append(all, newVector("indirectPing", found.bytes, map[string]any{
			"SeqNo": sequence, "Target": hexOrNull(target.address), "Port": target.port, "Node": hex.EncodeToString([]byte(target.name)),
			"Nack": asked.newest >= 4, "SourceAddr": hexOrNull(address), "SourcePort": port, "SourceNode": hex.EncodeToString([]byte(name))}))
	}
	return all, nil
}

// pushPullVectors has a member with a table of others joined.
func pushPullVectors(random *rand.Rand) ([]vector, error) {
	var all []vector
	for i, count := range []int{0, 1, 126, 127, 128, 260} {
		anyVersion := func(c *memberlist.Config) { c.DelegateProtocolMax = 255 }
		s, err := newSubject(fmt.Sprintf("table-%d", count), net.IPv4(10, 2, 0, 3).To4(), 7946, anyVersion)
		if err != nil {
			return all, err
		}
		s.state = [][]byte{nil, {}, text(127), text(128), text(32_767), text(32_768)}[i]
		self := map[string]any{"Name": hex.EncodeToString([]byte(s.config.Name)), "Addr": "0a020003", "Port": 7946,
			"Meta": nil, "Incarnation": 1, "State": 0, "Vsn": "01050200ff00"}
		nodes := append(fill(s, random, count), self)
		if err := until("all to be known", func() bool { return s.NumMembers() == count+1 }); err != nil {
			return all, err
		}
		if err := turn(s, random, nodes); err != nil {
			return all, err
		}
		joiner := &subject{}
		joiner.end = s.end.network.endpoint("joins", net.IPv4(10, 2, 0, 4), 7946)
		if err := joiner.create(anyVersion); err != nil {
			return all, err
		}
		s.forget()
		_, err = joiner.Join([]string{s.end.address()})
		joiner.Shutdown()
		if err != nil {
			return all, err
		}
		found, err := s.next("stream-reply", 6)
		if err != nil {
			return all, err
		}
		s.Shutdown()
		sort.Slice(nodes, func(a, b int) bool { return nodes[a]["Name"].(string) < nodes[b]["Name"].(string) })
		all = append(all, newVector("pushPull", found.bytes, map[string]any{"Join": true, "Nodes": nodes, "UserState": hex.EncodeToString(s.state)}))
	}
	return all, nil
}

func fill(s *subject, random *rand.Rand, count int) []map[string]any {
	var nodes []map[string]any
	for j := range count {
		name := someName(random) + fmt.Sprint(j)
		address, port, incarnation := someAddress(random), someNumber(random)&0xffff|1, max(1, someNumber(random))
		meta := [][]byte{nil, {}, someBytes(random, random.IntN(60))}[j%3]
		versions := append([]byte{1, 5, 2, 0, 255}, someBytes(random, 1)...)
		s.tell(4, "Vsn", versions, "Meta", meta, "Port", port, "Addr", address, "Node", name, "Incarnation", incarnation)
		nodes = append(nodes, map[string]any{"Name": hex.EncodeToString([]byte(name)), "Addr": hexOrNull(address), "Port": port,
			"Meta": hexOrNull(meta), "Incarnation": incarnation, "State": 0, "Vsn": hexOrNull(versions)})
	}
	return nodes
}

// turn makes some of the members suspected, failed or gone. The last node is the member itself.
func turn(s *subject, random *rand.Rand, nodes []map[string]any) error {
	gone := 0
	for j, node := range nodes[:len(nodes)-1] {
		name, _ := hex.DecodeString(node["Name"].(string))
		state := j % 4
		switch state {
		case 1:
			s.tell(3, "From", "somebody", "Node", name, "Incarnation", node["Incarnation"])
		case 2:
			s.tell(5, "From", "somebody", "Node", name, "Incarnation", node["Incarnation"])
		case 3:
			s.tell(5, "From", name, "Node", name, "Incarnation", node["Incarnation"])
		}
		if state >= 2 {
			gone++
		}
		node["State"] = state
	}
	// A suspicion does not show in the number of members; the messages are taken newest first.
	time.Sleep(50 * time.Millisecond)
	return until("the states", func() bool { return s.NumMembers() == len(nodes)-gone })
}

// userVectors sends user messages of lengths around every change of form.
func userVectors(*rand.Rand) ([]vector, error) {
	s, err := newSubject("sends", net.IPv4(10, 2, 0, 5).To4(), 7946, nil)
	if err != nil {
		return nil, err
	}
	defer s.Shutdown()
	s.end.network.endpoint("hears", net.IPv4(10, 2, 0, 6), 7946)
	to := &memberlist.Node{Name: "hears", Addr: net.IPv4(10, 2, 0, 6), Port: 7946}
	var all []vector
	for _, length := range []int{0, 1, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536, 100_000} {
		payload := bytes.Repeat([]byte{'u'}, length)
		s.forget()
		if err := errors.Join(s.SendBestEffort(to, payload), s.SendReliable(to, payload)); err != nil {
			return all, err
		}
		for _, w := range append(s.messages("packet"), s.messages("stream-request")...) {
			message := map[string]string{"packet": "user", "stream-request": "userStream"}[w.channel]
			all = append(all, newVector(message, w.bytes, map[string]any{"UserMsgLen": length, "Fill": 'u'}))
		}
	}
	return all, nil
}

// compressVectors sends user messages of many kinds compressed, by stream, where each is.
func compressVectors(random *rand.Rand) ([]vector, error) {
	s, err := newSubject("compresses", net.IPv4(10, 2, 0, 7).To4(), 7946, func(c *memberlist.Config) { c.EnableCompression = true })
	if err != nil {
		return nil, err
	}
	defer s.Shutdown()
	s.end.network.endpoint("hears", net.IPv4(10, 2, 0, 6), 7946)
	to := &memberlist.Node{Name: "hears", Addr: net.IPv4(10, 2, 0, 6), Port: 7946}
	few := someBytes(random, 30_000)
	for i := range few {
		few[i] &= 3
	}
	payloads := [][]byte{{}, {0}, text(100), text(1000), text(60_000), few, someBytes(random, 12_000), bytes.Repeat([]byte{0}, 100_000)}
	// Lengths at which the writer's table fills up, its code grows wider, or both.
	for length := 250; length <= 262; length++ {
		payloads = append(payloads, someBytes(random, length))
	}
	distinct := someBytes(random, 4000)
	for _, length := range []int{510, 511, 512, 765, 766, 767, 768, 1790, 1791, 1792, 3836, 3837, 3838, 3839, 3840} {
		payloads = append(payloads, distinct[:length])
	}
	var all []vector
	for _, payload := range payloads {
		s.forget()
		if err := s.SendReliable(to, payload); err != nil {
			return all, err
		}
		found, err := s.next("stream-request", 9)
		if err != nil {
			return all, err
		}
		all = append(all, newVector("compress", found.bytes, map[string]any{"Algo": 0, "Payload": hex.EncodeToString(payload)}))
	}
	return all, nil
}

// errVectors joins a member that has a key, without one and with another.
func errVectors(*rand.Rand) ([]vector, error) {
	var all []vector
	for _, keys := range [][2][]byte{{text(16), nil}, {nil, text(16)}} {
		s, err := newSubject("refuses", net.IPv4(10, 2, 0, 8).To4(), 7946, func(c *memberlist.Config) {
			c.SecretKey, c.GossipVerifyOutgoing = keys[0], false
		})
		if err != nil {
			return all, err
		}
		joiner := &subject{}
		joiner.end = s.end.network.endpoint("joins", net.IPv4(10, 2, 0, 4), 7946)
		if err := joiner.create(func(c *memberlist.Config) {
			c.SecretKey, c.GossipVerifyIncoming = keys[1], false
		}); err != nil {
			return all, err
		}
		_, refused := joiner.Join([]string{s.end.address()})
		found, err := s.next("stream-reply", 13)
		joiner.Shutdown()
		s.Shutdown()
		if err != nil {
			return all, err
		}
		told := regexp.MustCompile(`remote error: (.*)`).FindStringSubmatch(fmt.Sprint(refused))
		if told == nil {
			return all, fmt.Errorf("not told why: %w", refused)
		}
		all = append(all, newVector("err", found.bytes, map[string]any{"Error": hex.EncodeToString([]byte(told[1]))}))
	}
	return all, nil
}
