package inbox

import (
	"slices"
	"strings"

	"vigie/inbox/text"
)

// TagChange reduces wished changes ("+a", "b", "-c") to those that change the
// thread, each with its sign, and refuses words that cannot be a tag.
func TagChange(t Thread, wishes []string) ([]string, error) {
	var out []string
	for _, w := range wishes {
		sign, tag := byte('+'), strings.TrimSpace(w)
		if strings.HasPrefix(tag, "+") || strings.HasPrefix(tag, "-") {
			sign, tag = tag[0], tag[1:]
		}
		tag = strings.ToLower(tag)
		if !ValidTag(tag) {
			return nil, Problem{Code: CodeTag, Args: []string{text.CleanLine(tag).String()}}
		}
		if t.HasTag(tag) == (sign == '-') {
			out = append(out, string(sign)+tag)
		}
	}
	return out, nil
}

// ValidTag reports whether a word can be a tag: letters, digits and -_./
// between 1 and 64 bytes, as in "motif/livraison".
func ValidTag(tag string) bool {
	if tag == "" || len(tag) > 64 || text.CleanLine(tag).String() != tag {
		return false
	}
	return !strings.ContainsAny(tag, " \t\n\"'`,;:()[]{}<>|&$\\+") && tag[0] != '-'
}

// Retag is what changes as TagChange gives them make of tags: sorted, unique,
// and in memory of their own.
func Retag(tags, changes []string) []string {
	tags = slices.Clone(tags)
	for _, c := range changes {
		if len(c) < 2 {
			continue
		}
		i, has := slices.BinarySearch(tags, c[1:])
		switch {
		case c[0] == '+' && !has:
			tags = slices.Insert(tags, i, c[1:])
		case c[0] == '-' && has:
			tags = slices.Delete(tags, i, i+1)
		}
	}
	return tags
}
