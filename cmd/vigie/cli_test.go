package main

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// readyWriter tells when the first line was written.
type readyWriter struct {
	mu    sync.Mutex
	b     strings.Builder
	once  sync.Once
	ready chan struct{}
}

func (w *readyWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.b.Write(p)
	w.once.Do(func() { close(w.ready) })
	return len(p), nil
}

func (w *readyWriter) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}

// rows decodes what "list --json" printed.
func rows(t *testing.T, out string) []map[string]any {
	t.Helper()
	var list []map[string]any
	s := bufio.NewScanner(strings.NewReader(out))
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var m map[string]any
		if err := json.Unmarshal(s.Bytes(), &m); err != nil {
			t.Fatalf("not JSON: %s", s.Text())
		}
		list = append(list, m)
	}
	return list
}

// TestTheMainJob goes through the job once with commands alone: collect, read,
// triage, answer; then again with a server running. Both must behave alike.
func TestTheMainJob(t *testing.T) {
	for _, through := range []string{"store", "server"} {
		t.Run(through, func(t *testing.T) {
			r := newRig(t, "")
			if through == "server" {
				defer r.serve()()
			}
			r.say("miette-mastodon", "mention", "Vous ouvrez demain matin ?")
			r.say("atlas-bluesky", "mention", "When do tickets go on sale?")
			r.say("miette-mastodon", "dm", "Ma commande n'est pas arrivée.")
			r.must("sync")
			if again := r.must("sync", "--json"); strings.Contains(again, `"new":1`) {
				t.Errorf("a second sync found something new: %s", again)
			}
			list := rows(t, r.must("list", "--json"))
			if len(list) != 3 {
				t.Fatalf("%d threads, want 3: %v", len(list), list)
			}
			for _, field := range []string{"id", "client", "account", "network", "kind", "state", "unread", "tags", "author", "title", "snippet", "at", "due", "url"} {
				if _, ok := list[0][field]; !ok {
					t.Errorf("list --json lacks %q", field)
				}
			}
			id := rows(t, r.must("list", "--json", "client:miette kind:mention"))[0]["id"].(string)
			checkTriage(t, r, id)
			checkReply(t, r, id)
		})
	}
}

func checkTriage(t *testing.T, r *rig, id string) {
	t.Helper()
	state := func() map[string]any {
		t.Helper()
		for _, row := range rows(t, r.must("list", "--json", "id:"+id+" (state:done OR -state:done)")) {
			return row
		}
		t.Fatalf("thread %s is gone", id)
		return nil
	}
	r.must("tag", id, "+motif/horaires", "urgent")
	if got := state()["tags"]; len(got.([]any)) != 2 {
		t.Errorf("tags = %v", got)
	}
	r.must("tag", id, "-urgent")
	r.must("note", id, "cliente du marché")
	if shown := r.must("show", id); !strings.Contains(shown, "PRIVATE NOTE") || !strings.Contains(shown, "cliente du marché") {
		t.Errorf("show does not show the note:\n%s", shown)
	}
	if shown := r.must("show", "--json", id); !strings.Contains(shown, `"type":"note"`) || !strings.Contains(shown, `"type":"message"`) {
		t.Errorf("show --json lacks message or note:\n%s", shown)
	}
	r.must("snooze", id, "+2h")
	if got := state(); got["state"] != "snoozed" || got["due"] == "" {
		t.Errorf("after snooze: %v", got)
	}
	r.must("done", id)
	r.must("reopen", id)
	if got := state(); got["state"] != "ours" {
		t.Errorf("after reopen: %v", got)
	}
	r.must("escalate", id, "--to", "marc", "--question", "Ouvre-t-on dimanche ?", "--due", "+4h")
	brief, err := os.ReadFile(filepath.Join(r.dir, "brief.json"))
	if err != nil || !strings.Contains(string(brief), "Ouvre-t-on dimanche ?") || !strings.Contains(string(brief), "Vous ouvrez demain matin ?") {
		t.Errorf("the brief: %s, %v", brief, err)
	}
	if got := state(); got["state"] != "escalated" || got["escalated_to"] != "marc" {
		t.Errorf("after escalate: %v", got)
	}
	r.must("reopen", id)
}

