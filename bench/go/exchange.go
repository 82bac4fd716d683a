package main

import (
	"fmt"
	"io"
	"net"
	"time"
)

// prepare makes the bytes of a push/pull under a name, to be sent as often as wanted.
func (c *client) prepare(asked request) (any, error) {
	message := stateOf(asked.Prefix, asked.Count, asked.Join, asked.Digest)
	stream, err := sealStream(message, asked.Compression, asked.Key)
	if err != nil {
		return nil, err
	}
	c.states[asked.State] = stream
	return map[string]any{"messageBytes": len(message), "streamBytes": len(stream)}, nil
}

// exchange sends a prepared push/pull so many times and reads the whole answer, until the member closes.
func (c *client) exchange(asked request) (any, error) {
	state, known := c.states[asked.State]
	if !known {
		return nil, fmt.Errorf("no state %q was prepared", asked.State)
	}
	answerBytes := 0
	var header pushPullHeader
	started := time.Now()
	for range max(1, asked.Count) {
		answer, err := exchangeOnce(asked.Target, state)
		if err != nil {
			return nil, err
		}
		answerBytes = len(answer)
		if !asked.Verify {
			continue
		}
		if header, err = headerIn(answer, asked.Key); err != nil {
			return nil, err
		}
	}
	return map[string]any{
		"answerBytes": answerBytes, "nodes": header.Nodes, "digest": header.Digest,
		"milliseconds": float64(time.Since(started)) / float64(time.Millisecond),
	}, nil
}

func exchangeOnce(target string, state []byte) ([]byte, error) {
	connection, err := net.DialTimeout("tcp4", target, 10*time.Second)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := connection.Write(state); err != nil {
		return nil, err
	}
	return io.ReadAll(connection)
}
