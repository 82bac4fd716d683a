package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/hashicorp/memberlist"
)

// operations on a member that was started.
var operations = map[string]func(*member, request) (any, error){
	"join": func(m *member, asked request) (any, error) {
		joined, err := m.Join(asked.Addresses)
		if err != nil {
			return nil, err
		}
		return map[string]any{"joined": joined}, nil
	},
	"members": func(m *member, _ request) (any, error) {
		nodes := []any{}
		for _, node := range m.Members() {
			nodes = append(nodes, described(node))
		}
		return nodes, nil
	},
	"local":  func(m *member, _ request) (any, error) { return described(m.LocalNode()), nil },
	"health": func(m *member, _ request) (any, error) { return m.GetHealthScore(), nil },
	"queued": func(m *member, _ request) (any, error) { return m.queue.NumQueued(), nil },
	"meta": func(m *member, asked request) (any, error) {
		m.locked(func() { m.meta = asked.Meta.bytes() })
		return nil, m.UpdateNode(timeout(asked, 10_000))
	},
	"state": func(m *member, asked request) (any, error) {
		m.locked(func() { m.state = asked.State.bytes() })
		return nil, nil
	},
	"ack": func(m *member, asked request) (any, error) {
		m.locked(func() { m.ack = asked.Ack.bytes() })
		return nil, nil
	},
	"veto": func(m *member, asked request) (any, error) {
		if asked.Veto == nil {
			return nil, errors.New("veto wants {merge, alive}")
		}
		m.locked(func() { m.veto = *asked.Veto })
		return nil, nil
	},
	"broadcast": func(m *member, asked request) (any, error) {
		m.queue.QueueBroadcast(&named{asked.Name, asked.Bytes.bytes()})
		return nil, nil
	},
	"send":  send,
	"ping":  ping,
	"keys":  keys,
	"block": block,
	"leave": func(m *member, asked request) (any, error) { return nil, m.Leave(timeout(asked, 10_000)) },
	"shutdown": func(m *member, _ request) (any, error) {
		return nil, m.Shutdown()
	},
}

func timeout(asked request, byDefaultMs int) time.Duration {
	if asked.TimeoutMs > 0 {
		byDefaultMs = asked.TimeoutMs
	}
	return time.Duration(byDefaultMs) * time.Millisecond
}

func (m *member) node(name string) (*memberlist.Node, error) {
	for _, node := range m.Members() {
		if node.Name == name {
			return node, nil
		}
	}
	return nil, fmt.Errorf("%s sees no member %q", m.config.Name, name)
}

// send goes to a member by name, or best effort to an address alone.
func send(m *member, asked request) (any, error) {
	if asked.To == "" && asked.Address != "" && !asked.Reliable {
		to, err := net.ResolveUDPAddr("udp", asked.Address)
		if err != nil {
			return nil, err
		}
		return nil, m.SendTo(to, asked.Bytes.bytes())
	}
	to, err := m.node(asked.To)
	if err != nil {
		return nil, err
	}
	if asked.Reliable {
		return nil, m.SendReliable(to, asked.Bytes.bytes())
	}
	return nil, m.SendBestEffort(to, asked.Bytes.bytes())
}

func ping(m *member, asked request) (any, error) {
	address := asked.Address
	if address == "" {
		node, err := m.node(asked.To)
		if err != nil {
			return nil, err
		}
		address = node.Address()
	}
	to, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		return nil, err
	}
	rtt, err := m.Ping(asked.To, to)
	if err != nil {
		return nil, err
	}
	return map[string]any{"rttMs": float64(rtt) / float64(time.Millisecond)}, nil
}

// keys adds, uses or removes a key, and gives all, the primary first.
func keys(m *member, asked request) (any, error) {
	ring := m.config.Keyring
	if ring == nil {
		return nil, errors.New("this member was started without keys")
	}
	key, err := base64.StdEncoding.DecodeString(asked.Key)
	if err != nil {
		return nil, err
	}
	switch asked.Action {
	case "add":
		err = ring.AddKey(key)
	case "use":
		err = ring.UseKey(key)
	case "remove":
		err = ring.RemoveKey(key)
	case "list":
	default:
		err = fmt.Errorf("no action %q: add, use, remove or list", asked.Action)
	}
	if err != nil {
		return nil, err
	}
	all := []string{}
	for _, each := range ring.GetKeys() {
		all = append(all, base64.StdEncoding.EncodeToString(each))
	}
	return all, nil
}

// block cuts a member off from addresses; an empty list ends that.
func block(m *member, asked request) (any, error) {
	if m.filter == nil {
		return nil, errors.New(`this member was started without "filter": true`)
	}
	m.filter.block(asked.Addresses)
	return nil, nil
}
