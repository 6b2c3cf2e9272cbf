package text

// The caps of clean text. A text that is longer ends in "…[+N]", where N is
// the number of characters of the original that are not shown.
const (
	// MaxBytes is the most that Clean returns, in bytes.
	MaxBytes = 64 << 10
	// MaxLines is the most that Clean returns, in lines.
	MaxLines = 2000
	// MaxLineBytes is the most that CleanLine returns, in bytes.
	MaxLineBytes = 4 << 10
	// MaxMarks is how many marks one base character keeps.
	MaxMarks = 4
	// MaxJoiners is how many joiners one cluster keeps.
	MaxJoiners = 16
	// TabWidth is how many spaces a tab becomes.
	TabWidth = 4
)

// tailRoom is the space kept for the ending, in bytes: "…[+" and "]" around
// at most 19 digits.
const tailRoom = 32
