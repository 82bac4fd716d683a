package main

import (
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
)

// filter is memberlist's own transport on real sockets with addresses that it can be cut off from:
// "host:port" stops packets both ways and streams that are opened from here, "host" also streams that
// come in.
type filter struct {
	inner   *memberlist.NetTransport
	packets chan *memberlist.Packet
	streams chan net.Conn
	down    chan struct{}
	once    sync.Once

	mu      sync.Mutex
	blocked map[string]bool
}

func newFilter(config *memberlist.Config) (*filter, error) {
	inner, err := memberlist.NewNetTransport(&memberlist.NetTransportConfig{
		BindAddrs: []string{config.BindAddr}, BindPort: config.BindPort, Logger: config.Logger,
	})
	if err != nil {
		return nil, err
	}
	if config.BindPort == 0 {
		config.BindPort = inner.GetAutoBindPort()
		config.AdvertisePort = config.BindPort
	}
	f := &filter{inner: inner, packets: make(chan *memberlist.Packet), streams: make(chan net.Conn), down: make(chan struct{})}
	go f.pass()
	return f, nil
}

func (f *filter) block(addresses []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.blocked = map[string]bool{}
	for _, address := range addresses {
		f.blocked[address] = true
	}
}

func (f *filter) blocks(address string) bool {
	host, _, _ := net.SplitHostPort(address)
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.blocked[address] || f.blocked[host]
}

// pass hands on what comes in.
func (f *filter) pass() {
	for {
		select {
		case packet := <-f.inner.PacketCh():
			if f.blocks(packet.From.String()) {
				continue
			}
			select {
			case f.packets <- packet:
			case <-f.down:
				return
			}
		case stream := <-f.inner.StreamCh():
			if f.blocks(stream.RemoteAddr().String()) {
				stream.Close()
				continue
			}
			select {
			case f.streams <- stream:
			case <-f.down:
				return
			}
		case <-f.down:
			return
		}
	}
}

func (f *filter) FinalAdvertiseAddr(ip string, port int) (net.IP, int, error) {
	return f.inner.FinalAdvertiseAddr(ip, port)
}

func (f *filter) WriteTo(bytes []byte, address string) (time.Time, error) {
	if f.blocks(address) {
		return time.Now(), nil
	}
	return f.inner.WriteTo(bytes, address)
}

func (f *filter) DialTimeout(address string, timeout time.Duration) (net.Conn, error) {
	if f.blocks(address) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: fmt.Errorf("%s is cut off", address)}
	}
	return f.inner.DialTimeout(address, timeout)
}

func (f *filter) PacketCh() <-chan *memberlist.Packet { return f.packets }
func (f *filter) StreamCh() <-chan net.Conn           { return f.streams }

// Shutdown closes the sockets while what they read is still passed on: their readers wait for that.
func (f *filter) Shutdown() error {
	err := f.inner.Shutdown()
	f.once.Do(func() { close(f.down) })
	return err
}
