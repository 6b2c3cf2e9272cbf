package main

import (
	"context"

	"vigie/cmd/vigie/config"
	"vigie/inbox"
	"vigie/tui/lang"
)

// keeping is how the store is looked after.
type keeping struct {
	Unindexed uint64       `json:"unindexed"` // messages that searches read one by one
	Bytes     int64        `json:"bytes"`     // size of the store's file
	Free      int64        `json:"free"`      // of it, what holds nothing
	Retention []clientRule `json:"retention"` // of the clients that have one
}

// clientRule is how long a client's messages are kept.
type clientRule struct {
	Client string `json:"client"`
	Rule   string `json:"rule"`
	name   string
}

// config is the server's configuration as it is now.
func (s *server) config() config.Config {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conf
}

// keeping looks how the store is.
func (d *desk) keeping(ctx context.Context, conf config.Config) (k keeping, err error) {
	is, err := d.repo.Index(ctx)
	if err != nil {
		return k, err
	}
	size, err := d.repo.Compaction(ctx)
	if err != nil {
		return k, err
	}
	return keeping{Unindexed: is.Messages - min(is.Indexed, is.Messages), Bytes: size.Bytes, Free: size.Free, Retention: clientRules(conf)}, nil
}

// clientRules are the rules of the clients that have one.
func clientRules(conf config.Config) []clientRule {
	rules := []clientRule{}
	for _, c := range conf.Clients {
		if c.Retention.Duration > 0 {
			rules = append(rules, clientRule{c.ID, c.Retention.String(), clientOf(c).Name})
		}
	}
	return rules
}

// examineKeeping says how the index is, and what compacting would gain.
func (d *desk) examineKeeping(ctx context.Context) error {
	k, err := d.keeping(ctx, config.Config{})
	switch {
	case err != nil:
		return err
	case k.Unindexed > 0:
		finding(d, true, d.p.T("doctor.index"), d.p.T("status.index", lang.Count(k.Unindexed)))
	default:
		finding(d, true, d.p.T("doctor.index"), d.p.T("doctor.index.ok"))
	}
	if (inbox.Compaction{Bytes: k.Bytes, Free: k.Free}).Worth() {
		finding(d, true, d.p.T("doctor.store"), d.p.T("status.free", lang.Bytes(k.Free), lang.Bytes(k.Bytes)))
	}
	return nil
}

// tellKeeping says what of it is worth saying.
func (d *desk) tellKeeping(k keeping) {
	if k.Unindexed > 0 {
		d.line("status.index", lang.Count(k.Unindexed))
	}
	if (inbox.Compaction{Bytes: k.Bytes, Free: k.Free}).Worth() {
		d.line("status.free", lang.Bytes(k.Free), lang.Bytes(k.Bytes))
	}
	for _, r := range k.Retention {
		d.line("status.retention", r.name, r.Rule)
	}
}
