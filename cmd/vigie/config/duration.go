package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// ParseDuration reads a time span as people write it: Go's 1h30m, and whole
// days as 30d, weeks as 2w, years of 365 days as 2y, or months, the twelfth
// parts of such a year, as 24mo. It is never negative.
func ParseDuration(s string) (Duration, error) {
	for unit, length := range map[string]time.Duration{"d": day, "w": 7 * day, "mo": 365 * day / 12, "y": 365 * day} {
		if n, ok := strings.CutSuffix(s, unit); ok {
			many, err := strconv.ParseUint(n, 10, 12)
			if err != nil {
				return 0, fmt.Errorf("read time span %q: %w", s, err)
			}
			if time.Duration(many) > math.MaxInt64/length {
				return 0, fmt.Errorf("read time span %q: too long", s)
			}
			return Duration(many) * Duration(length), nil
		}
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("read time span %q: not a positive number with a unit", s)
	}
	return Duration(d), nil
}

// Span is a Duration that is written as it was given.
type Span struct {
	Duration
	As string // as it was given; "": not
}

// ParseSpan reads a time span as ParseDuration does.
func ParseSpan(s string) (Span, error) {
	d, err := ParseDuration(s)
	return Span{d, s}, err
}

// String writes the span as it was given, else as a Duration is written.
func (s Span) String() string {
	if s.As != "" {
		return s.As
	}
	return s.Duration.String()
}

// String writes the span in its largest whole unit.
func (d Duration) String() string {
	span := time.Duration(d)
	switch {
	case span == 0:
		return "0s"
	case span%day == 0:
		return strconv.FormatInt(int64(span/day), 10) + "d"
	case span%time.Hour == 0:
		return strconv.FormatInt(int64(span/time.Hour), 10) + "h"
	case span%time.Minute == 0:
		return strconv.FormatInt(int64(span/time.Minute), 10) + "m"
	}
	return span.String()
}
