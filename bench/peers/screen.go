package peers

import (
	"fmt"

	"vigie/bench/run"
)

// Screen is a program on a terminal.
type Screen struct {
	Name  string
	Argv  []string
	Env   []string
	Ready string // on the screen when the newest messages or threads are
	Page  string // key that turns a page
	Leave string // keys that end it
}

// Screen returns how a program is shown; ok is false for one without a
// screen or that is not there.
func (s *Set) Screen(name string) (Screen, bool) {
	sc := Screen{Name: name, Env: s.Env(), Ready: fmt.Sprintf("Msgs:%d", s.Messages), Page: "\x1b[6~", Leave: "q"}
	switch name {
	case Mutt:
		sc.Argv = []string{"mutt", "-n", "-F", s.home("muttrc"), "-f", s.Mail()}
		sc.Leave = "x"
	case Neomutt:
		sc.Argv = []string{"neomutt", "-n", "-F", s.home("neomuttrc"), "-f", s.Mail()}
		sc.Leave = "x"
	case Aerc:
		sc.Argv = []string{"aerc"}
		sc.Ready = "Auteur"
		sc.Leave = ":quit\r"
	case Alot:
		sc.Argv = []string{"alot", "-c", s.home("alot-config"), "-n", s.home("notmuch-config"), "search", "*"}
		sc.Ready = "Auteur"
	default:
		return Screen{}, false
	}
	return sc, s.Has(name)
}

// Open starts the program on a terminal.
func (sc Screen) Open() (*run.Session, error) { return run.Open(sc.Env, sc.Argv...) }
