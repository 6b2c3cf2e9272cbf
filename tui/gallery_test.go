package tui

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"hash/fnv"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"vigie/inbox"
	"vigie/tui/keys"
	"vigie/tui/lang"
	"vigie/tui/palette"
)

// scene is a screen or a dialog: the inbox it is shown of, and how to get there.
type scene struct {
	world func() *fake
	with  func(*Options) // nil: nothing
	play  func(*sim)
}

// gallery are all the screens and dialogs there are, by name.
func gallery(t *testing.T) map[string]scene {
	out := map[string]scene{
		"welcome":            {empty, func(o *Options) { greeted(o); o.Terminal = &screenTerminal{} }, func(*sim) {}},
		"zero":               {world, nil, func(s *sim) { s.allDone(); s.send(changesCameMsg{[]inbox.Change{{All: true}}}); s.rest() }},
		"read-health-partly": {world, nil, func(s *sim) { s.partly(); s.keys("g a", "end") }},
		"help-writing":       {writingWorld, nil, func(s *sim) { s.keys("j r", "f1") }},
	}
	for _, st := range stages() {
		out[st.name] = scene{world, nil, func(s *sim) { s.play(st) }}
	}
	for _, st := range readStages() {
		out["read-"+st.name] = scene{world, nil, func(s *sim) { s.play(st) }}
	}
	for name, play := range writingScreens(t) {
		out["write-"+name] = scene{writingWorld, func(o *Options) { o.By.Line = "me" }, play}
	}
	for name, sc := range moderationScreens() {
		out["moderation-"+name] = scene{sc.world, func(o *Options) { o.By.Line = "me" }, sc.play}
	}
	return out
}

// show plays a scene in a window of that size.
func (sc scene) show(t *testing.T, w, h int, change func(*Options)) *sim {
	s := newSim(t, sc.world(), w, h, func(o *Options) {
		for _, f := range []func(*Options){sc.with, change} {
			if f != nil {
				f(o)
			}
		}
	})
	sc.play(s)
	return s
}

// Every screen as plain text, at four sizes and in both languages; without
// colours each says the same.
func TestGolden(t *testing.T) {
	for name, sc := range gallery(t) {
		for _, size := range [][2]int{{80, 24}, {100, 30}, {160, 50}, {40, 20}} {
			for _, tag := range []lang.Tag{lang.French, lang.English} {
				name := fmt.Sprintf("%s-%dx%d-%s", name, size[0], size[1], tag)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					s := sc.show(t, size[0], size[1], func(o *Options) { o.Lang = tag })
					golden(t, name, s.screen())
					mono := sc.show(t, size[0], size[1], func(o *Options) { o.Lang, o.NoColor = tag, true })
					if mono.screen() != s.screen() {
						t.Errorf("without colours it says something else:\n%s", mono.screen())
					}
				})
			}
		}
	}
}

// Every kind of dialog that the code has is somewhere in the gallery.
func TestGalleryHasEveryDialog(t *testing.T) {
	shown := map[string]bool{}
	for _, sc := range gallery(t) {
		for _, d := range sc.show(t, 100, 30, nil).m.dialogs {
			shown[reflect.TypeOf(d).Elem().String()] = true
		}
	}
	for _, kind := range dialogKinds(t) {
		if !shown[kind] {
			t.Errorf("no screen shows a %s", kind)
		}
	}
}

