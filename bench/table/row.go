// Package table holds what a run found: rows of figures side by side with a
// peer's or a floor's, the goal of each, and whether it was reached. It prints
// them as text, as Markdown, and as JSON lines to compare runs by.
package table

import (
	"fmt"
	"math"
)

// Unit says what a figure counts and how it is written.
type Unit string

// The units.
const (
	Micros    Unit = "µs" // written in ms or s when it is more
	Bytes     Unit = "B"  // written in kB, MB when it is more
	PerSecond Unit = "/s"
	MsPerSec  Unit = "ms/s"
	Plain     Unit = ""
)

// Figure is a number with its unit.
type Figure struct {
	Value float64 `json:"value"`
	Unit  Unit    `json:"unit"`
}

// String writes the figure with three digits that count.
func (f Figure) String() string {
	v := f.Value
	switch f.Unit {
	case Micros:
		switch {
		case v >= 1e6:
			return digits(v/1e6) + " s"
		case v >= 1e3:
			return digits(v/1e3) + " ms"
		}
		return digits(v) + " µs"
	case Bytes:
		switch {
		case v >= 1e6:
			return digits(v/1e6) + " MB"
		case v >= 1e4:
			return digits(v/1e3) + " kB"
		}
		return fmt.Sprintf("%.0f B", v)
	case PerSecond:
		return fmt.Sprintf("%.0f/s", v)
	case MsPerSec:
		return digits(v) + " ms/s"
	}
	return digits(v)
}

// digits writes three digits that count, and all those before the point.
func digits(v float64) string {
	switch a := math.Abs(v); {
	case a == 0:
		return "0"
	case a >= 100:
		return fmt.Sprintf("%.0f", v)
	case a >= 10:
		return fmt.Sprintf("%.1f", v)
	case a >= 0.1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.2g", v)
}

// Goal is a bound. The zero Goal is none: the figure is told, not judged.
type Goal struct {
	AtMost, AtLeast float64 // of the ratio; 0: no such bound
	Figure          bool    // the bound is of vigie's figure, not of the ratio
}

// None reports whether there is no bound.
func (g Goal) None() bool { return g.AtMost == 0 && g.AtLeast == 0 }

// Row is one line: a measure of vigie, what it is held against, and the goal.
type Row struct {
	Topic   string `json:"topic"`
	Measure string `json:"measure"`
	Vigie   Figure `json:"vigie"`
	Against string `json:"against,omitempty"` // "" with a Goal of the figure
	Other   Figure `json:"other"`
	Goal    Goal   `json:"goal"`
	Note    string `json:"note,omitempty"`
	// Missing says why there is no figure: a peer that is not installed, a
	// command that there is not. Broken says what went wrong.
	Missing string `json:"missing,omitempty"`
	Broken  string `json:"broken,omitempty"`
}

// Ratio is vigie's figure by the other; 0 when there is nothing to divide.
func (r Row) Ratio() float64 {
	if r.Other.Value == 0 {
		return 0
	}
	return r.Vigie.Value / r.Other.Value
}

// judged is the number that the goal is about.
func (r Row) judged() float64 {
	if r.Goal.Figure {
		return r.Vigie.Value
	}
	return r.Ratio()
}

// Reached reports whether the goal is met. Nothing that was not measured is.
func (r Row) Reached() bool {
	if r.Missing != "" || r.Broken != "" || r.Goal.None() {
		return false
	}
	if !r.Goal.Figure && r.Other.Value == 0 {
		return false
	}
	v := r.judged()
	return (r.Goal.AtMost == 0 || v <= r.Goal.AtMost) && (r.Goal.AtLeast == 0 || v >= r.Goal.AtLeast)
}

// Verdict is one phrase: "reached", "missed by 1.8×", "not measured: why",
// "broke: why", or "–" where there is no goal.
func (r Row) Verdict() string {
	switch {
	case r.Broken != "":
		return "broke: " + r.Broken
	case r.Missing != "":
		return "not measured: " + r.Missing
	case r.Goal.None():
		return "–"
	case r.Reached():
		return "reached"
	case !r.Goal.Figure && r.Other.Value == 0:
		return "not judged: the other took nothing that can be measured"
	}
	by := r.judged() / r.Goal.AtMost
	if r.Goal.AtMost == 0 {
		by = r.Goal.AtLeast / r.judged()
	}
	return "missed by " + digits(by) + "×"
}

// goal is the bound as it is written.
func (r Row) goal() string {
	write := func(v float64) string {
		if r.Goal.Figure {
			return Figure{v, r.Vigie.Unit}.String()
		}
		return trim(v) + " ×"
	}
	switch {
	case r.Goal.None():
		return "–"
	case r.Goal.AtMost != 0:
		return "≤ " + write(r.Goal.AtMost)
	}
	return "≥ " + write(r.Goal.AtLeast)
}

func trim(v float64) string { return fmt.Sprintf("%g", v) }
