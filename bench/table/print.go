package table

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// Report is a whole run.
type Report struct {
	At      time.Time
	Kind    string   // "full", "quick"
	Machine []string // lines about the machine and the versions
	Rows    []Row
	Took    time.Duration
}

// Broken counts the rows whose measurement went wrong.
func (r Report) Broken() int {
	n := 0
	for _, row := range r.Rows {
		if row.Broken != "" {
			n++
		}
	}
	return n
}

// Summary counts the verdicts in one sentence.
func (r Report) Summary() string {
	var judged, reached, missed, missing int
	for _, row := range r.Rows {
		switch {
		case row.Broken != "":
		case row.Missing != "":
			missing++
		case row.Goal.None():
		case row.Reached():
			judged++
			reached++
		default:
			judged++
			missed++
		}
	}
	return fmt.Sprintf("%d goals judged: %d reached, %d missed. %d not measured, %d broke.", judged, reached, missed, missing, r.Broken())
}

var columns = [...]string{"measure", "vigie", "peer or floor", "ratio", "goal", "verdict"}

func (r Row) cells() [len(columns)]string {
	c := [len(columns)]string{r.Measure, "", r.Against, "", r.goal(), r.Verdict()}
	if r.Vigie.Value != 0 {
		c[1] = r.Vigie.String()
	}
	if r.Missing != "" || r.Broken != "" {
		return c
	}
	if r.Against != "" {
		c[2] = r.Against + " " + r.Other.String()
		if ratio := r.Ratio(); ratio != 0 {
			c[3] = digits(ratio)
		}
	}
	if r.Note != "" {
		c[5] += " (" + r.Note + ")"
	}
	return c
}

// Text writes the report for a terminal: columns aligned, topics apart.
func (r Report) Text(w io.Writer) error {
	widths := [len(columns)]int{}
	for i, name := range columns {
		widths[i] = utf8.RuneCountInString(name)
	}
	for _, row := range r.Rows {
		for i, c := range row.cells() {
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	var b strings.Builder
	line := func(cells [len(columns)]string) {
		for i, c := range cells {
			b.WriteString(c)
			if i < len(cells)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c)+2))
			}
		}
		b.WriteByte('\n')
	}
	for _, m := range r.Machine {
		fmt.Fprintln(&b, m)
	}
	b.WriteByte('\n')
	line(columns)
	topic := ""
	for _, row := range r.Rows {
		if row.Topic != topic {
			topic = row.Topic
			fmt.Fprintf(&b, "-- %s\n", topic)
		}
		line(row.cells())
	}
	fmt.Fprintf(&b, "\n%s Took %v.\n", r.Summary(), r.Took.Round(time.Second))
	_, err := io.WriteString(w, b.String())
	return err
}

// Markdown writes the report as a page's section.
func (r Report) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "A %s run of %s. %s It took %v.\n\n", r.Kind, r.At.Format("2 January 2006"), r.Summary(), r.Took.Round(time.Minute))
	for _, m := range r.Machine {
		fmt.Fprintf(&b, "- %s\n", m)
	}
	topic := ""
	for _, row := range r.Rows {
		if row.Topic != topic {
			topic = row.Topic
			fmt.Fprintf(&b, "\n### %s\n\n| %s |\n%s|\n", topic, strings.Join(columns[:], " | "), strings.Repeat("|---", len(columns)))
		}
		cells := row.cells()
		for i, c := range cells {
			cells[i] = strings.NewReplacer("|", "\\|", "\n", " ").Replace(c)
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells[:], " | "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// JSON writes a line a row, with ratio and verdict, each with the time of
// the run: what two runs are compared by.
func (r Report) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, row := range r.Rows {
		line := struct {
			At   string `json:"at"`
			Kind string `json:"kind"`
			Row
			Ratio   float64 `json:"ratio"`
			Verdict string  `json:"verdict"`
		}{r.At.UTC().Format(time.RFC3339), r.Kind, row, row.Ratio(), row.Verdict()}
		if err := enc.Encode(line); err != nil {
			return fmt.Errorf("write the results: %w", err)
		}
	}
	return nil
}

// The lines between which a page's table is written anew.
const (
	markBegin = "<!-- figures: written by make bench-docs -->"
	markEnd   = "<!-- end of figures -->"
)

// Replace puts section between the marks of a page.
func Replace(page, section string) (string, error) {
	before, rest, ok := strings.Cut(page, markBegin)
	_, after, ok2 := strings.Cut(rest, markEnd)
	if !ok || !ok2 {
		return "", fmt.Errorf("the page lacks %q or %q", markBegin, markEnd)
	}
	return before + markBegin + "\n\n" + strings.TrimSpace(section) + "\n\n" + markEnd + after, nil
}
