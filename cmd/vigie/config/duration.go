package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ParseDuration reads a time span as people write it: Go's 1h30m, and whole
// days as 30d, weeks as 2w or months, the twelfth parts of a year of 365 days,
// as 24mo. It is never negative.
func ParseDuration(s string) (Duration, error) {
	for unit, length := range map[string]time.Duration{"d": day, "w": 7 * day, "mo": 365 * day / 12} {
		if n, ok := strings.CutSuffix(s, unit); ok {
			days, err := strconv.ParseUint(n, 10, 12)
			if err != nil {
				return 0, fmt.Errorf("read time span %q: %w", s, err)
			}
			return Duration(days) * Duration(length), nil
		}
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("read time span %q: not a positive number with a unit", s)
	}
	return Duration(d), nil
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