// dialogKinds are the types with a title of their own, in the packages of
// dialogs.
func dialogKinds(t *testing.T) []string {
	var out []string
	for _, dir := range []string{"dialog", "palette", "person"} {
		err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "Title" && f.Recv != nil {
					if star, ok := f.Recv.List[0].Type.(*ast.StarExpr); ok {
						out = append(out, dir+"."+star.X.(*ast.Ident).Name)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(out)
	if len(out) < 20 {
		t.Fatalf("only %d dialogs found", len(out))
	}
	return out
}

var every = flag.Bool("every", false, "frames at each of the 10,136 sizes, which takes minutes")

// Every screen has the window's size at every size: each width from 20 to 200
// and each height from 5 to 60 comes, and each screen has its own pairs.
func TestFrame(t *testing.T) {
	for name, sc := range gallery(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sc.show(t, 120, 40, nil)
			sum := fnv.New32a()
			_, _ = sum.Write([]byte(name))
			turn := int(sum.Sum32() % 56)
			for w := 20; w <= 200; w++ {
				s.send(tea.WindowSizeMsg{Width: w, Height: 5 + (w*17+turn)%56})
				s.checkFrame(name)
				for h := 5; *every && h <= 60; h++ {
					s.send(tea.WindowSizeMsg{Width: w, Height: h})
					s.checkFrame(name)
				}
			}
			for _, size := range [][2]int{{1, 1}, {3, 2}, {20, 5}, {200, 5}, {20, 60}, {200, 60}, {59, 24}, {60, 24}, {99, 24}, {100, 24}} {
				s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				s.checkFrame(name)
			}
		})
	}
}

// The same in the other looks.
func TestFrameLooks(t *testing.T) {
	looks := map[string]func(*Options){
		"ascii":    func(o *Options) { o.Glyphs = "ascii" },
		"mono":     func(o *Options) { o.NoColor = true },
		"light":    func(o *Options) { o.Theme = "light" },
		"contrast": func(o *Options) { o.Theme = "contrast" },
		"names":    func(o *Options) { o.Emoji = "text" },
		"english":  func(o *Options) { o.Lang = lang.English },
	}
	for name, change := range looks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for scene, sc := range gallery(t) {
				s := sc.show(t, 80, 24, change)
				for _, size := range [][2]int{{80, 24}, {40, 12}, {131, 43}} {
					s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
					s.checkFrame(scene)
				}
				if name == "ascii" && strings.ContainsAny(s.screen(), "●▌│━─…✓✗") {
					t.Errorf("%s: a sign that is not ASCII:\n%s", scene, s.screen())
				}
				if name == "mono" && coloured(s.m.View().Content) {
					t.Errorf("%s: a colour in the mono theme", scene)
				}
			}
		})
	}
}

// Every screen for a screen reader, at every size: words only, as high and at
// most as wide as the window, with the cursor on it.
func TestLinearFrames(t *testing.T) {
	for name, sc := range gallery(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sc.show(t, 80, 24, linearly)
			for _, size := range [][2]int{{80, 24}, {20, 5}, {40, 12}, {160, 50}, {200, 60}, {1, 1}} {
				s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				lines := strings.Split(s.screen(), "\n")
				if len(lines) != size[1] {
					t.Fatalf("%v: %d lines", size, len(lines))
				}
				for _, line := range lines {
					if w := s.m.look.Width(line); w > size[0] {
						t.Errorf("%v: %d cells: %q", size, w, line)
					}
					if i := strings.IndexFunc(line, drawn); i >= 0 {
						t.Errorf("%v: a sign in %q", size, line)
					}
				}
				s.heard()
			}
		})
	}
}

// Help is there on every screen and dialog, tells its keys, and goes back to
// it as it was.
func TestHelpEverywhere(t *testing.T) {
	for name, sc := range gallery(t) {
		s := sc.show(t, 80, 24, nil)
		if _, open := s.m.top().(*palette.Help); open || s.m.seq != "" {
			continue
		}
		scopes, key := s.m.scopes(), "?"
		if scopes[0].Text() {
			key = "f1"
		}
		below := s.m.top()
		s.keys(key)
		h, ok := s.m.top().(*palette.Help)
		if !ok {
			t.Errorf("%s: %s shows no help:\n%s", name, key, s.screen())
			continue
		}
		told := strings.Join(h.View(s.m.look, 80, 400), "\n")
		for _, scope := range scopes {
			if len(s.m.keys.In(scope)) > 0 && scope != keys.Root && !strings.Contains(strip(told), s.m.look.P.T(lang.Key("scope."+string(scope)))) {
				t.Errorf("%s: help lacks the keys of %q", name, scope)
			}
		}
		if s.keys(key); s.m.top() != below {
			t.Errorf("%s: after help\n%s", name, s.screen())
		}
	}
}
