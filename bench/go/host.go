package main

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/memberlist"
)

// host has members of the real memberlist in this process.
type host struct {
	members []*memberlist.Memberlist
	log     verdictLog
}

// start creates members on free ports of 127.0.0.1 with LAN settings, without delegates. Quiet ones do
// nothing by themselves: they answer.
func (h *host) start(asked request) (any, error) {
	addresses := []string{}
	for index := range asked.Members {
		config := memberlist.DefaultLANConfig()
		config.Name = fmt.Sprintf("member-%04d", index)
		config.BindAddr, config.BindPort, config.AdvertisePort = "127.0.0.1", 0, 0
		config.EnableCompression = asked.Compression
		config.SecretKey = asked.Key
		if asked.RetransmitMult > 0 {
			config.RetransmitMult = asked.RetransmitMult
		}
		if asked.Quiet {
			config.ProbeInterval, config.GossipInterval, config.PushPullInterval = 0, 0, 0
		}
		// A logger that discards formats nothing, which is the cheapest that memberlist can have.
		config.Logger = log.New(io.Discard, "", 0)
		if asked.Log {
			config.Logger = log.New(&h.log, "", 0)
		}
		member, err := memberlist.Create(config)
		if err != nil {
			return nil, err
		}
		h.members = append(h.members, member)
		addresses = append(addresses, member.LocalNode().Address())
	}
	return map[string]any{"addresses": addresses}, nil
}

// join lets all but the first join it at once, each again every second until it succeeds.
func (h *host) join(asked request) (any, error) {
	seed := h.members[0].LocalNode().Address()
	var joining sync.WaitGroup
	for _, member := range h.members[1:] {
		joining.Go(func() {
			for {
				if joined, _ := member.Join([]string{seed}); joined > 0 {
					return
				}
				time.Sleep(time.Second)
			}
		})
	}
	go func() {
		joining.Wait()
		h.log.joined.Store(true)
	}()
	return map[string]any{}, nil
}

// counts tells how many members each member sees: the fewest, the most.
func (h *host) counts(request) (any, error) {
	fewest, most := math.MaxInt, 0
	for _, member := range h.members {
		seen := member.NumMembers()
		fewest, most = min(fewest, seen), max(most, seen)
	}
	return map[string]any{"fewest": fewest, "most": most}, nil
}

// verdicts tells what members said of each other so far, read from the log, where there is one.
func (h *host) verdicts(request) (any, error) {
	return map[string]any{
		"suspected": h.log.suspected.Load(), "failed": h.log.failed.Load(), "refuted": h.log.refuted.Load(),
		"joined": h.log.joined.Load(),
	}, nil
}

// verdictLog counts the lines of memberlist's log that tell of suspicions. Go tells of them nowhere else.
type verdictLog struct {
	suspected, failed, refuted atomic.Int64
	joined                     atomic.Bool
}

func (l *verdictLog) Write(line []byte) (int, error) {
	switch {
	case bytes.Contains(line, []byte("no acks received")):
		l.suspected.Add(1)
	case bytes.Contains(line, []byte("suspect timeout reached")):
		l.failed.Add(1)
	case bytes.Contains(line, []byte("Refuting")):
		l.refuted.Add(1)
	}
	return len(line), nil
}
