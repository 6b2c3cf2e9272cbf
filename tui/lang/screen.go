package lang

// screenTable holds the sentences of the terminal screens.
var screenTable = map[Key]entry{
	"state.ours":      {"à nous", "ours"},
	"state.theirs":    {"à eux", "theirs"},
	"state.snoozed":   {"en pause", "snoozed"},
	"state.escalated": {"escaladé", "escalated"},
	"state.done":      {"fait", "done"},
}
