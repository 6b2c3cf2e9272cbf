package theme

import (
	"image/color"
	"math"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// readable is the ratio of contrast that text has at least: WCAG 2.2, level AA.
const readable = 4.5

// legible is a colour that can be read on a background: itself, or the nearest
// of the 256 on the way to white or black that can. bg nil is the terminal's
// own, taken for black where dark is set and for white elsewhere.
func legible(col, bg color.Color, dark bool) color.Color {
	if col == nil {
		return nil
	}
	white, black := color.Color(ansi.RGBColor{R: 255, G: 255, B: 255}), color.Color(ansi.RGBColor{})
	if bg == nil {
		bg = white
		if dark {
			bg = black
		}
	}
	if contrast(col, bg) >= readable {
		return col
	}
	end := white
	if contrast(black, bg) > contrast(white, bg) {
		end = black
	}
	const steps = 12
	for i := 1; i < steps; i++ {
		if c := colorprofile.ANSI256.Convert(mix(col, end, float64(i)/steps)); contrast(c, bg) >= readable {
			return c
		}
	}
	return colorprofile.ANSI256.Convert(end)
}

// mix is a colour a part of the way from a to b.
func mix(a, b color.Color, part float64) color.Color {
	channel := func(x, y uint32) uint8 { return uint8(math.Round(float64(x>>8)*(1-part) + float64(y>>8)*part)) }
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	return ansi.RGBColor{R: channel(ar, br), G: channel(ag, bg), B: channel(ab, bb)}
}

// contrast is the ratio of WCAG 2.2: 1 to 21.
func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	channel := func(v uint32) float64 {
		s := float64(v) / 0xFFFF
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(r) + 0.7152*channel(g) + 0.0722*channel(b)
}

// distance is how far two colours are apart, for choosing the nearest.
func distance(a, b color.Color) float64 {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	square := func(x, y uint32) float64 { d := float64(x) - float64(y); return d * d }
	return square(ar, br) + square(ag, bg) + square(ab, bb)
}
