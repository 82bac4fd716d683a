package main

import (
	"encoding/base64"
	"errors"
	"time"

	"github.com/hashicorp/memberlist"
)

// locked reads or changes what the delegates answer.
func (m *member) locked(change func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change()
}

func (m *member) NodeMeta(limit int) (meta []byte) {
	m.locked(func() { meta = m.meta })
	return meta
}

func (m *member) NotifyMsg(message []byte) {
	m.tell("message", shown(message))
}

func (m *member) GetBroadcasts(overhead, limit int) [][]byte {
	return m.queue.GetBroadcasts(overhead, limit)
}

func (m *member) LocalState(join bool) (state []byte) {
	m.locked(func() { state = m.state })
	return state
}

func (m *member) MergeRemoteState(state []byte, join bool) {
	fields := shown(state)
	fields["join"] = join
	m.tell("state", fields)
}

func (m *member) NotifyJoin(node *memberlist.Node) {
	m.tell("join", map[string]any{"node": described(node)})
}

func (m *member) NotifyLeave(node *memberlist.Node) {
	m.tell("leave", map[string]any{"node": described(node)})
}

func (m *member) NotifyUpdate(node *memberlist.Node) {
	m.tell("update", map[string]any{"node": described(node)})
}

func (m *member) NotifyConflict(existing, other *memberlist.Node) {
	m.tell("conflict", map[string]any{"node": described(existing), "other": described(other)})
}

func (m *member) NotifyMerge(peers []*memberlist.Node) error {
	nodes := []any{}
	refused := false
	for _, peer := range peers {
		nodes = append(nodes, described(peer))
		m.locked(func() { refused = refused || contains(m.veto.Merge, peer.Name) })
	}
	m.tell("merge", map[string]any{"nodes": nodes, "refused": refused})
	if refused {
		return errors.New("merge refused by the test")
	}
	return nil
}

func (m *member) NotifyAlive(peer *memberlist.Node) error {
	refused := false
	m.locked(func() { refused = contains(m.veto.Alive, peer.Name) })
	if refused {
		m.tell("aliveRefused", map[string]any{"node": described(peer)})
		return errors.New("alive refused by the test")
	}
	return nil
}

func (m *member) AckPayload() (payload []byte) {
	m.locked(func() { payload = m.ack })
	return payload
}

func (m *member) NotifyPingComplete(other *memberlist.Node, rtt time.Duration, payload []byte) {
	m.tell("ping", map[string]any{
		"node": described(other), "rttMs": float64(rtt) / float64(time.Millisecond),
		"payload": base64.StdEncoding.EncodeToString(payload),
	})
}

// named is a broadcast that replaces an older one of its name, if it has one.
type named struct {
	name  string
	bytes []byte
}

func (b *named) Invalidates(other memberlist.Broadcast) bool {
	older, ok := other.(*named)
	return ok && b.name != "" && older.name == b.name
}
func (b *named) Message() []byte { return b.bytes }
func (b *named) Finished()       {}
