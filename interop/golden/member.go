package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
	"hearsay/interop/internal/settings"
)

// setting is what the members of a scenario share.
type setting struct {
	name             string
	values           map[string]any // memberlist.Config, by field name
	key              []byte
	addresses        string // "4", "6", or "mapped": IPv4 in its 16-byte form
	meta, state      int    // bytes; below zero: nil rather than empty
	payload          int    // bytes of an ack's payload; below zero: none
	names            []string
	delegateVersions [3]uint8 // min, max, current
	wanted           []string // kinds that must occur beyond those of every scenario
	unencrypted      bool     // GossipVerifyOutgoing is off
	nextKey          []byte   // taken into use by all after the join
}

// member is a real memberlist member with every delegate that puts bytes on the wire.
type member struct {
	*memberlist.Memberlist
	end     *endpoint
	config  *memberlist.Config
	queue   *memberlist.TransmitLimitedQueue
	mu      sync.Mutex
	meta    []byte
	state   []byte
	payload []byte
}

func start(end *endpoint, s setting) (*member, error) {
	config := memberlist.DefaultLANConfig()
	config.Name = end.name
	config.Transport = end
	config.LogOutput = io.Discard
	config.BindPort, config.AdvertisePort = end.port, end.port
	config.ProbeInterval, config.ProbeTimeout = 100*time.Millisecond, 40*time.Millisecond
	config.GossipInterval, config.PushPullInterval = 20*time.Millisecond, 300*time.Millisecond
	config.TCPTimeout = 2 * time.Second
	config.SuspicionMult, config.SuspicionMaxTimeoutMult = 3, 3
	config.EnableCompression = false
	config.DelegateProtocolMin, config.DelegateProtocolMax = s.delegateVersions[0], s.delegateVersions[1]
	config.DelegateProtocolVersion = s.delegateVersions[2]
	config.SecretKey = s.key
	if err := settings.Apply(config, s.values); err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	m := &member{end: end, config: config, meta: text(s.meta), state: text(s.state), payload: text(s.payload)}
	m.queue = &memberlist.TransmitLimitedQueue{NumNodes: func() int { return 4 }, RetransmitMult: 2}
	config.Delegate, config.Ping = m, m
	label, _ := s.values["Label"].(string)
	end.security = func() (string, [][]byte) {
		if config.Keyring == nil || s.unencrypted {
			return label, nil
		}
		return label, config.Keyring.GetKeys()
	}
	list, err := memberlist.Create(config)
	m.Memberlist = list
	return m, err
}

// text makes n bytes that compress like text does; nil below zero.
func text(n int) []byte {
	if n < 0 {
		return nil
	}
	var buffer bytes.Buffer
	for i := 0; buffer.Len() < n; i++ {
		fmt.Fprintf(&buffer, "service-%d.example/%x ", i%97, i*i)
	}
	return append([]byte{}, buffer.Bytes()[:n]...)
}

func (m *member) NodeMeta(int) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.meta
}

func (m *member) setMeta(meta []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.meta = meta
}

func (m *member) GetBroadcasts(overhead, limit int) [][]byte {
	return m.queue.GetBroadcasts(overhead, limit)
}
func (m *member) NotifyMsg([]byte)              {}
func (m *member) LocalState(bool) []byte        { return m.state }
func (m *member) MergeRemoteState([]byte, bool) {}
func (m *member) AckPayload() []byte            { return m.payload }

func (m *member) NotifyPingComplete(*memberlist.Node, time.Duration, []byte) {}

// broadcast is a user message to gossip.
type broadcast []byte

func (b broadcast) Invalidates(memberlist.Broadcast) bool { return false }
func (b broadcast) Message() []byte                       { return b }
func (b broadcast) Finished()                             {}

func (m *member) node(name string) (*memberlist.Node, error) {
	for _, node := range m.Members() {
		if node.Name == name {
			return node, nil
		}
	}
	return nil, fmt.Errorf("%s does not see %s", m.config.Name, name)
}

// until polls a condition, ten seconds at most.
func until(what string, done func() bool) error {
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		if done() {
			return nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	return errors.New("waited in vain for " + what)
}
