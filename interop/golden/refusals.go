package main

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/hashicorp/memberlist"
)

// Streams that no member would send, by what is wrong with them. What a member does not answer at
// once is closed by the other side, as it is on the wire.
func refusedRequests() []string {
	zeros := func(count int) string { return strings.Repeat("\x00", count) }
	return []string{
		"\x09\x82\xa4Algo\x07\xa3Buf\xa0",                 // a compression unknown
		"\x09\x82\xa4Algo\x00\xa3Buf\xa4\xff\xff\xff\xff", // an LZW code out of order
		"\x09\x82\xa4Algo\x00\xa3Buf\xa0",                 // LZW of no bytes
		"\x09\x82\xa4Algo\x00\xa3Buf\xa2\x00\x01",         // LZW without its end
		"\x09\x82\xa4Algo\x00\xa3Buf\xa3\x00\x03\x02",     // LZW of nothing
		"\x09\x82\xa4Algo\xa1x\xa3Buf\xa0",                // a text for a number
		"\x09\x82\xa4Algo\x00",                            // a struct cut off
		"\x09",                                            // and before it begins
		"\x0a\x00\x00\x00\x1d\x02" + zeros(28),            // an encryption version unknown
		"\x0a\x00\x00\x00\x02\x01\x00",                    // too short
		"\x0a\x00\x00\x00\x2c\x00" + zeros(43),            // too short for padding
		"\x0a\x00\x00\x00\x00",                            // no bytes
		"\x0a\x7f\xff\xff\xff\x01",                        // too long
		"\x0a\x00\x00\x00\x2d\x01" + zeros(44),            // by no key
		"\x0a\x00\x00\x00\x2d\x01" + zeros(20),            // cut off
		"\x0a\x00\x00",                                    // cut off in the length
		"\x00\x82\xa4Node\xa1x\xa5SeqNo\x01",              // a ping for another
		"\x06\x83\xa4Join",                                // a push/pull cut off
		"\x08\x81\xaaUserMsgLen\xa1x",                     // a text for a length
		"\x04\x80",                                        // nothing for a stream
		"\xf4\x01x\x00",                                   // a label
		"\xf4\x00",                                        // a label of no bytes
		"",
	}
}

// refusalVectors records what a member answers to these, with a key and without.
func refusalVectors(*rand.Rand) ([]vector, error) {
	var all []vector
	for i, key := range [][]byte{nil, text(16)} {
		s, err := newSubject("refuses", net.IPv4(10, 2, 0, 8).To4(), 7946, func(c *memberlist.Config) {
			c.SecretKey, c.GossipVerifyOutgoing = key, false
		})
		if err != nil {
			return all, err
		}
		end := s.end.network.endpoint("provoker", net.IPv4(10, 2, 0, byte(10+i)), 7946)
		for _, request := range refusedRequests() {
			reply, err := provoke(end, s, request)
			if err != nil {
				return all, fmt.Errorf("%x: %w", request, err)
			}
			fields := map[string]any{"Request": hex.EncodeToString([]byte(request)), "Key": nil}
			if key != nil {
				fields["Key"] = base64.StdEncoding.EncodeToString(key)
			}
			all = append(all, newVector("refusal", reply, fields))
		}
		s.Shutdown()
	}
	return all, nil
}

// provoke sends a request, ends it, and reads what comes back until the member closes.
func provoke(from *endpoint, s *subject, request string) ([]byte, error) {
	conn, err := from.DialTimeout(s.end.address(), time.Second)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if _, err := conn.Write([]byte(request)); err != nil {
		return nil, err
	}
	near := conn.(*pipe)
	near.out.end()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	var reply []byte
	buffer := make([]byte, 4096)
	for {
		n, err := conn.Read(buffer)
		reply = append(reply, buffer[:n]...)
		if err != nil && err.Error() == "EOF" {
			return reply, nil
		}
		if err != nil {
			return reply, err
		}
	}
}
