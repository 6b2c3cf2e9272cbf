package mail

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-imap/v2"

	"vigie/connectors/htmltext"
)

func TestQuotedTail(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"french":      {"Oui, merci !\n\nLe mar. 3 mars 2026 à 10:12, Léa Moreau <lea@post.example> a écrit :\n> Bonjour,\n>\n> où est ma commande ?\n", "Oui, merci !"},
		"wrapped":     {"Merci.\nLe mar. 3 mars 2026 à 10:12, Léa Moreau\n<lea@post.example> a écrit :\n> Bonjour\n", "Merci."},
		"english":     {"Thanks!\n\nOn Tue, Mar 3, 2026 at 10:12 AM Lea <lea@post.example> wrote:\n\n> Hello\n> there\n\n", "Thanks!"},
		"german":      {"Danke!\n\nAm 03.03.26 um 10:12 schrieb Lea:\n> Hallo\n", "Danke!"},
		"between":     {"> Ouvert demain ?\nOui.\n> Et lundi ?\nNon.\n\n> Merci d'avance\n> Léa\n", "> Ouvert demain ?\nOui.\n> Et lundi ?\nNon."},
		"below":       {"Le 3 mars 2026, Léa a écrit :\n> Ouvert demain ?\n\nOui !\n", "Le 3 mars 2026, Léa a écrit :\n> Ouvert demain ?\n\nOui !"},
		"only quotes": {"> Ouvert demain ?\n", "> Ouvert demain ?"},
		"none":        {"Bonjour.\n-- \nLéa", "Bonjour.\n-- \nLéa"},
		"proton":      {"Merci !\n\n-------- Message d'origine --------\nLe 03/03/2026 10:12, Nordlys a écrit :\n\n> Bonjour\n", "Merci !"},
		"own words":   {"Le colis est arrivé.\nCassé :\n> photo\n", "Le colis est arrivé.\nCassé :"},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.in
			if begin, ok := quotedTail(c.in); ok {
				got = c.in[:begin]
			}
			if strings.TrimSpace(got) != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestDecode(t *testing.T) {
	for name, c := range map[string]struct {
		p         part
		raw, want string
	}{
		"latin 1 told as utf-8":   {part{charset: "utf-8"}, "caf\xe9", "café"},
		"utf-8 told as latin 1":   {part{charset: "iso-8859-1"}, "café", "café"},
		"unknown charset":         {part{charset: "x-nothing"}, "caf\xe9", "café"},
		"quoted, broken":          {part{encoding: "quoted-printable", charset: "utf-8"}, "caf=C3=A9 =\r\n=ZZ =", "café =ZZ "},
		"base64, broken":          {part{encoding: "base64", charset: "utf-8"}, "Qm9u\r\nam91 c!g=", "Bonjour"},
		"base64, footer":          {part{encoding: "base64", charset: "utf-8"}, "Qm9uam91cg==\r\n\r\n____\r\nListe footer", "Bonjour"},
		"base64, in pieces":       {part{encoding: "base64", charset: "utf-8"}, "Qm9u\r\nag==\r\nb3Vy\r\n", "Bonjour"},
		"dos":                     {part{charset: "cp850"}, "caf\x82", "café"},
		"flowed":                  {part{flowed: true}, "un \r\ndeux\r\n> trois \r\n> quatre\r\n", "un deux\n> trois quatre\n"},
		"html":                    {part{html: true}, "<p>Bonjour &amp; merci</p><script>x</script>", "Bonjour & merci"},
		"japanese":                {part{charset: "iso-2022-jp"}, "\x1b$B$3$s\x1b(B", "こん"},
		"cut in a last character": {part{charset: "utf-8"}, strings.Repeat("a", maxPart-1) + "\xc3", strings.Repeat("a", maxPart-1)},
	} {
		if got := c.p.text([]byte(c.raw), htmltext.Text); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestFlowIsUndone(t *testing.T) {
	for _, s := range []string{"Bonjour", "> cité\nFrom moi\n espace", strings.Repeat("des mots ", 40) + "fin", "a\n\n-- \nb", strings.Repeat("x", 300)} {
		if got := strings.TrimSuffix(unflow(strings.ReplaceAll(flow(s), "\r\n", "\n"), false), "\n"); strings.TrimRight(got, " ") != s && !strings.HasPrefix(s, ">") {
			t.Errorf("%q became %q", s, got)
		}
	}
}

func TestHead(t *testing.T) {
	h := readHead([]byte("Authentication-Results: mx.us.example; dkim=pass header.d=pins.example\r\nReceived: from x\r\nAuthentication-Results: mx.us.example; dkim=pass header.d=forged.example\r\nFrom: =?iso-8859-1?Q?L=E9a?= <LEA@Post.Example>\r\nReferences: <a@b>\r\n <c@d> junk <e f>\r\nSubject: Re: AW: [x] =?utf-8?B?w6k=?=\r\nMessage-ID: <id@us.example>\r\n\r\n"))
	if p := h.people("from"); len(p) != 1 || p[0] != (person{"lea@post.example", "Léa"}) {
		t.Errorf("from %+v", p)
	}
	if refs := h.ids("references"); strings.Join(refs, " ") != "a@b c@d" {
		t.Errorf("references %q", refs)
	}
	if s := h.subject(); s.String() != "[x] é" {
		t.Errorf("subject %q", s)
	}
	proven := h.proven("mx.us.example")
	if !proven("pins.example") || !proven("www.pins.example") || proven("forged.example") || proven("notpins.example") || h.proven("")("pins.example") {
		t.Error("what is proven is wrong")
	}
	if id, ours := bare(h.remote(false)); id != "id@us.example" || ours {
		t.Errorf("a stranger's mail is known by %q", h.remote(false))
	}
	if id := h.remote(true); id != "id@us.example" {
		t.Errorf("a mail of ours is known by %q", id)
	}
	for _, line := range []string{"Auto-Submitted: auto-replied", "List-Id: <x.y>", "Precedence: bulk", "Reply-To: no-reply@x.example", "Return-Path: <>"} {
		if !readHead([]byte("From: a@b.example\r\n" + line + "\r\n\r\n")).machine() {
			t.Errorf("%s: is answered", line)
		}
	}
	if readHead([]byte("From: a@b.example\r\nAuto-Submitted: no\r\n\r\n")).machine() {
		t.Error("a person's mail cannot be answered")
	}
}

func FuzzHead(f *testing.F) {
	f.Add([]byte("From: =?x?Q?=FF?= <a@b>\r\nReferences: <a@b> <\r\nAuthentication-Results: x; dkim=pass header.d=b.c\r\n\r\n"))
	f.Add([]byte("From:\xad@0"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		h := readHead(raw)
		for _, id := range append(h.ids("references"), h.ids("in-reply-to")...) {
			if !soundID(id) {
				t.Errorf("id %q", id)
			}
		}
		for _, p := range append(h.people("from"), h.people("reply-to")...) {
			if _, ok := cleanAddress(p.address); !ok || strings.ContainsAny(p.address+p.name, "\r\n") {
				t.Errorf("person %q", p)
			}
		}
		h.proven("x")("b.c")
		if id, ours := bare(h.remote(false)); id == "" || ours || h.proven("")("b.c") {
			t.Errorf("it is known by %q and counts as ours, or is proven by nobody", id)
		}
		h.machine()
		h.subject()
		for _, id := range inside(string(raw)).ids("message-id") {
			if !soundID(id) {
				t.Errorf("id %q of what came back", id)
			}
		}
	})
}

func FuzzText(f *testing.F) {
	f.Add([]byte("caf=C3=A9 \r\n> a \r\n>> b"), "quoted-printable", "utf-8", true, false)
	f.Add([]byte("Qm9u"), "base64", "latin1", false, true)
	f.Fuzz(func(t *testing.T, raw []byte, encoding, charset string, flowed, html bool) {
		s := part{encoding: encoding, charset: charset, flowed: flowed, html: html}.text(raw, htmltext.Text)
		if begin, ok := quotedTail(s); ok && (begin <= 0 || begin > len(s) || strings.TrimSpace(s[:begin]) == "") {
			t.Errorf("a tail at %d of %q", begin, s)
		} else if ok && utf8.ValidString(s) {
			for line := range strings.SplitSeq(s[begin:], "\n") { // nothing that was written below a quote is cut
				if quotes(line) {
					break
				}
			}
		}
	})
}

// A mail that is HTML alone tells people where its words lead; mails are
// compared without.
func TestLinksOfHTML(t *testing.T) {
	p := part{html: true}
	l := &letter{plan: plan{texts: []part{p}}, parts: map[string][]byte{
		sectionKey(p.section()): []byte(`<p>Payez <a href="https://faux.example/">votre facture</a></p>`),
	}}
	if got, want := l.shown(), "Payez votre facture (https://faux.example/)"; got != want {
		t.Errorf("shown: %q, want %q", got, want)
	}
	if got, want := l.text(), "Payez votre facture"; got != want {
		t.Errorf("compared by %q, want %q", got, want)
	}
}

// A text part that says nothing does not hide the HTML; a file's name is read in
// its own charset.
func TestParts(t *testing.T) {
	n := newNetwork(t, false)
	n.server.Deliver(ourAccount, raw("a@x", "Content-Type: multipart/alternative; boundary=B\n", "--B\nContent-Type: text/plain\n\n \n\n--B\nContent-Type: text/html; charset=utf-8\n\n<p>Le <b>vrai</b> texte</p>\n--B--\n"))
	c := n.open()
	defer c.Close()
	got, _, _ := n.all(c, "", time.Hour)
	one(t, got, "vrai")
	b := &imap.BodyStructureSinglePart{Type: "image", Subtype: "png", Params: map[string]string{"NAME*": "iso-8859-1'fr'caf%E9%.png"}}
	if name := fileName(b); name != "café%.png" {
		t.Errorf("a file is called %q", name)
	}
}
