package mastodon

import "vigie/inbox"

// Budgets implements inbox.Budgeter: what the server's last answers told.
func (c *connector) Budgets() []inbox.Budget { return c.client.Budget().Left() }
