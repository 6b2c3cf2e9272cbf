// Package words folds text and cuts it into words. It is the one place that
// does: what a query looks for, what it looks into, and the tokens of an index
// come from here, so that they agree.
//
// Folded text is its words, in lower case and without accents, each between
// single spaces. A text is cut wherever there is neither letter nor digit
// ("l'été" is two words, "week-end" too). A character of a script written
// without spaces, a Hangul syllable and a symbol are words of their own; for
// an index each two of them that are neighbours are a token too.
//
// A message has two sections: its author and its body. A section is several
// folded texts behind one another; two spaces part them, so that no phrase
// reaches from one into the next. The last are its marks:
//
//	#galette         a hashtag
//	@ines            a handle, of somebody mentioned or of the author
//	@ines@exemple.fr the same with its host, where it was written
//	/fr.exemple.www  the host of a link, its labels in reverse
//
// No word begins like a mark. The package does no I/O, and all of it may be
// used concurrently.
package words
