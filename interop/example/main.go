// Command example is a member that shares a map with others in the manner of the well-known Go example
// (github.com/asim/memberlist), on the real memberlist: what a program written after that article puts
// on the wire and takes from it.
//
//	message   "d" and a JSON array of {"Action": "add" | "del", "Data": {key: value}}
//	state     a JSON object of all keys, taken over by both sides of a join
//
// It serves /add?key=&val=, /get?key= and /del?key=, and says where on stdout:
// "gossip HOST:PORT", "http HOST:PORT", and "joined NAME" for each member that it comes to know. A test may shorten its gossip with -gossip.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
)

type change struct {
	Action string
	Data   map[string]string
}

// store is the map, and the delegate that shares it.
type store struct {
	mu    sync.RWMutex
	data  map[string]string
	queue *memberlist.TransmitLimitedQueue
}

func (s *store) get(key string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.data[key]
}

func (s *store) apply(changes []change) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, each := range changes {
		for key, value := range each.Data {
			if each.Action == "add" {
				s.data[key] = value
			} else if each.Action == "del" {
				delete(s.data, key)
			}
		}
	}
}

// tell makes a change here and has it gossiped.
func (s *store) tell(action, key, value string) error {
	changes := []change{{Action: action, Data: map[string]string{key: value}}}
	encoded, err := json.Marshal(changes)
	if err != nil {
		return err
	}
	s.apply(changes)
	s.queue.QueueBroadcast(message(append([]byte{'d'}, encoded...)))
	return nil
}

func (s *store) NodeMeta(int) []byte { return nil }

func (s *store) NotifyMsg(received []byte) {
	var changes []change
	if len(received) == 0 || received[0] != 'd' {
		log.Printf("[WARN] example: a message that is not ours: %q", received)
	} else if err := json.Unmarshal(received[1:], &changes); err != nil {
		log.Printf("[WARN] example: a message that cannot be read: %v", err)
	} else {
		s.apply(changes)
	}
}

func (s *store) GetBroadcasts(overhead, limit int) [][]byte {
	return s.queue.GetBroadcasts(overhead, limit)
}

func (s *store) LocalState(bool) []byte {
	s.mu.RLock()
	defer s.mu.RUnlock()
	encoded, err := json.Marshal(s.data)
	if err != nil {
		log.Printf("[ERR] example: the state: %v", err)
	}
	return encoded
}

func (s *store) MergeRemoteState(state []byte, join bool) {
	if !join || len(state) == 0 {
		return
	}
	var data map[string]string
	if err := json.Unmarshal(state, &data); err != nil {
		log.Printf("[WARN] example: a state that cannot be read: %v", err)
		return
	}
	s.apply([]change{{Action: "add", Data: data}})
}

func (s *store) NotifyJoin(node *memberlist.Node) { fmt.Printf("joined %s\n", node.Name) }
func (s *store) NotifyLeave(*memberlist.Node)     {}
func (s *store) NotifyUpdate(*memberlist.Node)    {}

// message is a broadcast that replaces no other.
type message []byte

func (m message) Message() []byte                       { return m }
func (m message) Finished()                             {}
func (m message) Invalidates(memberlist.Broadcast) bool { return false }

func (s *store) serve(listener net.Listener) error {
	handle := func(path string, answer func(w http.ResponseWriter, key string, r *http.Request) error) {
		http.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if err := answer(w, r.FormValue("key"), r); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		})
	}
	handle("/add", func(_ http.ResponseWriter, key string, r *http.Request) error {
		return s.tell("add", key, r.FormValue("val"))
	})
	handle("/del", func(_ http.ResponseWriter, key string, _ *http.Request) error {
		return s.tell("del", key, "")
	})
	handle("/get", func(w http.ResponseWriter, key string, _ *http.Request) error {
		_, err := w.Write([]byte(s.get(key)))
		return err
	})
	return http.Serve(listener, nil)
}

func run() error {
	members := flag.String("members", "", "members to join, separated by commas")
	name := flag.String("name", "example", "name of this member")
	port := flag.Int("port", 0, "port of the HTTP API; 0 takes a free one")
	gossip := flag.Duration("gossip", 100*time.Millisecond, "gossip interval")
	flag.Parse()

	config := memberlist.DefaultLocalConfig()
	config.Name = *name
	config.BindAddr, config.AdvertiseAddr = "127.0.0.1", "127.0.0.1"
	config.BindPort, config.AdvertisePort = 0, 0
	config.GossipInterval = *gossip
	shared := &store{data: map[string]string{}}
	config.Delegate, config.Events = shared, shared
	var list *memberlist.Memberlist
	count := func() int {
		if list == nil {
			return 1
		}
		return list.NumMembers()
	}
	shared.queue = &memberlist.TransmitLimitedQueue{NumNodes: count, RetransmitMult: 3}
	list, err := memberlist.Create(config)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		return err
	}
	if *members != "" {
		if _, err := list.Join(strings.Split(*members, ",")); err != nil {
			return err
		}
	}
	fmt.Printf("gossip %s\n", list.LocalNode().Address())
	fmt.Printf("http %s\n", listener.Addr())
	return shared.serve(listener)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