func checkReply(t *testing.T, r *rig, id string) {
	t.Helper()
	file := filepath.Join(r.dir, "answer.txt")
	if err := os.WriteFile(file, []byte("Bonjour ! Oui, dès 7 h.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r.must("reply", id, "--file", file)
	sent := r.answers("miette-mastodon")
	if len(sent) != 1 || !strings.Contains(sent[0].Text, "Bonjour ! Oui, dès 7 h.") {
		t.Fatalf("on the network: %+v", sent)
	}
	if got := r.run("Encore une chose.", "reply", id, "-"); got.code != exitOK {
		t.Errorf("reply from standard input: %+v", got)
	}
	if sent := r.answers("miette-mastodon"); len(sent) != 2 {
		t.Errorf("%d answers on the network, want 2", len(sent))
	}
	r.must("sync", "miette-mastodon")
	if shown := r.must("show", id); strings.Count(shown, "dès 7 h.") != 1 {
		t.Errorf("the answer is not there once:\n%s", shown)
	}
}

func TestExitCodes(t *testing.T) {
	r := newRig(t, "")
	r.say("miette-mastodon", "mention", "Bonjour")
	r.must("sync", "miette-mastodon")
	for _, c := range []struct {
		args []string
		code int
		err  string
	}{
		{[]string{"frobnicate"}, exitUsage, "unknown command"},
		{[]string{"list", "--frobnicate"}, exitUsage, "frobnicate"},
		{[]string{"list", "clent:miette"}, exitUsage, "client"},
		{[]string{"show", "no"}, exitUsage, "no"},
		{[]string{"show", "999"}, exitNotFound, "999"},
		{[]string{"done", "999"}, exitNotFound, "999"},
		{[]string{"snooze", "1", "purple"}, exitUsage, "purple"},
		{[]string{"escalate", "1", "--to", "nobody"}, exitNotFound, "nobody"},
		{[]string{"sync", "nobody"}, exitNotFound, "nobody"},
		{[]string{"reply", "1"}, exitUsage, "one way"},
		{[]string{"reply", "1", "--text", " "}, exitUsage, ""},
		{[]string{"import", "/nowhere.jsonl"}, exitNotFound, "/nowhere.jsonl"},
		{[]string{"status"}, exitNoServer, "no server"},
		{[]string{"stop"}, exitNoServer, "no server"},
		{[]string{"tag", "1", "+a b\x1b[31m"}, exitUsage, ""},
	} {
		got := r.run("", c.args...)
		if got.code != c.code || !strings.Contains(got.err, c.err) {
			t.Errorf("vigie %q: exit %d, %q; want %d and %q", c.args, got.code, got.err, c.code, c.err)
		}
		if strings.ContainsAny(got.err, "\x1b") {
			t.Errorf("vigie %q: an escape in %q", c.args, got.err)
		}
	}
}

func TestASecondServerSaysWhoHoldsTheStore(t *testing.T) {
	r := newRig(t, "")
	defer r.serve()()
	got := r.run("", "serve")
	if got.code != exitHeld {
		t.Errorf("a second server: exit %d: %s", got.code, got.err)
	}
	if s := r.must("status", "--json"); !strings.Contains(s, `"running":true`) {
		t.Errorf("status: %s", s)
	}
}

func TestServerAndStoreSayTheSame(t *testing.T) {
	r := newRig(t, "")
	r.say("miette-mastodon", "mention", "Vous ouvrez demain ?")
	r.say("clair-bluesky", "dm", "Bonjour ! 👩‍🚀 \u202egnp.exe")
	r.must("sync")
	commands := [][]string{{"list", "--json"}, {"list"}, {"search", "--json", "demain"}, {"show", "--json", "1"}, {"export"}, {"networks", "--json"}, {"list", "--json", "client:nobody or more"}}
	var direct []said
	for _, c := range commands {
		direct = append(direct, r.run("", c...))
	}
	defer r.serve()()
	for i, c := range commands {
		if got := r.run("", c...); got != direct[i] {
			t.Errorf("vigie %q\nthrough the server: %+v\ndirectly: %+v", c, got, direct[i])
		}
	}
}

func TestImportExport(t *testing.T) {
	r := newRig(t, "")
	r.say("miette-mastodon", "mention", "Vous ouvrez demain ?")
	r.say("clair-bluesky", "dm", "Bonjour, un <b>souci</b> & \"rien\" d'autre")
	r.must("sync")
	r.must("note", "1", "à rappeler\nlundi")
	r.must("tag", "1", "+motif/horaires")
	r.must("snooze", "2", "+3d")
	first := r.must("export")
	path := filepath.Join(r.dir, "export.jsonl")
	if err := os.WriteFile(path, []byte(first), 0o600); err != nil {
		t.Fatal(err)
	}
	other := newRig(t, "")
	if got := other.run("", "import", path); got.code != exitOK {
		t.Fatalf("import: %+v", got)
	}
	if second := other.must("export"); second != first {
		t.Errorf("export, import, export differ:\n%s\n%s", first, second)
	}
	broken := other.run(strings.Replace(first, `"kind":"mention"`, `"kind":"smoke"`, 1)+"{\n", "import", "-")
	if broken.code != exitPartly || !strings.Contains(broken.err, "line") {
		t.Errorf("a broken line: %+v", broken)
	}
	if second := other.must("export"); second != first {
		t.Error("a broken line cost something else")
	}
	foreign := strings.ReplaceAll(first, "miette-mastodon", "elsewhere")
	if got := other.run(foreign, "import", "-"); got.code != exitPartly {
		t.Errorf("an unknown account: %+v", got)
	}
	if got := other.run(foreign, "import", "--create", "-"); got.code != exitOK {
		t.Errorf("--create: %+v", got)
	}
}

func TestBackupAndRestore(t *testing.T) {
	r := newRig(t, "")
	r.say("miette-mastodon", "mention", "Vous ouvrez demain ?")
	r.must("sync")
	file := filepath.Join(r.dir, "copy.db")
	stop := r.serve()
	r.must("backup", file)
	if got := r.run("", "restore", file); got.code != exitHeld {
		t.Errorf("restore beside a server: %+v", got)
	}
	r.must("done", "1")
	stop()
	if n := strings.TrimSpace(r.must("list", "--count")); n != "0" {
		t.Fatalf("open threads: %s", n)
	}
	r.must("restore", file)
	if n := strings.TrimSpace(r.must("list", "--count")); n != "1" {
		t.Errorf("open threads after the restore: %s", n)
	}
	if got := r.run("", "restore", filepath.Join(r.dir, "config.yaml")); got.code == exitOK {
		t.Error("a text file was restored as a store")
	}
	if n := strings.TrimSpace(r.must("list", "--count")); n != "1" {
		t.Error("the refused restore touched the store")
	}
}

func TestNoSecretIsTold(t *testing.T) {
	r := newRig(t, "")
	canaries := []string{}
	for _, kv := range os.Environ() {
		name, value, _ := strings.Cut(kv, "=")
		if strings.HasSuffix(name, "_TOKEN") || strings.HasSuffix(name, "_PASSWORD") {
			canaries = append(canaries, value)
		}
	}
	if len(canaries) < 8 {
		t.Fatalf("%d canaries", len(canaries))
	}
	t.Setenv("MIETTE_MASTODON_TOKEN", "wrong-token-canary")
	canaries = append(canaries, "wrong-token-canary")
	var told strings.Builder
	for _, args := range [][]string{{"sync"}, {"account", "check"}, {"account", "list"}, {"doctor"}, {"config", "check"}, {"status"}} {
		s := r.run("", args...)
		told.WriteString(s.out + s.err)
	}
	log, err := os.ReadFile(filepath.Join(r.dir, "vigie.log"))
	if err != nil {
		t.Fatal(err)
	}
	told.Write(log)
	if s := r.run("", "sync", "miette-mastodon"); s.code != exitAuth {
		t.Errorf("a wrong token: exit %d\n%s", s.code, s.out)
	}
	for _, c := range canaries {
		if strings.Contains(told.String(), c) {
			t.Errorf("a secret was told")
		}
	}
}

func TestALiteralSecretIsRefused(t *testing.T) {
	r := newRig(t, "")
	path := filepath.Join(r.dir, "config.yaml")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	bad := strings.Replace(string(raw), "env:MIETTE_MASTODON_TOKEN", "abcdef0123456789", 1)
	if err := os.WriteFile(path, []byte(bad), 0o600); err != nil {
		t.Fatal(err)
	}
	got := r.run("", "config", "check")
	if got.code != exitConfig || !strings.Contains(got.err, "config.yaml:") || strings.Contains(got.err, "abcdef0123456789") {
		t.Errorf("config check: %+v", got)
	}
}

// fullDisk is an output on a full disk.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

func TestOutputThatCannotBeWrittenIsAFailure(t *testing.T) {
	r := newRig(t, "")
	r.say("miette-mastodon", "mention", "Bonjour")
	r.must("sync", "miette-mastodon")
	for _, through := range []string{"store", "server"} {
		t.Run(through, func(t *testing.T) {
			if through == "server" {
				defer r.serve()()
			}
			for _, args := range [][]string{{"list"}, {"list", "--json"}, {"show", "1"}, {"export"}, {"networks"}, {"version"}} {
				var errs strings.Builder
				p := &program{
					in: strings.NewReader(""), out: fullDisk{}, err: &errs,
					env: func(name string) string { return r.env[name] }, terminal: true, local: true,
				}
				if code := p.run(t.Context(), append([]string{"--data", r.dir}, args...)); code != exitFailure || errs.String() == "" {
					t.Errorf("vigie %q: exit %d %q", args, code, errs.String())
				}
			}
		})
	}
}

func TestWithoutATerminalNothingStarts(t *testing.T) {
	r := newRig(t, "")
	for _, args := range [][]string{{}, {"demo"}} {
		if got := r.run("", args...); got.code != exitUsage || !strings.Contains(got.err, "terminal") {
			t.Errorf("vigie %q: %+v", args, got)
		}
	}
	if got := r.run("", "status"); got.code != exitNoServer {
		t.Errorf("a server was left behind: %+v", got)
	}
}

func TestOutboxTellsWhatWaits(t *testing.T) {
	r := newRig(t, "")
	r.say("miette-mastodon", "mention", "Bonjour")
	r.must("sync", "miette-mastodon")
	r.must("reply", "1", "--text", "Bonjour à vous", "--hold", "1h", "--no-wait")
	out := r.must("outbox")
	for _, want := range []string{"thread 1", "miette", "Bonjour à vous"} {
		if !strings.Contains(out, want) {
			t.Errorf("outbox lacks %q: %s", want, out)
		}
	}
}
