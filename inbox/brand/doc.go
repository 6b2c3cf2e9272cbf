// Package brand finds where a text names another client than the one it is
// written for: by name, by a word of its configuration, by the handle of one of
// its accounts or by an address of its domain.
//
// It compares whole words without regard to case, accents, composition and
// invisible characters. What belongs to the writer's own client is masked
// first, so that "Atlas Sport" in a text of the client Atlas Sport does not
// name the client Atlas; the other way round it does.
//
// A guard against accidents, not against people: it does not see through
// look-alike letters, pictures or shortened links.
package brand
