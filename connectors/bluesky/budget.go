package bluesky

import "vigie/inbox"

// Budgets implements inbox.Budgeter: what the servers' last answers told.
func (c *Connector) Budgets() []inbox.Budget { return c.http.Budget().Left() }
