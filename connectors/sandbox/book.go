package sandbox

import (
	"embed"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"vigie/inbox"
)

//go:embed content/*.txt
var content embed.FS

// book is what can be told of one client: posts, and conversations by kind.
type book struct {
	posts   []script
	scripts map[inbox.Kind][]script
	backs   map[string][]string // by language: what people say when answered
}

// script is one conversation as written in content/*.txt.
type script struct {
	lang  string
	who   string // a person of the story by handle; "": anybody
	lines []line
}

// line is one step of a script: its mark says who does what.
//
//	>  the person writes      <  the brand answers     +  somebody else joins in
//	~  the person corrects what they wrote last        -  the person deletes it
type line struct {
	mark byte
	text string
}

// readBook reads one file of content. A block begins with "== kind language
// [handle]"; a line that begins with no mark continues the text above it.
func readBook(name string) (*book, error) {
	raw, err := content.ReadFile("content/" + name + ".txt")
	if err != nil {
		return nil, fmt.Errorf("read the content of %s: %w", name, err)
	}
	b := &book{scripts: map[inbox.Kind][]script{}, backs: map[string][]string{}}
	for i, block := range strings.Split("\n"+string(raw), "\n== ")[1:] {
		head, body, _ := strings.Cut(block, "\n")
		words := strings.Fields(head)
		if len(words) < 2 {
			return nil, fmt.Errorf("%s: block %d: %q has no language", name, i+1, head)
		}
		s := script{lang: words[1], lines: readLines(body)}
		if len(words) > 2 {
			s.who = words[2]
		}
		if len(s.lines) == 0 {
			return nil, fmt.Errorf("%s: block %d: %q is empty", name, i+1, head)
		}
		switch kind := inbox.Kind(words[0]); {
		case words[0] == "post":
			b.posts = append(b.posts, s)
		case words[0] == "back":
			for _, l := range s.lines {
				b.backs[s.lang] = append(b.backs[s.lang], l.text)
			}
		case kind.Valid():
			b.scripts[kind] = append(b.scripts[kind], s)
		default:
			return nil, fmt.Errorf("%s: block %d: %q is no kind", name, i+1, words[0])
		}
	}
	return b, nil
}

func readLines(body string) []line {
	var out []line
	for l := range strings.SplitSeq(strings.TrimSpace(body), "\n") {
		if len(l) > 1 && strings.IndexByte("><+~-", l[0]) >= 0 && l[1] == ' ' || l == "-" {
			out = append(out, line{l[0], strings.TrimSpace(l[1:])})
			continue
		}
		if len(out) > 0 {
			last := &out[len(out)-1]
			last.text = strings.TrimSpace(last.text + "\n" + strings.TrimSpace(l))
		}
	}
	return out
}

// readPeople reads content/people.txt: first names, family names, hosts and
// bios to combine, and the people of the story, one a line.
func readPeople(rng *rand.Rand) ([]Person, error) {
	raw, err := content.ReadFile("content/people.txt")
	if err != nil {
		return nil, fmt.Errorf("read the people: %w", err)
	}
	lists := map[string][]string{}
	var people []Person
	for l := range strings.SplitSeq(string(raw), "\n") {
		key, value, ok := strings.Cut(l, ": ")
		if !ok {
			continue
		}
		words := splitBars(value)
		if key != "person" {
			lists[key] = append(lists[key], words...)
			continue
		}
		if len(words) != 5 {
			return nil, fmt.Errorf("people: %q has not 5 parts", l)
		}
		n, err := strconv.Atoi(words[3])
		if err != nil {
			return nil, fmt.Errorf("people: %q: %w", l, err)
		}
		people = append(people, Person{Handle: words[0], Name: words[1], Lang: words[2], Followers: n, Bio: words[4]})
	}
	people = append(people, combine(rng, lists, "fr", 130)...)
	people = append(people, combine(rng, lists, "en", 60)...)
	for i := range people {
		people[i].ID = i + 1
		people[i].Host = pick(rng, lists["host"])
	}
	return people, nil
}

// combine makes n people of one language, each with a name and a handle that
// nobody else has.
func combine(rng *rand.Rand, lists map[string][]string, lang string, n int) []Person {
	var out []Person
	taken := map[string]bool{}
	for len(out) < n {
		first, last := pick(rng, lists["first "+lang]), pick(rng, lists["last "+lang])
		handle := handleOf(rng, first, last)
		if taken[handle] || taken[first+last] {
			continue
		}
		taken[handle], taken[first+last] = true, true
		name := first + " " + last
		switch rng.IntN(6) {
		case 0:
			name = first
		case 1:
			name = first + " " + pick(rng, lists["mark"])
		}
		out = append(out, Person{
			Handle: handle, Name: name, Lang: lang, Bio: pick(rng, lists["bio "+lang]),
			Followers: int(float64(20+rng.IntN(400)) * (1 + 12*rng.Float64()*rng.Float64()*rng.Float64())),
		})
	}
	return out
}

func handleOf(rng *rand.Rand, first, last string) string {
	first, last = plain(first), plain(last)
	switch rng.IntN(5) {
	case 0:
		return first + "_" + last
	case 1:
		return first[:1] + last
	case 2:
		return first + strconv.Itoa(60+rng.IntN(46)%100)
	case 3:
		return last + "_" + first[:1]
	}
	return first + last
}

// plain keeps the letters of a name that any network takes in a handle.
func plain(name string) string {
	name = strings.NewReplacer("é", "e", "è", "e", "ë", "e", "ê", "e", "ï", "i", "î", "i", "ç", "c", "ô", "o", "á", "a", "ü", "u").
		Replace(strings.ToLower(name))
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, name)
}

func splitBars(s string) []string {
	parts := strings.Split(s, "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// spin chooses one alternative of each "[a|b|c]" in a text; they may nest.
func spin(rng *rand.Rand, s string) string {
	for {
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return s
		}
		begin := strings.LastIndexByte(s[:end], '[')
		if begin < 0 {
			return s
		}
		s = s[:begin] + pick(rng, strings.Split(s[begin+1:end], "|")) + s[end+1:]
	}
}

func pick[E any](rng *rand.Rand, from []E) E { return from[rng.IntN(len(from))] }
