package stat

import "testing"

func TestQuantiles(t *testing.T) {
	for name, c := range map[string]struct {
		of               Samples
		median, p95, max float64
	}{
		"none": {nil, 0, 0, 0},
		"one":  {Samples{7}, 7, 7, 7},
		"two":  {Samples{9, 1}, 5, 9, 9},
		"odd":  {Samples{3, 1, 2}, 2, 3, 3},
		"many": {Samples{10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 1000}, 11, 20, 1000},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.of.Median(); got != c.median {
				t.Errorf("median %v, want %v", got, c.median)
			}
			if got := c.of.P95(); got != c.p95 {
				t.Errorf("p95 %v, want %v", got, c.p95)
			}
			if got := c.of.Quantile(1); got != c.max {
				t.Errorf("maximum %v, want %v", got, c.max)
			}
		})
	}
}

func TestSamplesKeepTheirOrder(t *testing.T) {
	s := Samples{3, 1, 2}
	s.Median()
	s.P95()
	if s[0] != 3 || s[1] != 1 || s[2] != 2 {
		t.Errorf("sorted in place: %v", s)
	}
}
