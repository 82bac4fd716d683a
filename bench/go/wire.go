package main

import (
	"bytes"
	"compress/lzw"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/hashicorp/go-msgpack/v2/codec"
)

const (
	pingType     = 0
	ackType      = 2
	aliveType    = 4
	pushPullType = 6
	compressType = 9
	encryptType  = 10
)

const (
	nonceBytes = 12
	tagBytes   = 16
)

type pingMessage struct {
	SeqNo      uint32
	Node       string
	SourceAddr []byte `codec:",omitempty"`
	SourcePort uint16 `codec:",omitempty"`
	SourceNode string `codec:",omitempty"`
}

type ackMessage struct {
	SeqNo   uint32
	Payload []byte
}

type aliveMessage struct {
	Incarnation uint32
	Node        string
	Addr        []byte
	Port        uint16
	Meta        []byte
	Vsn         []byte
}

type suspectMessage struct {
	Incarnation uint32
	Node        string
	From        string
}

type pushPullHeader struct {
	Nodes        int
	UserStateLen int
	Join         bool
	// Of hearsay alone.
	Digest []byte `codec:",omitempty"`
}

type pushPullNode struct {
	Name        string
	Addr        []byte
	Port        uint16
	Meta        []byte
	Incarnation uint32
	State       int
	Vsn         []byte
}

type compressed struct {
	Algo uint8
	Buf  []byte
}

// encode writes a type byte and structs.
func encode(kind byte, structs ...any) []byte {
	var buffer bytes.Buffer
	buffer.WriteByte(kind)
	encoder := codec.NewEncoder(&buffer, &codec.MsgpackHandle{})
	for _, each := range structs {
		if err := encoder.Encode(each); err != nil {
			panic(err)
		}
	}
	return buffer.Bytes()
}

// stateOf is a push/pull message with that many live members. Their addresses are all of 127.0.0.0/8,
// so that whatever were sent to them could not leave this machine.
func stateOf(prefix string, members int, join bool, digest []byte) []byte {
	structs := []any{&pushPullHeader{Nodes: members, Join: join, Digest: digest}}
	for index := range members {
		number := index + 1
		structs = append(structs, &pushPullNode{
			Name: fmt.Sprintf("%s-%04d.eu-west.example", prefix, number),
			Addr: []byte{127, byte(1 + number>>16), byte(number >> 8), byte(number)},
			Port: 7946, Incarnation: 1, Vsn: []byte{1, 5, 2, 0, 0, 0},
		})
	}
	return encode(pushPullType, structs...)
}

func compress(message []byte) []byte {
	var packed bytes.Buffer
	writer := lzw.NewWriter(&packed, lzw.LSB, 8)
	writer.Write(message)
	writer.Close()
	return encode(compressType, &compressed{Buf: packed.Bytes()})
}

func gcm(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal writes version, nonce, ciphertext and tag after what is there already.
func seal(to []byte, aead cipher.AEAD, message, associated []byte) []byte {
	start := len(to)
	to = append(to, 1)
	to = append(to, make([]byte, nonceBytes)...)
	nonce := to[start+1 : start+1+nonceBytes]
	rand.Read(nonce)
	return aead.Seal(to, nonce, message, associated)
}

func open(aead cipher.AEAD, sealed, associated []byte) ([]byte, error) {
	if len(sealed) < 1+nonceBytes+tagBytes || sealed[0] != 1 {
		return nil, errors.New("not encrypted with version 1")
	}
	return aead.Open(nil, sealed[1:1+nonceBytes], sealed[1+nonceBytes:], associated)
}

// sealStream is a message as it goes over a stream.
func sealStream(message []byte, compression bool, key []byte) ([]byte, error) {
	if compression {
		message = compress(message)
	}
	if len(key) == 0 {
		return message, nil
	}
	aead, err := gcm(key)
	if err != nil {
		return nil, err
	}
	header := make([]byte, 5, 5+1+nonceBytes+len(message)+tagBytes)
	header[0] = encryptType
	binary.BigEndian.PutUint32(header[1:], uint32(1+nonceBytes+len(message)+tagBytes))
	return seal(header, aead, message, header), nil
}

// headerIn opens a push/pull message as it came over a stream, and sees to it that its entries can be read.
func headerIn(stream, key []byte) (header pushPullHeader, err error) {
	if len(key) > 0 {
		aead, err := gcm(key)
		if err != nil {
			return header, err
		}
		if len(stream) < 5 || stream[0] != encryptType {
			return header, errors.New("the answer is not encrypted")
		}
		if stream, err = open(aead, stream[5:], stream[:5]); err != nil {
			return header, err
		}
	}
	if len(stream) > 0 && stream[0] == compressType {
		var packed compressed
		if err = codec.NewDecoderBytes(stream[1:], &codec.MsgpackHandle{}).Decode(&packed); err != nil {
			return header, err
		}
		plain, err := io.ReadAll(lzw.NewReader(bytes.NewReader(packed.Buf), lzw.LSB, 8))
		if err != nil {
			return header, err
		}
		stream = plain
	}
	if len(stream) == 0 || stream[0] != pushPullType {
		return header, errors.New("the answer is no push/pull")
	}
	decoder := codec.NewDecoderBytes(stream[1:], &codec.MsgpackHandle{})
	if err = decoder.Decode(&header); err != nil {
		return header, err
	}
	for range header.Nodes {
		var node pushPullNode
		if err = decoder.Decode(&node); err != nil {
			return header, err
		}
	}
	return header, nil
}
