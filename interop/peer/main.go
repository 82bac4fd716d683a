// Command peer hosts members of the real memberlist and is driven by a test: a JSON object a line on
// stdin asks, a JSON object a line on stdout answers ({"id", "result"} or {"id", "error"}) or tells of
// an event ({"event", "member", …}). Requests are worked on at the same time; the README lists them.
// The end of stdin shuts every member down.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
)

// request is a line of stdin. What an operation does not use is left out.
type request struct {
	ID        any            `json:"id"`
	Op        string         `json:"op"`
	Member    string         `json:"member"`
	Profile   string         `json:"profile"`
	Config    map[string]any `json:"config"`
	NameHex   string         `json:"nameHex"`
	Keys      []string       `json:"keys"`
	Key       string         `json:"key"`
	Action    string         `json:"action"`
	Addresses []string       `json:"addresses"`
	Meta      *payload       `json:"meta"`
	State     *payload       `json:"state"`
	Ack       *payload       `json:"ack"`
	Bytes     *payload       `json:"bytes"`
	Name      string         `json:"name"`
	To        string         `json:"to"`
	Address   string         `json:"address"`
	Reliable  bool           `json:"reliable"`
	TimeoutMs int            `json:"timeoutMs"`
	Veto      *veto          `json:"veto"`
	Filter    bool           `json:"filter"`
	NoTCPPing []string       `json:"noTcpPingFor"`
}

// host is the process: its members by the names that the test gives them.
type host struct {
	mu      sync.Mutex
	members map[string]*member
	out     *output
}

func main() {
	h := &host{members: map[string]*member{}, out: newOutput()}
	h.out.send(map[string]any{"event": "ready", "version": version(), "go": runtime.Version()})
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	var working sync.WaitGroup
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			h.out.send(map[string]any{"id": nil, "error": err.Error()})
			continue
		}
		working.Go(func() { h.answer(asked) })
	}
	h.shutdown()
	working.Wait()
	h.out.close()
}

func (h *host) answer(asked request) {
	result, err := h.perform(asked)
	if err != nil {
		h.out.send(map[string]any{"id": asked.ID, "error": err.Error()})
		return
	}
	h.out.send(map[string]any{"id": asked.ID, "result": result})
}

func (h *host) perform(asked request) (any, error) {
	if asked.Op == "start" {
		return h.start(asked)
	}
	operation, known := operations[asked.Op]
	if !known {
		return nil, fmt.Errorf("no operation %q", asked.Op)
	}
	h.mu.Lock()
	m := h.members[asked.Member]
	h.mu.Unlock()
	if m == nil {
		return nil, fmt.Errorf("no member %q", asked.Member)
	}
	return operation(m, asked)
}

func (h *host) start(asked request) (any, error) {
	m, err := startMember(asked, func(event string, fields map[string]any) {
		fields["event"], fields["member"] = event, asked.Member
		h.out.send(fields)
	})
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	before := h.members[asked.Member]
	h.members[asked.Member] = m
	h.mu.Unlock()
	if before != nil {
		before.Shutdown()
	}
	return described(m.LocalNode()), nil
}

func (h *host) shutdown() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range h.members {
		m.Shutdown()
	}
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/hashicorp/memberlist" {
				return module.Version
			}
		}
	}
	return "unknown"
}

// output writes lines in order without ever making the sender wait: memberlist tells events while it
// holds its lock.
type output struct {
	mu      sync.Mutex
	changed *sync.Cond
	waiting [][]byte
	closed  bool
	done    chan struct{}
}

func newOutput() *output {
	o := &output{done: make(chan struct{})}
	o.changed = sync.NewCond(&o.mu)
	go o.write()
	return o
}

func (o *output) send(line map[string]any) {
	encoded, err := json.Marshal(line)
	if err != nil {
		encoded, _ = json.Marshal(map[string]any{"event": "log", "line": "cannot be told: " + err.Error()})
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.waiting = append(o.waiting, encoded)
	o.changed.Signal()
}

func (o *output) write() {
	defer close(o.done)
	for {
		o.mu.Lock()
		for len(o.waiting) == 0 && !o.closed {
			o.changed.Wait()
		}
		lines, closed := o.waiting, o.closed
		o.waiting = nil
		o.mu.Unlock()
		for _, line := range lines {
			os.Stdout.Write(append(line, '\n'))
		}
		if closed && len(lines) == 0 {
			return
		}
	}
}

func (o *output) close() {
	o.mu.Lock()
	o.closed = true
	o.changed.Signal()
	o.mu.Unlock()
	<-o.done
}
