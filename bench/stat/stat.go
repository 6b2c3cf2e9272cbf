// Package stat has the order statistics of a measurement. Nothing else is
// told of samples: no means, which one outlier moves.
package stat

import "slices"

// Samples are figures of one thing, in any order and one unit.
type Samples []float64

// Quantile is the q-quantile (0..1) by the nearest rank; 0 of no samples. It
// leaves the order of the samples alone.
func (s Samples) Quantile(q float64) float64 {
	if len(s) == 0 {
		return 0
	}
	v := slices.Clone(s)
	slices.Sort(v)
	return v[int(q*float64(len(v)-1)+0.5)]
}

// Median is the middle sample, of an even number the mean of the middle two.
func (s Samples) Median() float64 {
	if len(s) == 0 {
		return 0
	}
	v := slices.Clone(s)
	slices.Sort(v)
	n := len(v)
	return (v[(n-1)/2] + v[n/2]) / 2
}

// P95 is the 95th percentile.
func (s Samples) P95() float64 { return s.Quantile(0.95) }
