package inbox

// Since is what happened in a thread after somebody last looked at it.
type Since struct {
	New     int // messages of theirs
	Edited  int
	Removed int
	// Answers are answers of others: in vigie, or on the network itself.
	Answers []Event
}

// Zero reports whether nothing happened.
func (s Since) Zero() bool {
	return s.New == 0 && s.Edited == 0 && s.Removed == 0 && len(s.Answers) == 0
}

// SinceEvent tells what happened after event n to a session, whose own
// answers do not count.
func SinceEvent(events []Event, n int, by By) Since {
	var s Since
	for _, e := range events {
		if e.N <= n {
			continue
		}
		switch {
		case e.Verb == Received, e.calls():
			s.New++
		case e.Verb == Edited:
			s.Edited++
		case e.Verb == Removed, e.shelves():
			s.Removed++
		case e.Verb == Replied:
			if !by.Made(e.Session, e.Line) {
				s.Answers = append(s.Answers, e)
			}
		}
	}
	return s
}
