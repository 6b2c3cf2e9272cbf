package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie/cmd/vigie/config"
	"vigie/inbox"
)

func TestSinceOf(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 10, 30, 0, 0, paris)
	for in, want := range map[string]string{
		"yesterday": "2026-11-22 00:00", "hier": "2026-11-22 00:00", "today": "2026-11-23 00:00", "8h": "2026-11-23 02:30",
		"3d": "2026-11-20 10:30", "2j": "2026-11-21 10:30", "2026-11-20": "2026-11-20 00:00", "2026-11-20 14:05": "2026-11-20 14:05",
		"2026-11-20T14:05:00Z": "2026-11-20 15:05",
		"":                     "", "soon": "", "-8h": "", "0d": "", "2027-01-01": "", "h": "",
	} {
		got, ok := sinceOf(in, now)
		if ok != (want != "") || ok && got.In(paris).Format("2006-01-02 15:04") != want {
			t.Errorf("%q: %v %v, want %q", in, got, ok, want)
		}
	}
}

// TestCommandsOfADay goes through the commands about naps, tones, persons,
// views and the digest.
func TestCommandsOfADay(t *testing.T) {
	r := newRig(t, "")
	r.say("miette-mastodon", inbox.KindMention, "Bonjour, une question ?")
	r.must("sync")
	id := strings.TrimSpace(r.must("list", "-q", "-n", "1"))
	if got := r.must("snooze", id, "si", "pas", "de", "réponse", "2j", "dort"); !strings.Contains(got, "unless they answer") || !strings.Contains(got, "thanks") {
		t.Errorf("snooze: %s", got)
	}
	if got := r.must("snooze", id, "until", "reply"); !strings.Contains(got, "until they answer") {
		t.Errorf("snooze: %s", got)
	}
	if got := r.run("", "snooze", id, "purple"); got.code != exitUsage || !strings.Contains(got.err, "purple") {
		t.Errorf("snooze purple: %+v", got)
	}
	r.must("feel", id, "-")
	if got := r.must("list", "--json", "id:"+id+" state:any"); !strings.Contains(got, `"sentiment":"negative"`) {
		t.Errorf("feel: %s", got)
	}
	var p personRow
	if err := json.Unmarshal([]byte(r.must("person", id, "--badge", "+vip", "--note", "fidèle", "--json")), &p); err != nil {
		t.Fatal(err)
	}
	if len(p.Badges) != 1 || p.Badges[0] != "vip" || len(p.Notes) != 1 || p.Messages != 1 {
		t.Errorf("person: %+v", p)
	}
	if got := r.must("person", id); !strings.Contains(got, "[vip]") || !strings.Contains(got, "fidèle") {
		t.Errorf("person: %s", got)
	}
	r.must("view", "save", "Déjà en retard", "is:overdue")
	if got := r.must("view", "list"); !strings.Contains(got, "* deja-en-retard") {
		t.Errorf("view list: %s", got)
	}
	if got := r.run("", "view", "drop", "ours"); got.code != exitUsage {
		t.Errorf("view drop ours: %+v", got)
	}
	r.must("view", "drop", "deja-en-retard")
	var d digestRow
	if err := json.Unmarshal([]byte(strings.Split(r.must("digest", "--since", "1h", "--client", "miette", "--json"), "\n")[0]), &d); err != nil {
		t.Fatal(err)
	}
	if d.Snoozed != 1 || d.Client != "miette" {
		t.Errorf("digest: %+v", d)
	}
	if got := r.must("digest", "--since", "1h", "--md"); !strings.Contains(got, "| received |") {
		t.Errorf("digest --md: %s", got)
	}
	if got := r.must("digest", "--since", "1h"); !strings.Contains(got, "1  snoozed") {
		t.Errorf("digest: %s", got)
	}
	r.must("reopen", id)
	if got := r.must("digest", "--since", "1h", "--client", "miette"); !strings.Contains(got, "1  mention, mastodon") || !strings.Contains(got, "   #"+id+"  ") || !strings.Contains(got, "1  person\n") {
		t.Errorf("digest: %s", got)
	}
	if got := r.must("person", id, "+press"); !strings.Contains(got, "[press]") {
		t.Errorf("person +press: %s", got)
	}
	r.refused(exitUsage, "press", "person", id, "press")
	if got := r.run("", "quiet", "1h"); got.code != exitNoServer {
		t.Errorf("quiet without a server: %+v", got)
	}
	defer r.serve()()
	if got := r.must("quiet", "1h"); !strings.Contains(got, "important people") || !strings.Contains(got, time.Now().Add(time.Hour).Format("MST")) {
		t.Errorf("quiet: %s", got)
	}
	r.must("quiet", "off")
}

// The command for notices gets them as JSON, and one that fails is told of.
func TestNoticeHook(t *testing.T) {
	out := filepath.Join(t.TempDir(), "heard")
	w := &wiring{lang: "fr"}
	n := inbox.Notice{Why: inbox.NoticePerson, Client: "miette", Thread: 7, Number: 3}
	if err := w.Notify(t.Context(), n); err != nil {
		t.Fatalf("without a command: %v", err)
	}
	w.conf = config.Config{Notify: config.Notify{Hook: []string{"sh", "-c", "cat > " + out}}}
	if err := w.Notify(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var got noticeRow
	if err := json.Unmarshal(body, &got); err != nil || got.Thread != "7" || got.Number != 3 || got.Why != "person" || !strings.Contains(got.Text, "3") {
		t.Errorf("%s, %v", body, err)
	}
	w.conf.Notify.Hook = []string{"sh", "-c", "exit 3"}
	if err := w.Notify(t.Context(), n); err == nil {
		t.Error("a command that fails is not told of")
	}
}
