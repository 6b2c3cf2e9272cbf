package config

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Example is config.example.yaml: every setting, with its comment from the doc
// tags. It is a whole configuration that loads without mistakes.
func Example() []byte {
	w := exampleWriter{told: map[reflect.Type]bool{}}
	w.line(0, "# vigie's configuration. Every setting may be left out; what is commented out is an example.")
	w.line(0, "# A secret is a reference, never the value: env:NAME, file:PATH (mode 0600), keyring:SERVICE/USER, age:FILE,")
	w.line(0, "# or a list: the command that prints it. \"vigie config check\" names every mistake by line.")
	v := reflect.ValueOf(exampleConfig())
	w.told[v.Type()] = true
	for i := range v.NumField() {
		f := v.Type().Field(i)
		w.line(0, "")
		w.line(0, "# "+f.Tag.Get("doc"))
		w.field(0, f.Tag.Get("yaml"), v.Field(i), "")
	}
	return w.out.Bytes()
}

func exampleConfig() Config {
	c := Default()
	c.Clients = []Client{
		{
			ID: "miette", Name: "Miette", Color: "orange", Zone: "Europe/Paris",
			Hours:  Hours{"mon-fri": {"08:00-12:00", "13:30-18:00"}, "sat": {"09:00-12:00"}},
			Answer: Duration(4 * time.Hour), Answers: Within{"dm": Duration(time.Hour)},
			Charter: Charter{
				Address: "vous", Emoji: "none", Languages: []string{"fr", "en"},
				Words: []Word{
					{Word: "garanti", Why: "no promises", Block: true},
					{Word: "pas de souci", Why: "too familiar"},
				},
				Notes: []string{"Sign with the first name of who answers"},
			},
			Replies: []Reply{
				{ID: "hours", Lang: "fr", Text: "Bonjour {{name}}, nous sommes ouverts de 8 h à 18 h."},
				{ID: "hours", Lang: "en", Text: "Hello {{name}}, we are open from 8 am to 6 pm."},
			},
			Contacts: []Contact{
				{ID: "marc", Name: "Marc", Role: "workshop", Mail: "marc@miette.example"},
				{ID: "press", Name: "Press office", Webhook: "https://miette.example/hooks/vigie", Secret: Secret{Ref: "env:MIETTE_HOOK_SECRET"}},
				{ID: "on-call", Name: "On call", Command: []string{"/usr/local/bin/page", "--team", "web"}},
			},
			Accounts: []Account{
				{
					ID: "miette-mastodon", Network: "mastodon", Server: "https://mastodon.example", Token: Secret{Ref: "env:MIETTE_MASTODON_TOKEN"},
					History: Duration(30 * day), Fresh: Duration(3 * day), Deleted: "erase",
				},
				{
					ID: "miette-bluesky", Network: "bluesky", Handle: "miette.bsky.example",
					Password: Secret{Command: []string{"pass", "show", "vigie/miette-bluesky"}}, Poll: Duration(2 * time.Minute),
				},
			},
		},
		{
			ID: "atlas", Name: "Atlas", Color: "#3366cc", Zone: "Europe/Brussels", Hold: new(Duration(30 * time.Second)),
			Accounts: []Account{
				{ID: "atlas-watch", Network: "feeds", URLs: []string{"https://www.google.com/alerts/feeds/1/2", "https://forum.example/latest.rss"}, Words: []string{"atlas"}},
				{ID: "atlas-forum", Network: "bridge", Command: []string{"/usr/local/bin/forum-bridge"}, Settings: Settings{"board": "42"}},
			},
		},
	}
	c.Open = []string{"xdg-open"}
	c.Views = []View{
		{ID: "urgent", Name: "Urgent", Query: "is:overdue OR window:<2h OR tag:urgent"},
		{ID: "questions", Name: "Questions", Query: "state:ours has:question -is:watch"},
	}
	c.Keys = Keys{"done": {"e", "ctrl+d"}}
	c.SMTP = &SMTP{Host: "mail.example", Port: 587, From: "me@mail.example", User: "me", Password: Secret{Ref: "keyring:vigie/smtp"}}
	return c
}

// exampleWriter writes YAML by hand: the encoder knows no comments of tags.
type exampleWriter struct {
	out  bytes.Buffer
	told map[reflect.Type]bool // structs whose comments were written
}

func (w *exampleWriter) line(indent int, s string) {
	w.out.WriteString(strings.TrimRight(strings.Repeat(" ", indent)+s, " "))
	w.out.WriteByte('\n')
}

// field writes one key with its value; doc is its comment, "" for none.
func (w *exampleWriter) field(indent int, key string, v reflect.Value, doc string) {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch {
	case v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[Secret]():
		w.line(indent, comment(indent, key+":", doc))
		w.fields(indent+2, "", v)
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		w.line(indent, comment(indent, key+":", doc))
		for i := range v.Len() {
			w.fields(indent+4, strings.Repeat(" ", indent+2)+"- ", v.Index(i))
		}
	case v.Kind() == reflect.Map && v.Type() == reflect.TypeFor[Keys]():
		w.line(indent, comment(indent, key+":", doc))
		for it := v.MapRange(); it.Next(); {
			w.line(indent+2, it.Key().String()+": "+flow(it.Value().Interface()))
		}
	default:
		w.line(indent, comment(indent, key+": "+flow(plain(v.Interface())), doc))
	}
}

// fields writes a struct; the first time also what it leaves out, commented
// out. first replaces the indentation of the first line.
func (w *exampleWriter) fields(indent int, first string, v reflect.Value) {
	tell := !w.told[v.Type()]
	w.told[v.Type()] = true
	for i := range v.NumField() {
		f := v.Type().Field(i)
		doc, start := "", w.out.Len()
		if tell {
			doc = f.Tag.Get("doc")
		}
		switch {
		case !v.Field(i).IsZero():
			w.field(indent, f.Tag.Get("yaml"), v.Field(i), doc)
		case tell && f.Tag.Get("eg") != "":
			w.line(indent, comment(indent, "# "+f.Tag.Get("yaml")+": "+f.Tag.Get("eg"), doc))
		}
		if first != "" && w.out.Len() > start {
			line := w.out.Bytes()[start:]
			copy(line, first)
			first = ""
		}
	}
}

// comment puts a comment behind a line, in one column where there is room.
func comment(indent int, line, doc string) string {
	const column = 48
	if doc == "" {
		return line
	}
	return fmt.Sprintf("%-*s  # %s", column-indent, line, doc)
}

// plain turns our own types into what YAML writes.
func plain(v any) any {
	switch v := v.(type) {
	case Duration:
		return v.String()
	case Span:
		return v.String()
	case Within:
		words := map[string]string{}
		for kind, d := range v {
			words[kind] = d.String()
		}
		return words
	case Secret:
		if len(v.Command) > 0 {
			return v.Command
		}
		return v.Ref
	}
	return v
}

// flow writes a value on one line.
func flow(v any) string {
	var n yaml.Node
	if err := n.Encode(v); err != nil {
		return err.Error()
	}
	if n.Kind != yaml.ScalarNode {
		n.Style = yaml.FlowStyle
	}
	raw, err := yaml.Marshal(&n)
	if err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(string(raw), "\n")
}
