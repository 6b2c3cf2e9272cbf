package bridge

import (
	"fmt"
	"slices"
	"time"

	"vigie/inbox"
	"vigie/inbox/text"
)

// maxWindow is the longest time to answer in that a program may name, in
// seconds: ten years.
const maxWindow = 10 * 365 * 24 * 60 * 60.0

// hello is what a program says of itself.
type hello struct {
	Version      int                              `json:"v"` // of the format; 0: not told
	Network      string                           `json:"network"`
	Capabilities []string                         `json:"caps"`
	Classes      map[inbox.ActionKind]inbox.Class `json:"classes"`
	Streams      []string                         `json:"streams"`
	Limits       struct {
		Reply       wireLimit `json:"reply"`
		Message     wireLimit `json:"message"`
		Files       wireFiles `json:"files"`
		ReplyWindow float64   `json:"reply_window_s"`
		// Windows are those of kinds of message that have another, in seconds.
		Windows map[inbox.Kind]float64 `json:"windows"`
	} `json:"limits"`
	Visibilities   []string `json:"visibilities"`
	Reasons        []string `json:"reasons"`
	KeyWindow      float64  `json:"key_window_s"`
	ReadsOwnWrites bool     `json:"reads_own_writes"`
	TellsHidden    bool     `json:"tells_hidden"`
	MinPoll        float64  `json:"min_poll_s"`
	Identity       struct {
		ID     string `json:"id"`
		Handle string `json:"handle"`
		Name   string `json:"name"`
		URL    string `json:"url"`
	} `json:"identity"`
}

type wireLimit struct {
	Max       int    `json:"max"`
	Unit      string `json:"unit"`
	MaxBytes  int    `json:"max_bytes"`
	URLLength int    `json:"url_length"`
}

func (l wireLimit) limit() inbox.TextLimit {
	unit := inbox.Unit(l.Unit)
	switch unit {
	case inbox.Characters, inbox.Graphemes, inbox.UTF16, inbox.Bytes:
	default:
		unit = inbox.Characters
	}
	return inbox.TextLimit{Max: max(l.Max, 0), Unit: unit, MaxBytes: max(l.MaxBytes, 0), URLLength: max(l.URLLength, 0)}
}

// maxFiles is the largest number of files with an answer that a program may
// name.
const maxFiles = 100

type wireFiles struct {
	Max   int      `json:"max"`
	Bytes int64    `json:"bytes"`
	Types []string `json:"types"`
	Alt   int      `json:"alt"`
	// Alone and Caption are as in inbox.MediaLimit.
	Alone   bool `json:"alone"`
	Caption int  `json:"caption"`
}

func (f wireFiles) limit() inbox.MediaLimit {
	l := inbox.MediaLimit{Max: min(max(f.Max, 0), maxFiles), Bytes: max(f.Bytes, 0), Alt: max(f.Alt, 0), Alone: f.Alone, Caption: max(f.Caption, 0)}
	for _, t := range f.Types {
		l.Types = append(l.Types, line(t))
	}
	return l
}

// made reports whether a kind makes a message, rather than setting a state.
func made(kind inbox.ActionKind) bool { return kind == inbox.ActReply || kind == inbox.ActPrivate }

// atBest is what a program could say of itself. Until it has said hello, an
// act of its is looked for again rather than given up.
func atBest() inbox.Caps {
	c := inbox.Caps{
		Streams: []inbox.Stream{
			inbox.StreamMentions, inbox.StreamComments, inbox.StreamMessages, inbox.StreamReviews, inbox.StreamWatch,
		},
		Acts: map[inbox.ActionKind]inbox.Capability{},
	}
	for _, kind := range inbox.ActionKinds() {
		c.Acts[kind] = inbox.Capability{OK: true, Class: inbox.ClassS}
		if made(kind) {
			c.Acts[kind] = inbox.Capability{OK: true, Class: inbox.ClassC}
		}
	}
	return c
}

// streams are those declared; a program that declares fetch and none has
// comments.
func (h hello) streams() []inbox.Stream {
	if !h.has("fetch") {
		return nil
	}
	out := slices.DeleteFunc(atBest().Streams, func(s inbox.Stream) bool { return !slices.Contains(h.Streams, string(s)) })
	if len(out) == 0 {
		out = []inbox.Stream{inbox.StreamComments}
	}
	return out
}

func (h hello) has(capability string) bool { return slices.Contains(h.Capabilities, capability) }

func window(s float64) time.Duration {
	return time.Duration(min(max(s, 0), maxWindow) * float64(time.Second))
}

func (h hello) caps() inbox.Caps {
	if h.Capabilities == nil {
		return atBest()
	}
	c := inbox.Caps{
		Streams: h.streams(),
		Acts:    map[inbox.ActionKind]inbox.Capability{},
		Reply:   h.Limits.Reply.limit(), Message: h.Limits.Message.limit(), Media: h.Limits.Files.limit(),
		KeyWindow: seconds(h.KeyWindow), MinPoll: seconds(h.MinPoll),
		ReplyWindow:    window(h.Limits.ReplyWindow),
		Windows:        map[inbox.Kind]time.Duration{},
		ReadsOwnWrites: h.ReadsOwnWrites,
		TellsHidden:    h.TellsHidden,
	}
	for kind, s := range h.Limits.Windows {
		if kind.Valid() {
			c.Windows[kind] = window(s)
		}
	}
	for _, v := range h.Visibilities {
		c.Visibilities = append(c.Visibilities, line(v))
	}
	for _, r := range h.Reasons {
		c.Reasons = append(c.Reasons, line(r))
	}
	for _, kind := range inbox.ActionKinds() {
		if !h.has(string(kind)) {
			c.Acts[kind] = inbox.Capability{Why: inbox.CodeUnsupported}
			continue
		}
		c.Acts[kind] = inbox.Capability{OK: true, Class: h.class(kind)}
	}
	return c
}

// class is how sure an act of the program is to be done once: what it says
// itself, where it has what that needs, else what follows from what it has.
func (h hello) class(kind inbox.ActionKind) inbox.Class {
	said := h.Classes[kind]
	switch {
	case said == inbox.ClassA && made(kind) && h.KeyWindow > 0,
		(said == inbox.ClassB || said == inbox.ClassC) && h.has("find"),
		said == inbox.ClassD:
		return said
	case !made(kind):
		return inbox.ClassS
	case h.KeyWindow > 0:
		return inbox.ClassA
	case h.has("find"):
		return inbox.ClassC
	}
	return inbox.ClassD
}

func (h hello) identity(a inbox.Account) inbox.Identity {
	handle := h.Identity.Handle
	if handle == "" {
		handle = a.Handle
	}
	return inbox.Identity{
		Remote: text.CleanLine(h.Identity.ID).String(), Handle: line(handle),
		Name: line(h.Identity.Name), URL: text.CleanLine(h.Identity.URL).String(), Network: line(h.Network),
	}
}

// errNoStream is a stream that the program does not declare.
var errNoStream = fmt.Errorf("the program does not declare the stream: %w", inbox.ErrUnsupported)

func (h hello) reads(s inbox.Stream) error {
	if !slices.Contains(h.streams(), s) {
		return errNoStream
	}
	return nil
}

func (h hello) acts(kind inbox.ActionKind) error {
	if !h.has(string(kind)) || !h.caps().Can(kind) {
		return fmt.Errorf("the program does not declare it: %w", inbox.ErrUnsupported)
	}
	return nil
}

func (h hello) finds() error {
	if !h.has("find") {
		return fmt.Errorf("the program does not declare it: %w", inbox.ErrUnsupported)
	}
	return nil
}
