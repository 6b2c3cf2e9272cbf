package measures

// All returns the measures in the order of the table. What changes the big
// store most comes last.
func All() []Measure {
	return []Measure{
		{"import", "Import", imports},
		{"disk", "Disk", disk},
		{"size", "Disk", binary},
		{"start", "Start", start},
		{"keys", "Keys", keys},
		{"burst", "Keys", burst},
		{"flow", "Keys", flow},
		{"draw", "Frames", draw},
		{"idle", "Idle", idle},
		{"open", "Inside the server", open},
		{"newest", "Inside the server", newest},
		{"search", "Search", search},
		{"command", "Search", command},
		{"one", "Changes", one},
		{"tag", "Changes", tag},
	}
}
