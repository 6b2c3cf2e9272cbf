package config

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"
	"go.yaml.in/yaml/v3"

	"vigie/connectors"
	"vigie/inbox/pattern"
)

// maxFile is the largest configuration that is read, in bytes.
const maxFile = 4 << 20

// Load reads a configuration file. It names every mistake it finds, in the
// order of the file; with a mistake, the Config is the default one. A file
// that does not exist is the default configuration and no mistake. The
// networks of r say which settings an account needs.
func Load(path string, r connectors.Registry) (Config, []Mistake) {
	return load(path, r, nil)
}

// load is Load with what a missing file is worth.
func load(path string, r connectors.Registry, missing []Mistake) (Config, []Mistake) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Default(), missing
	}
	if err != nil {
		return Default(), []Mistake{{File: path, Key: "config.unreadable", Args: []any{err.Error()}}}
	}
	return Parse(path, raw, r)
}

// Parse is Load for a file that was read; name is for the mistakes.
func Parse(name string, raw []byte, r connectors.Registry) (Config, []Mistake) {
	if len(raw) > maxFile {
		return Default(), []Mistake{{File: name, Key: "config.too-large", Args: []any{maxFile >> 20}}}
	}
	var root yaml.Node
	if err := yaml.Unmarshal(raw, &root); err != nil {
		return Default(), []Mistake{syntax(name, err)}
	}
	c := checker{file: name, registry: r, first: map[string]int{}}
	if root.Kind == yaml.DocumentNode {
		c.value(root.Content[0], reflect.TypeFor[Config](), "", "")
	}
	if len(c.mistakes) > 0 {
		slices.SortStableFunc(c.mistakes, func(a, b Mistake) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		})
		return Default(), c.mistakes
	}
	conf := Default()
	var parse viper.ConfigParseError
	if err := decode(raw, &conf); errors.As(err, &parse) {
		return Default(), []Mistake{syntax(name, parse.Unwrap())}
	} else if err != nil {
		return Default(), []Mistake{{File: name, Key: "config.unreadable", Args: []any{err.Error()}}}
	}
	conf.fill()
	return conf, nil
}

// decode lets viper read a checked file over the defaults. Viper takes all
// keys in lower case, which the check has made sure of.
func decode(raw []byte, conf *Config) error {
	v := viper.NewWithOptions(viper.KeyDelimiter("\x00"))
	v.SetConfigType("yaml")
	if err := v.ReadConfig(bytes.NewReader(raw)); err != nil {
		return err
	}
	return v.UnmarshalExact(conf, viper.DecodeHook(hook), func(d *mapstructure.DecoderConfig) { d.TagName = "yaml" })
}

// hook reads the types that are written as a word or a list.
func hook(_, to reflect.Type, data any) (any, error) {
	switch to {
	case reflect.TypeFor[Duration]():
		if s, ok := data.(string); ok {
			return ParseDuration(s)
		}
	case reflect.TypeFor[Span]():
		if s, ok := data.(string); ok {
			return ParseSpan(s)
		}
	case reflect.TypeFor[Holiday]():
		if at, ok := data.(time.Time); ok { // YAML takes a date for a time
			return at.Format(time.DateOnly), nil
		}
	case reflect.TypeFor[Secret]():
		switch d := data.(type) {
		case string:
			return Secret{Ref: d}, nil
		case []any:
			return Secret{Command: words(d)}, nil
		case map[string]any:
			list, _ := d["cmd"].([]any)
			return Secret{Command: words(list)}, nil
		}
	}
	return data, nil
}

func words(list []any) []string {
	var out []string
	for _, w := range list {
		if s, ok := w.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

var yamlLine = pattern.Lazy(`line (\d+): `)

// syntax turns the parser's complaint into a mistake at its line.
func syntax(name string, err error) Mistake {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	m := Mistake{File: name, Key: "config.syntax"}
	if at := yamlLine().FindStringSubmatch(text); at != nil {
		if line, convErr := strconv.Atoi(at[1]); convErr == nil {
			m.Line, m.Column = line, 1
			text = strings.Replace(text, at[0], "", 1)
		}
	}
	m.Args = []any{text}
	return m
}
