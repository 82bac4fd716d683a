package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Payloads up to this size are told whole; of larger ones only length and hash.
const shownBytes = 4096

// payload is given as base64 text, or as {"length", "seed"} for a pattern that both sides can make.
type payload []byte

func (p *payload) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		decoded, err := base64.StdEncoding.DecodeString(text)
		*p = append(payload{}, decoded...)
		return err
	}
	var made struct{ Length, Seed int }
	if err := json.Unmarshal(data, &made); err != nil {
		return fmt.Errorf("a payload is base64, or a length and a seed: %w", err)
	}
	*p = pattern(made.Length, made.Seed)
	return nil
}

// bytes is nil for what was not given.
func (p *payload) bytes() []byte {
	if p == nil {
		return nil
	}
	return *p
}

func pattern(length, seed int) []byte {
	bytes := make([]byte, length)
	for i := range bytes {
		bytes[i] = byte(i*31 + (i>>8)*17 + seed)
	}
	return bytes
}

func shown(bytes []byte) map[string]any {
	sum := sha256.Sum256(bytes)
	fields := map[string]any{"length": len(bytes), "sha256": hex.EncodeToString(sum[:])}
	if len(bytes) <= shownBytes {
		fields["bytes"] = base64.StdEncoding.EncodeToString(bytes)
	}
	return fields
}
