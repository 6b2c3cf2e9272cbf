// Package text draws remote text: it measures, cuts, pads and wraps what
// passed vigie/inbox/text, and cleans it once more on the way, so that a
// mistake elsewhere cannot reach the terminal. It is the only package that
// imports x/ansi.
//
// Terminals count cells in two ways: character by character (wcwidth), or by
// grapheme clusters, once they say so (mode 2027). Emoji made of several
// characters are drawn as their first one, and the clusters of Thai, Lao,
// half-width kana and Hangul in the form in which both counts agree, so a row
// is as wide as asked for either way. What is left are syllables of Indic
// scripts: Pen.Clusters says which count to follow.
//
// Right-to-left text is left in its stored order: turning it round is the
// terminal's work, and without bidi controls it cannot reach beyond its words.
package text
