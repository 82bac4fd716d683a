package main

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log"
	"reflect"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/hashicorp/memberlist"
	"hearsay/interop/internal/settings"
)

// teller tells the test of an event of one member.
type teller func(event string, fields map[string]any)

// veto says what the delegates refuse: members by name, or with "*" all.
type veto struct {
	Merge []string `json:"merge"`
	Alive []string `json:"alive"`
}

// member is a memberlist member with every delegate, and what they answer.
type member struct {
	*memberlist.Memberlist
	config *memberlist.Config
	tell   teller
	queue  *memberlist.TransmitLimitedQueue
	filter *filter

	mu    sync.Mutex
	meta  []byte
	state []byte
	ack   []byte
	veto  veto
}

func startMember(asked request, tell teller) (*member, error) {
	config, err := settings.Profile(asked.Profile)
	if err != nil {
		return nil, err
	}
	config.Name = asked.Member
	config.BindAddr, config.BindPort, config.AdvertisePort = "127.0.0.1", 0, 0
	if err := settings.Apply(config, asked.Config); err != nil {
		return nil, err
	}
	if _, given := asked.Config["AdvertisePort"]; !given {
		config.AdvertisePort = config.BindPort
	}
	if asked.NameHex != "" {
		name, err := hex.DecodeString(asked.NameHex)
		if err != nil {
			return nil, err
		}
		config.Name = string(name)
	}
	if len(asked.NoTCPPing) > 0 {
		without := func(name string) bool { return contains(asked.NoTCPPing, name) }
		if err := settings.Apply(config, map[string]any{"DisableTcpPingsForNode": without}); err != nil {
			return nil, err
		}
	}
	m := &member{config: config, tell: tell, meta: asked.Meta.bytes(), state: asked.State.bytes(), ack: asked.Ack.bytes()}
	if asked.Veto != nil {
		m.veto = *asked.Veto
	}
	if err := m.prepare(asked); err != nil {
		return nil, err
	}
	m.Memberlist, err = memberlist.Create(config)
	return m, err
}

// prepare sets the keyring, the transport, the log and the delegates.
func (m *member) prepare(asked request) error {
	// An empty list gives a keyring without a key, for one to be added later.
	if asked.Keys != nil {
		var keys [][]byte
		for _, text := range asked.Keys {
			key, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				return err
			}
			keys = append(keys, key)
		}
		var primary []byte
		if len(keys) > 0 {
			primary = keys[0]
		}
		keyring, err := memberlist.NewKeyring(keys, primary)
		if err != nil {
			return err
		}
		m.config.Keyring = keyring
	}
	m.config.Logger = log.New(logLines(m.tell), "", 0)
	if asked.Filter {
		filter, err := newFilter(m.config)
		if err != nil {
			return err
		}
		m.filter, m.config.Transport = filter, filter
	}
	m.queue = &memberlist.TransmitLimitedQueue{RetransmitMult: m.config.RetransmitMult, NumNodes: m.count}
	m.config.Delegate, m.config.Events, m.config.Conflict = m, m, m
	m.config.Merge, m.config.Alive, m.config.Ping = m, m, m
	return nil
}

func (m *member) count() int {
	if m.Memberlist == nil {
		return 1
	}
	return m.NumMembers()
}

// logLines tells each line that memberlist logs.
type logLines teller

func (l logLines) Write(line []byte) (int, error) {
	l("log", map[string]any{"line": strings.TrimSpace(string(line))})
	return len(line), nil
}

func contains(names []string, name string) bool {
	for _, each := range names {
		if each == name || each == "*" {
			return true
		}
	}
	return false
}

// described is a node as JSON has it. A name that is not UTF-8 is also given in hex.
func described(node *memberlist.Node) map[string]any {
	fields := map[string]any{
		"name": node.Name, "host": node.Addr.String(), "port": node.Port,
		"meta": base64.StdEncoding.EncodeToString(node.Meta), "addressBytes": len(node.Addr),
		"protocol": map[string]any{"min": node.PMin, "max": node.PMax, "current": node.PCur},
		"delegate": map[string]any{"min": node.DMin, "max": node.DMax, "current": node.DCur},
	}
	if !utf8.ValidString(node.Name) {
		fields["nameHex"] = hex.EncodeToString([]byte(node.Name))
	}
	// v0.1.5 does not have it.
	if state := reflect.ValueOf(*node).FieldByName("State"); state.IsValid() {
		fields["state"] = fmt.Sprint(state.Interface())
	}
	return fields
}
