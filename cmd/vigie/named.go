package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"vigie/inbox/query"
	"vigie/tui/lang"
)

// namedTold is how many values that exist are told at most.
const namedTold = 20

// tellUnknown notes the clients, networks and accounts that a query names and
// that there are not, with those that there are.
func (d *desk) tellUnknown(ctx context.Context, text string) error {
	q, err := query.Parse(text)
	if err != nil {
		return nil // whoever carries the query out tells that
	}
	named := q.Named()
	if len(named) == 0 {
		return nil
	}
	known, err := d.namedValues(ctx)
	if err != nil {
		return err
	}
	for _, n := range named {
		there := slices.Sorted(slices.Values(known[n.Key]))
		there = slices.Compact(there)
		if slices.ContainsFunc(there, func(v string) bool { return strings.ToLower(v) == n.Value }) {
			continue
		}
		if more := len(there) - namedTold; more > 0 {
			there = append(there[:namedTold], d.p.T("query.more", lang.Count(more)))
		}
		fmt.Fprintln(d.err, inert(d.p.T("query.not-there", n.Key+":"+n.Value, strings.Join(there, " "))))
	}
	return nil
}

// namedValues are the ids of the configuration and of the store that a query
// may name, by its key.
func (d *desk) namedValues(ctx context.Context) (map[string][]string, error) {
	known := map[string][]string{}
	for _, c := range d.eng.Clients() {
		known["client"] = append(known["client"], string(c.ID))
	}
	set, err := d.eng.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range set {
		known["account"] = append(known["account"], string(a.Account.ID))
		known["net"] = append(known["net"], string(a.Account.Network))
	}
	counts, err := d.eng.Counts(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range counts {
		if slices.Contains(known["account"], string(c.Account)) {
			continue
		}
		a, ok, err := d.eng.AccountOf(ctx, c.Account)
		if err != nil {
			return nil, err
		}
		if ok {
			known["account"] = append(known["account"], string(a.ID))
			known["net"] = append(known["net"], string(a.Network))
			known["client"] = append(known["client"], string(a.Client))
		}
	}
	return known, nil
}
