package mail

import (
	"context"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-msgauth/authres"

	"vigie/inbox/text"
)

const (
	lookedAt = 100 // mails at the end of INBOX that are looked at
	// leastSenders is how many domains must have written mails that bear the
	// same name: a name that few bring along they have written themselves.
	leastSenders = 3
)

// Propose finds the name by which the mailbox's own server signs
// Authentication-Results, for the setting "authserv": that which the newest
// mails of most senders bear above all others. Anybody may write such a field
// into a mail, but not into everybody's.
func (c *connector) Propose(ctx context.Context) (map[string]string, error) {
	found := map[string]string{}
	if c.authserv != "" {
		return found, nil
	}
	err := c.with(ctx, "look at the newest mails", func(s *session) error {
		data, err := s.choose(inboxName)
		if err != nil || data.NumMessages == 0 {
			return err
		}
		uids, err := s.search(&imap.SearchCriteria{SeqNum: []imap.SeqSet{{{Start: max(data.NumMessages, lookedAt) - lookedAt + 1, Stop: data.NumMessages}}}})
		if err != nil || len(uids) == 0 {
			return err
		}
		list, err := s.heads(uids)
		if err != nil {
			return err
		}
		if name := usualSigner(list); name != "" {
			found["authserv"] = name
		}
		return nil
	})
	return found, err
}

// usualSigner is the name that the mails of most senders bear first; "": there
// is none.
func usualSigner(list []*letter) string {
	senders, all := map[string]map[string]bool{}, map[string]bool{}
	for _, l := range list {
		from := l.people("from")
		if len(from) == 0 {
			continue
		}
		domain := from[0].address[strings.LastIndexByte(from[0].address, '@')+1:]
		all[domain] = true
		if name := l.signer(); name != "" {
			if senders[name] == nil {
				senders[name] = map[string]bool{}
			}
			senders[name][domain] = true
		}
	}
	usual, most := "", max(leastSenders, len(all)/2+1)
	for name, domains := range senders {
		if n := len(domains); n > most || n == most && (usual == "" || name < usual) {
			usual, most = name, n
		}
	}
	return usual
}

// signer is the name in the first Authentication-Results of a mail; "": it has
// none.
func (h head) signer() string {
	name, _, err := authres.Parse(h.get("authentication-results"))
	if err != nil {
		return ""
	}
	return strings.ToLower(text.CleanLine(strings.TrimSpace(name)).String())
}
