package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/hashicorp/go-msgpack/v2/codec"
)

// client speaks the wire protocol to a member under measurement, without being a member.
type client struct {
	states map[string][]byte
}

const (
	// Above 65,535, so that every sequence number is written in the same five bytes.
	firstSequence = 0x01000000
	// Distinct encrypted pings, sent round and round: encrypting each would cost the machine more than it tells.
	sealedPings = 1024
	answerWait  = 250 * time.Millisecond
)

// ping keeps so many pings in flight for a time, or until so many were answered, and counts the answers.
// Every answer is checked to be one; the first is decoded.
func (c *client) ping(asked request) (any, error) {
	connection, err := net.Dial("udp4", asked.Target)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	pings, err := newPings(asked, connection.LocalAddr().(*net.UDPAddr))
	if err != nil {
		return nil, err
	}
	until := time.Now().Add(time.Duration(asked.Seconds * float64(time.Second)))
	send := func() error {
		_, err := connection.Write(pings.next())
		return err
	}
	answers, lost, flying, answerBytes := 0, 0, 0, 0
	buffer := make([]byte, 65536)
	for {
		if answers&63 == 0 {
			now := time.Now()
			if asked.Count == 0 && now.After(until) {
				break
			}
			connection.SetReadDeadline(now.Add(answerWait))
		}
		if asked.Count > 0 && answers >= asked.Count {
			break
		}
		for ; flying < asked.InFlight; flying++ {
			if err := send(); err != nil {
				return nil, err
			}
		}
		length, err := connection.Read(buffer)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			lost, flying = lost+flying, 0
			if lost > 100*asked.InFlight {
				return nil, fmt.Errorf("%s does not answer", asked.Target)
			}
			connection.SetReadDeadline(time.Now().Add(answerWait))
			if asked.Count == 0 && time.Now().After(until) {
				break
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := pings.check(buffer[:length], answers == 0); err != nil {
			return nil, err
		}
		answers++
		flying--
		answerBytes = length
	}
	// What is still on its way belongs to this measurement too.
	connection.SetReadDeadline(time.Now().Add(answerWait))
	for ; flying > 0; flying-- {
		if _, err := connection.Read(buffer); err != nil {
			break
		}
		answers++
	}
	return map[string]any{
		"answers": answers, "lost": lost, "pingBytes": pings.bytes, "answerBytes": answerBytes,
	}, nil
}

// pings are the packets to send, and how to know an answer.
type pings struct {
	bytes    int
	clear    []byte
	place    int
	sequence uint32
	sealed   [][]byte
	sent     int
	key      []byte
}

func newPings(asked request, from *net.UDPAddr) (*pings, error) {
	message := func(sequence uint32) []byte {
		return encode(pingType, &pingMessage{
			SeqNo: sequence, Node: asked.Node, SourceAddr: from.IP.To4(), SourcePort: uint16(from.Port),
			SourceNode: "generator",
		})
	}
	p := &pings{sequence: firstSequence, clear: message(firstSequence), key: asked.Key}
	p.place = bytes.Index(p.clear, binary.BigEndian.AppendUint32(nil, firstSequence))
	p.bytes = len(p.clear)
	if len(p.key) == 0 {
		return p, nil
	}
	aead, err := gcm(p.key)
	if err != nil {
		return nil, err
	}
	for index := range sealedPings {
		p.sealed = append(p.sealed, seal(nil, aead, message(firstSequence+uint32(index)), nil))
	}
	p.bytes = len(p.sealed[0])
	return p, nil
}

func (p *pings) next() []byte {
	p.sent++
	if p.sealed != nil {
		return p.sealed[p.sent%len(p.sealed)]
	}
	p.sequence++
	binary.BigEndian.PutUint32(p.clear[p.place:], p.sequence)
	return p.clear
}

func (p *pings) check(answer []byte, whole bool) error {
	if len(p.key) == 0 {
		// A compound while the member still has something to gossip, an ack otherwise.
		if len(answer) > 0 && (answer[0] == ackType || answer[0] == 7) {
			return nil
		}
		return fmt.Errorf("%x is no ack", answer)
	}
	if len(answer) < 1+nonceBytes+tagBytes || answer[0] != 1 {
		return fmt.Errorf("%x is not encrypted", answer)
	}
	if !whole {
		return nil
	}
	aead, err := gcm(p.key)
	if err != nil {
		return err
	}
	plain, err := open(aead, answer, nil)
	if err != nil {
		return err
	}
	if plain[0] != ackType {
		return nil
	}
	var ack ackMessage
	return codec.NewDecoderBytes(plain[1:], &codec.MsgpackHandle{}).Decode(&ack)
}
