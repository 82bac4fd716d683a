package main

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"strings"
	"time"
)

// Every scenario makes its members write each of these.
var always = []string{
	"ping", "indirectPing", "ack", "nack", "suspect", "alive", "dead", "user", "pushPull", "err", "compound", "crc",
	"packet user", "stream-request user", "stream-request ping", "stream-reply ack", "stream-reply pushPull", "stream-reply err",
}

// cluster is what a scenario works on.
type cluster struct {
	setting setting
	network *network
	members []*member
	heard   *recorder
}

// walk is the life of a cluster of four under one setting: join, user messages, pings, a change of
// metadata, a member that packets do not reach, one that nothing reaches and that refutes, one that
// fails, one that leaves, and a stranger with another key.
func walk(s setting, perShape int) (*recorder, error) {
	heard := newRecorder(s.name, perShape)
	c := &cluster{setting: s, network: newNetwork(heard.hear), heard: heard}
	defer c.shutdown()
	wanted := append(append([]string{}, always...), s.wanted...)
	steps := []func() error{
		c.start, c.join, c.rotate, c.sendUser, c.updateMeta, c.failPackets, c.failAll, c.stop, c.stranger, c.provoke,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return heard, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	if missing := heard.missing(wanted); len(missing) > 0 {
		return heard, fmt.Errorf("%s: did not occur: %v", s.name, missing)
	}
	return heard, heard.firstFail
}

func (c *cluster) shutdown() {
	for _, m := range c.members {
		m.Shutdown()
	}
}

// last is the member that the faults happen to.
func (c *cluster) last() *member { return c.members[len(c.members)-1] }

func address(kind string, index int) net.IP {
	switch kind {
	case "6":
		return net.ParseIP(fmt.Sprintf("fd00:68:65:61::%d", index+1))
	case "mapped":
		return net.IPv4(10, 9, 0, byte(index+1)).To16()
	default:
		return net.IPv4(10, 9, 0, byte(index+1)).To4()
	}
}

func (c *cluster) start() error {
	names := c.setting.names
	if names == nil {
		names = []string{"api-1", "api-2", "db-1", "a-worker-with-a-longer-name-than-31-bytes"}
	}
	// A member that speaks protocol 1 takes every port to be its own, whatever is said.
	step := 120
	if c.setting.values["ProtocolVersion"] == 1 {
		step = 0
	}
	for i, name := range names {
		end := c.network.endpoint(name, address(c.setting.addresses, i), 7946+i*step)
		m, err := start(end, c.setting)
		if err != nil {
			return err
		}
		c.members = append(c.members, m)
	}
	return nil
}

func see(members []*member, count int) func() bool {
	return func() bool {
		for _, m := range members {
			if m.NumMembers() != count {
				return false
			}
		}
		return true
	}
}

func (c *cluster) join() error {
	members := c.members
	for _, m := range members[1:] {
		if _, err := m.Join([]string{members[0].end.address()}); err != nil {
			return err
		}
	}
	return until("all to see all", see(members, len(members)))
}

func (c *cluster) sendUser() error {
	one, two := c.members[0], c.members[1]
	node, err := one.node(two.config.Name)
	if err != nil {
		return err
	}
	for _, size := range []int{0, 1, 300, 3000} {
		err = errors.Join(err, one.SendBestEffort(node, text(size)))
	}
	for _, size := range []int{0, 100, 200, 5000, 40_000} {
		err = errors.Join(err, one.SendReliable(node, text(size)))
	}
	for _, size := range []int{0, 1, 20, 150, 500, 900} {
		two.queue.QueueBroadcast(broadcast(text(size)))
	}
	to := &net.UDPAddr{IP: two.end.ip, Port: two.end.port}
	_, pingErr := one.Ping(two.config.Name, to)
	return errors.Join(err, pingErr, until("the user messages to be gossiped", func() bool { return two.queue.NumQueued() == 0 }))
}

func (c *cluster) updateMeta() error {
	m := c.members[2]
	m.setMeta([]byte(strings.ToUpper(string(m.NodeMeta(512)))))
	return m.UpdateNode(5 * time.Second)
}

// rotate takes the next key into use, if there is one, in the order that leaves nobody out.
func (c *cluster) rotate() error {
	if c.setting.nextKey == nil {
		return nil
	}
	for _, m := range c.members {
		if err := m.config.Keyring.AddKey(c.setting.nextKey); err != nil {
			return err
		}
	}
	for _, m := range c.members {
		if err := m.config.Keyring.UseKey(c.setting.nextKey); err != nil {
			return err
		}
	}
	return nil
}

// since gives a condition: each of the kinds was heard again from now on.
func (c *cluster) since(kinds ...string) func() bool {
	before := c.heard.counts(kinds)
	return func() bool {
		for i, count := range c.heard.counts(kinds) {
			if count <= before[i] {
				return false
			}
		}
		return true
	}
}

// failPackets loses packets between the first and the last member: the first asks the others, and
// falls back to a stream.
func (c *cluster) failPackets() error {
	first, last := c.members[0].end, c.last().end
	both := c.since("packet indirectPing", "stream-request ping", "stream-reply ack")
	c.network.lose("packet", first, last)
	c.network.lose("packet", last, first)
	return until("an indirect ping and a ping by stream", both)
}

// failAll cuts the last member off until it is suspected, and lets it back to refute.
func (c *cluster) failAll() error {
	last := c.last().end
	all := c.since("packet nack", "packet suspect", "packet compound")
	for _, m := range c.members[:len(c.members)-1] {
		for _, channel := range []string{"packet", "stream"} {
			c.network.lose(channel, m.end, last)
			c.network.lose(channel, last, m.end)
		}
	}
	if err := until("a nack and a suspicion", all); err != nil {
		return err
	}
	c.network.heal()
	// A failed member is not probed any more, so the one that was cut off takes up contact again.
	if _, err := c.last().Join([]string{c.members[0].end.address()}); err != nil {
		return err
	}
	return until("the member to be back", see(c.members, len(c.members)))
}

// stop shuts the last member down, so that it fails, and lets another leave.
func (c *cluster) stop() error {
	count := len(c.members)
	c.last().Shutdown()
	if err := until("the failure", see(c.members[:count-1], count-1)); err != nil {
		return err
	}
	if err := c.members[count-2].Leave(5 * time.Second); err != nil {
		return err
	}
	return until("the leave", see(c.members[:count-2], count-2))
}

// stranger joins without the key or with another one, and is told so.
func (c *cluster) stranger() error {
	other := c.setting
	other.unencrypted = false
	other.values = maps.Clone(other.values)
	delete(other.values, "GossipVerifyOutgoing")
	keys := [][]byte{[]byte("a stranger's key")}
	if c.setting.key != nil && !c.setting.unencrypted {
		keys = append(keys, nil)
	}
	for i, key := range keys {
		other.key = key
		end := c.network.endpoint(fmt.Sprintf("stranger-%d", i), address(other.addresses, 20+i), 7946)
		m, err := start(end, other)
		if err != nil {
			return err
		}
		defer m.Shutdown()
		told := c.since("stream-reply err")
		if _, err = m.Join([]string{c.members[0].end.address()}); err == nil {
			return fmt.Errorf("a stranger could join with the key %x", key)
		}
		if err := until("the error to be told", told); err != nil {
			return err
		}
	}
	return nil
}

// provoke sends streams that no member would, for the sake of the errors that they are answered
// with. What it writes itself is not recorded.
func (c *cluster) provoke() error {
	requests := []string{
		"\x09\x82\xa4Algo\x07\xa3Buf\xa0",                       // a compression unknown
		"\x09\x82\xa4Algo\x00\xa3Buf\xa4\xff\xff\xff\xff",       // an LZW code out of order
		"\x0a\x00\x00\x00\x1d\x02" + strings.Repeat("\x00", 28), // an encryption version unknown
		"\x0a\x00\x00\x00\x02\x01\x00",                          // too short
		"\x0a\x7f\xff\xff\xff\x01",                              // too long
		"\x0a\x00\x00\x00\x2d\x01" + strings.Repeat("\x00", 44), // by no key
	}
	prefix := ""
	if label, ok := c.setting.values["Label"].(string); ok {
		prefix = "\xf4" + string([]byte{byte(len(label))}) + label
	}
	end := c.network.endpoint("provoker", address(c.setting.addresses, 30), 7946)
	end.silent = true
	for _, request := range requests {
		told := c.since("stream-reply err")
		conn, err := end.DialTimeout(c.members[0].end.address(), time.Second)
		if err != nil {
			return err
		}
		conn.Write([]byte(prefix + request))
		err = until("the error to be told", told)
		conn.Close()
		if err != nil {
			return err
		}
	}
	return nil
}
