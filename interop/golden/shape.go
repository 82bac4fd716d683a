package main

import (
	"bytes"
	"compress/lzw"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
)

// Numbers of the message types that a shape looks at by itself.
const (
	typeCompound = 7
	typeCompress = 9
	typeEncrypt  = 10
	typeCrc      = 12
	typeLabel    = 244
)

var typeNames = map[byte]string{
	0: "ping", 1: "indirectPing", 2: "ack", 3: "suspect", 4: "alive", 5: "dead", 6: "pushPull",
	8: "user", 11: "nack", 13: "err",
}

// shape says what is in some bytes without regard to values: the layers, and the kinds of message
// within. Records of the same shape and length teach nothing new; that each shape occurs is what the
// coverage counts.
type shape struct {
	layers   []string
	messages []string
	length   int
}

func (s shape) String() string {
	return strings.Join(s.layers, ">") + ":" + strings.Join(s.messages, "+")
}

// firstShape tries the keys in turn, and tells which it was.
func firstShape(channel string, data []byte, label string, keys [][]byte) (shape, []byte, error) {
	if len(keys) == 0 {
		keys = [][]byte{nil}
	}
	var failures error
	for _, key := range keys {
		found, err := shapeOf(channel, data, label, key)
		if err == nil {
			return found, key, nil
		}
		failures = errors.Join(failures, err)
	}
	return shape{}, nil, failures
}

func shapeOf(channel string, data []byte, label string, key []byte) (shape, error) {
	var found shape
	additional := []byte(label)
	if len(data) > 1 && data[0] == typeLabel {
		found.layers = append(found.layers, "label")
		data = data[2+int(data[1]):]
	}
	stream := channel != "packet"
	if stream && len(data) > 5 && data[0] == typeEncrypt {
		additional = append(append([]byte(nil), data[:5]...), additional...)
		data = data[5:]
	} else if stream {
		key = nil
	}
	if key != nil {
		plain, err := decrypt(key, data, additional)
		if err != nil {
			return found, err
		}
		found.layers = append(found.layers, fmt.Sprintf("encrypt%d", data[0]))
		data = plain
	}
	if !stream && len(data) > 5 && data[0] == typeCrc {
		found.layers = append(found.layers, "crc")
		data = data[5:]
	}
	if len(data) > 0 && data[0] == typeCompress {
		plain, err := decompress(data)
		if err != nil {
			return found, err
		}
		found.layers = append(found.layers, "compress")
		data = plain
	}
	if len(data) == 0 {
		return found, fmt.Errorf("nothing within the layers")
	}
	found.length = len(data)
	if !stream && data[0] == typeCompound {
		return found, found.compound(data)
	}
	return found, found.message(data[0])
}

func (s *shape) message(kind byte) error {
	name, ok := typeNames[kind]
	if !ok {
		return fmt.Errorf("message type %d", kind)
	}
	s.messages = append(s.messages, name)
	return nil
}

// compound adds the kinds in it, each once, and how many parts there are in powers of two.
func (s *shape) compound(data []byte) error {
	count := int(data[1])
	rest := data[2+2*count:]
	seen := map[byte]bool{}
	for i := range count {
		length := int(binary.BigEndian.Uint16(data[2+2*i:]))
		seen[rest[0]] = true
		rest = rest[length:]
	}
	s.layers = append(s.layers, "compound")
	for kind := range seen {
		if err := s.message(kind); err != nil {
			return err
		}
	}
	sort.Strings(s.messages)
	size := 2
	for size < count {
		size *= 2
	}
	s.messages = append(s.messages, fmt.Sprintf("<=%d", size))
	return nil
}

func decrypt(key, data, additional []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	if len(data) < 29 {
		return nil, fmt.Errorf("%d bytes are too few to be encrypted", len(data))
	}
	plain, err := gcm.Open(nil, data[1:13], data[13:], additional)
	if err == nil && data[0] == 0 {
		plain = plain[:len(plain)-int(plain[len(plain)-1])]
	}
	return plain, err
}

// decompress finds the LZW bytes at the end of a compress message: `82 a4 Algo 00 a3 Buf raw`.
func decompress(data []byte) ([]byte, error) {
	at := bytes.Index(data, []byte("\xa3Buf"))
	if at < 0 {
		return nil, fmt.Errorf("compress without Buf")
	}
	at += 4
	switch data[at] {
	case 0xda:
		at += 3
	case 0xdb:
		at += 5
	default:
		at++
	}
	return io.ReadAll(lzw.NewReader(bytes.NewReader(data[at:]), lzw.LSB, 8))
}
