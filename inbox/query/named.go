package query

// Named is a term that names a client, a network or an account. Which there
// are, a query does not know.
type Named struct {
	Key   string // client, net, account
	Value string // in lower case
}

// Named lists those of a query, in its order.
func (q Query) Named() []Named {
	var out []Named
	if q.root != nil {
		q.root.any(func(t *term) bool {
			switch t.key {
			case "client", "net", "account":
				out = append(out, Named{t.key, t.value})
			}
			return false // all of them are looked at
		})
	}
	return out
}
