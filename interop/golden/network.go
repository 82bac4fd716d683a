package main

import (
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
)

// network joins the members of one scenario in memory. It hears everything that is written, lost or
// not, and can be told to lose what goes from one member to another.
type network struct {
	mu        sync.Mutex
	endpoints map[string]*endpoint
	lost      map[string]bool
	heard     hearing
}

// hearing is told of a packet when it is written, and of each direction of a stream when its writer
// closes it.
type hearing func(from *endpoint, channel, to string, bytes []byte)

func newNetwork(heard hearing) *network {
	return &network{endpoints: map[string]*endpoint{}, lost: map[string]bool{}, heard: heard}
}

// endpoint is one member's memberlist.Transport. It keeps to the plain interface, which every
// release has; newer ones wrap it.
type endpoint struct {
	network   *network
	name      string
	ip        net.IP
	port      int
	security  func() (label string, keys [][]byte)
	packets   chan *memberlist.Packet
	streams   chan net.Conn
	downOnce  sync.Once
	down      chan struct{}
	advertise net.IP
	silent    bool // what it writes is not heard
}

func (n *network) endpoint(name string, ip net.IP, port int) *endpoint {
	end := &endpoint{
		network: n, name: name, ip: ip, advertise: ip, port: port,
		security: func() (string, [][]byte) { return "", nil },
		packets:  make(chan *memberlist.Packet, 1024),
		streams:  make(chan net.Conn, 64),
		down:     make(chan struct{}),
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.endpoints[end.address()] = end
	return end
}

func (e *endpoint) address() string { return net.JoinHostPort(e.ip.String(), strconv.Itoa(e.port)) }

// lose drops packets, streams or both ("packet", "stream") from one address to another, until heal.
func (n *network) lose(channel string, from, to *endpoint) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lost[channel+from.address()+to.address()] = true
}

func (n *network) heal() {
	n.mu.Lock()
	defer n.mu.Unlock()
	clear(n.lost)
}

func (n *network) reach(channel string, from *endpoint, to string) *endpoint {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.lost[channel+from.address()+to] {
		return nil
	}
	end := n.endpoints[to]
	if end == nil {
		return nil
	}
	select {
	case <-end.down:
		return nil
	default:
		return end
	}
}

func (e *endpoint) FinalAdvertiseAddr(string, int) (net.IP, int, error) {
	return e.advertise, e.port, nil
}

func (e *endpoint) WriteTo(bytes []byte, address string) (time.Time, error) {
	written := append([]byte(nil), bytes...)
	e.network.heard(e, "packet", address, written)
	now := time.Now()
	if to := e.network.reach("packet", e, address); to != nil {
		to.deliver(e, written)
	}
	return now, nil
}

// deliver hands a packet to a member; like a socket it drops what does not fit.
func (e *endpoint) deliver(from *endpoint, bytes []byte) {
	packet := &memberlist.Packet{
		Buf: append([]byte(nil), bytes...), From: &net.UDPAddr{IP: from.ip, Port: from.port}, Timestamp: time.Now(),
	}
	select {
	case e.packets <- packet:
	default:
	}
}

func (e *endpoint) PacketCh() <-chan *memberlist.Packet { return e.packets }

func (e *endpoint) DialTimeout(address string, timeout time.Duration) (net.Conn, error) {
	to := e.network.reach("stream", e, address)
	if to == nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: fmt.Errorf("nobody at %s", address)}
	}
	near, far := newPipe(e, to)
	select {
	case to.streams <- far:
		return near, nil
	case <-time.After(timeout):
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: fmt.Errorf("%s does not accept", address)}
	}
}

func (e *endpoint) StreamCh() <-chan net.Conn { return e.streams }

func (e *endpoint) Shutdown() error {
	e.downOnce.Do(func() { close(e.down) })
	return nil
}
