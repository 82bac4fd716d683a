package main

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
)

// vector is one message as the real module wrote it, with the values that it was made to write.
// Texts and bytes are hex; null is nil.
type vector struct {
	Message string         `json:"message"`
	Fields  map[string]any `json:"fields"`
	Hex     string         `json:"hex"`
}

// subject is a real member that keeps quiet by itself: what it writes is what it was made to.
type subject struct {
	*memberlist.Memberlist
	end    *endpoint
	config *memberlist.Config
	state  []byte
	mu     sync.Mutex
	wrote  []written
	given  map[string]bool // messages that next has given
	ack    []byte
}

type written struct {
	channel, to string
	bytes       []byte
}

func newSubject(name string, ip net.IP, port int, change func(*memberlist.Config)) (*subject, error) {
	s := &subject{}
	s.end = newNetwork(s.hear).endpoint(name, ip, port)
	return s, s.create(change)
}

func (s *subject) create(change func(*memberlist.Config)) error {
	s.given = map[string]bool{}
	config := memberlist.DefaultLANConfig()
	config.Name, config.Transport, config.LogOutput = s.end.name, s.end, io.Discard
	config.BindPort = s.end.port
	config.ProbeInterval, config.ProbeTimeout = time.Hour, time.Millisecond
	config.PushPullInterval, config.GossipToTheDeadTime = 0, time.Hour
	config.GossipInterval, config.RetransmitMult = time.Millisecond, 1
	config.EnableCompression = false
	config.DisableTcpPings = true
	config.UDPBufferSize = 1 << 20
	config.Delegate, config.Ping = s, s
	if change != nil {
		change(config)
	}
	s.config = config
	list, err := memberlist.Create(config)
	s.Memberlist = list
	return err
}

func (s *subject) hear(_ *endpoint, channel, to string, bytes []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrote = append(s.wrote, written{channel, to, bytes})
}

func (s *subject) NodeMeta(int) []byte             { return nil }
func (s *subject) NotifyMsg([]byte)                {}
func (s *subject) GetBroadcasts(int, int) [][]byte { return nil }
func (s *subject) LocalState(bool) []byte          { return s.state }
func (s *subject) MergeRemoteState([]byte, bool)   {}

func (s *subject) NotifyPingComplete(*memberlist.Node, time.Duration, []byte) {}

func (s *subject) AckPayload() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ack
}

// messages gives everything written on a channel, checksums off and compounds taken apart.
func (s *subject) messages(channel string) []written {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []written
	for _, w := range s.wrote {
		if w.channel != channel {
			continue
		}
		if channel == "packet" && w.bytes[0] == typeCrc {
			w.bytes = w.bytes[5:]
		}
		if channel != "packet" || w.bytes[0] != typeCompound {
			all = append(all, w)
			continue
		}
		count := int(w.bytes[1])
		rest := w.bytes[2+2*count:]
		for i := range count {
			length := int(binary.BigEndian.Uint16(w.bytes[2+2*i:]))
			all = append(all, written{w.channel, w.to, rest[:length]})
			rest = rest[length:]
		}
	}
	return all
}

func (s *subject) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrote = nil
}

// next waits for a message of a type on a channel that it has not given before, and forgets the
// rest: gossip repeats itself.
func (s *subject) next(channel string, kind byte) (found written, err error) {
	err = until(fmt.Sprintf("message %d from %s", kind, s.config.Name), func() bool {
		for _, w := range s.messages(channel) {
			if w.bytes[0] == kind && !s.given[string(w.bytes)] {
				found = w
				return true
			}
		}
		return false
	})
	s.given[string(found.bytes)] = true
	s.forget()
	return found, err
}

// tell delivers a message to the member. It is written here in a form that memberlist itself never
// uses (every number in four bytes, every length in four), so that what comes back is the module's own.
func (s *subject) tell(kind byte, fields ...any) {
	data := []byte{kind, 0x80 | byte(len(fields)/2)}
	for i, field := range fields {
		switch value := field.(type) {
		case nil:
			data = append(data, 0xc0)
		case string:
			if i%2 == 0 {
				data = append(append(data, 0xa0|byte(len(value))), value...)
			} else {
				data = wide(data, []byte(value))
			}
		case []byte:
			data = wide(data, value)
		case net.IP:
			data = wide(data, value)
		case uint32:
			data = binary.BigEndian.AppendUint32(append(data, 0xce), value)
		case bool:
			data = append(data, 0xc2+map[bool]byte{true: 1}[value])
		default:
			panic(fmt.Sprintf("%T", value))
		}
	}
	s.end.deliver(&endpoint{ip: net.IPv4(10, 1, 1, 1), port: 9}, data)
}

func wide(data, value []byte) []byte {
	if value == nil {
		return append(data, 0xc0)
	}
	return append(binary.BigEndian.AppendUint32(append(data, 0xdb), uint32(len(value))), value...)
}

func hexOrNull(value []byte) any {
	if value == nil {
		return nil
	}
	return hex.EncodeToString(value)
}

// codecs makes the table of vectors. The values are drawn from a fixed seed.
func codecs() ([]vector, error) {
	random := rand.New(rand.NewPCG(7, 46))
	var all []vector
	var failures error
	for _, table := range []func(*rand.Rand) ([]vector, error){
		gossipVectors, answerVectors, pingVectors, indirectPingVectors, pushPullVectors, userVectors, compressVectors, errVectors, refusalVectors,
	} {
		vectors, err := table(random)
		failures = errors.Join(failures, err)
		all = append(all, vectors...)
	}
	return all, failures
}

// Lengths and numbers around the places where the encoding changes its form.
var (
	lengths = []int{1, 2, 7, 16, 30, 31, 32, 33, 64, 127, 128, 200, 255, 256, 257, 1000}
	numbers = []uint32{1, 2, 127, 128, 129, 255, 256, 257, 32767, 32768, 65535, 65536, 1 << 31, 1<<31 - 1, 1<<32 - 2, 1<<32 - 1}
)

func someBytes(random *rand.Rand, length int) []byte {
	bytes := make([]byte, length)
	for i := range bytes {
		bytes[i] = byte(random.Uint32())
	}
	return bytes
}

func someNumber(random *rand.Rand) uint32 {
	if random.IntN(2) == 0 {
		return numbers[random.IntN(len(numbers))]
	}
	return random.Uint32() >> random.IntN(32)
}

func someName(random *rand.Rand) string {
	return string(someBytes(random, lengths[random.IntN(len(lengths))]))
}

func someAddress(random *rand.Rand) net.IP {
	switch random.IntN(3) {
	case 0:
		return net.IP(someBytes(random, 16))
	case 1:
		return net.IPv4(10, byte(random.Uint32()), byte(random.Uint32()), 1).To16()
	default:
		return net.IP(someBytes(random, 4))
	}
}

// sorted gives three numbers, none smaller than the one before.
func sorted(random *rand.Rand) [3]uint32 {
	three := []uint32{max(1, someNumber(random)), someNumber(random), someNumber(random)}
	slices.Sort(three)
	return [3]uint32{max(1, three[0]), three[1], three[2]}
}
