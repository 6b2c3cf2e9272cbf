package notice

import (
	"strings"
	"unicode"
)

// phrase is how a network says something, such as "{author} commented on your
// Pin". {author} and {post} are kept, {} stands for anything.
type phrase string

// found is what a phrase met.
type found struct{ author, post, rest string }

// longestField bounds what {author} and {post} take, in bytes.
const longestField = 300

// in matches a phrase with the beginning of a line. What follows it is left in
// rest: a word goes on, or is none of it.
func (p phrase) in(line string) (found, bool) {
	var out found
	name, open := "", false // the field that waits for its end
	keep := func(value string) bool {
		value = strings.TrimSpace(value)
		switch name {
		case "author":
			out.author = strings.Trim(value, "\"“”„«» ")
			return out.author != "" && len(out.author) <= longestField
		case "post":
			out.post = strings.Trim(value, "\"“”„«»‚‘ ")
			return len(out.post) <= longestField
		}
		return true
	}
	for rest := string(p); rest != ""; {
		literal, more, field := strings.Cut(rest, "{")
		at := 0
		if literal != "" {
			if at = strings.Index(line, literal); at < 0 || at > 0 && !open {
				return out, false
			}
		}
		if open && literal != "" && !keep(line[:at]) {
			return out, false
		}
		if literal != "" {
			line, open = line[at+len(literal):], false
		}
		rest = ""
		if field {
			name, rest, _ = strings.Cut(more, "}")
			open = true
		}
	}
	if open {
		return out, keep(strings.TrimRight(line, ".!: "))
	}
	out.rest = strings.TrimSpace(line)
	if line != "" && (unicode.IsLetter(first(line)) || unicode.IsDigit(first(line))) {
		return out, false // "your Pin" is not "your Pinboard"
	}
	return out, true
}

func first(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

var alike = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'", "\u200b", "", "\u200c", "", "\ufeff", "", "\u00ad", "")

// plainly makes what people see as one alike: blanks, apostrophes, and what
// stands before the first word.
func plainly(s string) string {
	s = alike.Replace(s)
	s = strings.Join(strings.Fields(s), " ")
	return strings.TrimLeftFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("\"“„«[@(", r)
	})
}

// wrote are the words between somebody's name and what they said.
var wrote = []phrase{
	"{author} wrote:", "{author} said:", "{author} says:", "{author} commented:", "{author} replied:",
	"{author} a écrit :", "{author} a écrit:", "{author} a commenté :", "{author} a répondu :",
	"{author} schrieb:", "{author} schreibt:", "{author} hat geschrieben:",
}

// footers are how the end of a mail begins, where it tells why it came.
var footers = []string{
	"This email was", "This e-mail was", "This message was", "This is an automated", "You are receiving", "You're receiving", "You received this", "You have received this", "To stop receiving", "Unsubscribe", "To unsubscribe", "Don't want to receive",
	"Ce message a été", "Cet e-mail", "Cet email", "Vous recevez", "Vous avez reçu cet e", "Tu reçois", "Se désabonner", "Se désinscrire", "Pour ne plus recevoir", "Vous ne souhaitez plus", "Gérer vos préférences",
	"Diese E-Mail", "Diese Nachricht wurde", "Sie erhalten", "Du erhältst", "Abmelden", "Abbestellen", "Impressum",
}

// calls are how a button begins: whatever the rest of it says, it is not what
// somebody wrote.
var calls = []string{
	"Reply", "View", "See", "Open", "Go to", "Read", "Watch", "Show", "Accept", "Log in", "Follow",
	"Répondre", "Voir", "Lire", "Afficher", "Ouvrir", "Accéder", "Regarder", "Accepter", "Consulter",
	"Antworten", "Ansehen", "Anzeigen", "Zum ", "Zur ", "Jetzt", "Nachricht lesen", "Nachricht ansehen", "Kommentar ansehen", "Beitrag ansehen", "Direkt antworten", "Kontaktanfrage",
}

// foot reports whether a line is of those that tell why the mail came.
func foot(line string) bool {
	line = strings.TrimSpace(line)
	return line == "--" || strings.HasPrefix(line, "©") || begins(plainly(line), footers)
}

// ends reports whether words end with a line: a footer, or a rule.
func ends(line string) bool {
	line = strings.TrimSpace(line)
	return foot(line) || len(line) > 5 && strings.Trim(line, "-=_*") == ""
}

func begins(line string, words []string) bool {
	for _, w := range words {
		if strings.HasPrefix(line, w) {
			return true
		}
	}
	return false
}
