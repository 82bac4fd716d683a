// Package settings fills a memberlist.Config by field name. Releases differ in the fields that they
// have; going by name lets one source build against each of them, and name the missing one.
package settings

import (
	"encoding/base64"
	"fmt"
	"net"
	"reflect"
	"time"

	"github.com/hashicorp/memberlist"
)

var (
	durationType = reflect.TypeFor[time.Duration]()
	bytesType    = reflect.TypeFor[[]byte]()
	networksType = reflect.TypeFor[[]net.IPNet]()
)

// Profile gives the defaults to start from: "lan", "wan" or "local".
func Profile(name string) (*memberlist.Config, error) {
	switch name {
	case "", "lan":
		return memberlist.DefaultLANConfig(), nil
	case "wan":
		return memberlist.DefaultWANConfig(), nil
	case "local":
		return memberlist.DefaultLocalConfig(), nil
	default:
		return nil, fmt.Errorf("no profile %q: lan, wan or local", name)
	}
}

// Has tells whether this release has the setting.
func Has(field string) bool {
	_, ok := reflect.TypeFor[memberlist.Config]().FieldByName(field)
	return ok
}

// Apply sets each named field. Values are as JSON has them: a duration is text as in "200ms" or a
// number of milliseconds, bytes are base64, networks are a list of CIDR texts.
func Apply(config *memberlist.Config, values map[string]any) error {
	for name, value := range values {
		if err := set(config, name, value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func set(config *memberlist.Config, name string, value any) error {
	field := reflect.ValueOf(config).Elem().FieldByName(name)
	if !field.IsValid() {
		return fmt.Errorf("this release of memberlist does not have it")
	}
	switch field.Type() {
	case durationType:
		return setDuration(field, value)
	case bytesType:
		text, ok := value.(string)
		if !ok {
			return fmt.Errorf("wants base64, got %T", value)
		}
		bytes, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return err
		}
		field.SetBytes(bytes)
		return nil
	case networksType:
		return setNetworks(field, value)
	}
	given := reflect.ValueOf(value)
	if !given.IsValid() || !given.CanConvert(field.Type()) || given.Kind() == reflect.Float64 && field.Kind() == reflect.String {
		return fmt.Errorf("wants %s, got %T", field.Type(), value)
	}
	field.Set(given.Convert(field.Type()))
	return nil
}

func setDuration(field reflect.Value, value any) error {
	switch value := value.(type) {
	case string:
		duration, err := time.ParseDuration(value)
		if err != nil {
			return err
		}
		field.SetInt(int64(duration))
	case float64:
		field.SetInt(int64(value * float64(time.Millisecond)))
	case time.Duration:
		field.SetInt(int64(value))
	default:
		return fmt.Errorf("wants a duration, got %T", value)
	}
	return nil
}

func setNetworks(field reflect.Value, value any) error {
	list, ok := value.([]any)
	if !ok {
		return fmt.Errorf("wants a list of CIDR texts, got %T", value)
	}
	networks := []net.IPNet{}
	for _, item := range list {
		_, network, err := net.ParseCIDR(fmt.Sprint(item))
		if err != nil {
			return err
		}
		networks = append(networks, *network)
	}
	field.Set(reflect.ValueOf(networks))
	return nil
}
