package main

import (
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// half is one direction of a stream: it takes any amount without blocking, as a kernel with large
// buffers would, so that a member may answer before it has read all.
type half struct {
	mu       sync.Mutex
	changed  *sync.Cond
	writer   *endpoint
	channel  string
	to       string
	waiting  []byte
	all      []byte
	closed   bool // by the writer
	left     bool // by the reader; what is written then is heard, but goes nowhere
	deadline time.Time
	timer    *time.Timer
}

func newHalf(writer *endpoint, channel string, reader *endpoint) *half {
	h := &half{writer: writer, channel: channel, to: reader.address()}
	h.changed = sync.NewCond(&h.mu)
	return h
}

func (h *half) read(into []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(h.waiting) == 0 {
		if h.left {
			return 0, io.ErrClosedPipe
		}
		if h.closed {
			return 0, io.EOF
		}
		if !h.deadline.IsZero() && !time.Now().Before(h.deadline) {
			return 0, os.ErrDeadlineExceeded
		}
		h.changed.Wait()
	}
	n := copy(into, h.waiting)
	h.waiting = h.waiting[n:]
	return n, nil
}

func (h *half) write(bytes []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return 0, io.ErrClosedPipe
	}
	h.waiting = append(h.waiting, bytes...)
	h.all = append(h.all, bytes...)
	h.changed.Broadcast()
	return len(bytes), nil
}

// end closes the direction and reports, once, everything that was written in it.
func (h *half) end() {
	h.mu.Lock()
	already := h.closed
	h.closed = true
	h.changed.Broadcast()
	all := h.all
	h.mu.Unlock()
	if !already && len(all) > 0 {
		h.writer.network.heard(h.writer, h.channel, h.to, all)
	}
}

func (h *half) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.left = true
	h.changed.Broadcast()
}

func (h *half) setDeadline(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.deadline = at
	if h.timer != nil {
		h.timer.Stop()
	}
	if !at.IsZero() {
		h.timer = time.AfterFunc(time.Until(at)+time.Millisecond, h.changed.Broadcast)
	}
}

// pipe is one end of a stream.
type pipe struct {
	in, out       *half
	local, remote net.Addr
}

func newPipe(dialer, acceptor *endpoint) (near, far *pipe) {
	request, reply := newHalf(dialer, "stream-request", acceptor), newHalf(acceptor, "stream-reply", dialer)
	from := &net.TCPAddr{IP: dialer.ip, Port: dialer.port}
	to := &net.TCPAddr{IP: acceptor.ip, Port: acceptor.port}
	return &pipe{in: reply, out: request, local: from, remote: to},
		&pipe{in: request, out: reply, local: to, remote: from}
}

func (p *pipe) Read(into []byte) (int, error)       { return p.in.read(into) }
func (p *pipe) Write(bytes []byte) (int, error)     { return p.out.write(bytes) }
func (p *pipe) LocalAddr() net.Addr                 { return p.local }
func (p *pipe) RemoteAddr() net.Addr                { return p.remote }
func (p *pipe) SetReadDeadline(at time.Time) error  { p.in.setDeadline(at); return nil }
func (p *pipe) SetWriteDeadline(at time.Time) error { return nil }
func (p *pipe) SetDeadline(at time.Time) error      { return p.SetReadDeadline(at) }

// Close ends both directions, as closing a socket does.
func (p *pipe) Close() error {
	p.out.end()
	p.in.leave()
	return nil
}
