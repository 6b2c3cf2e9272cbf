package engine_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"vigie/inbox"
)

// TestADraftIsOpenInOneTerminal: of terminals that open it in the same instant,
// by its thread or by its id, one gets it.
func TestADraftIsOpenInOneTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _, id := ableBench(t)
		defer b.close()
		d, err := b.eng.OpenDraft(t.Context(), b.by, inbox.DraftRequest{Thread: id})
		b.must(err)
		d.Text = "Oui."
		b.must(b.eng.SaveDraft(t.Context(), b.by, d))
		for name, r := range map[string]inbox.DraftRequest{"thread": {Thread: id}, "id": {ID: d.ID}} {
			var got atomic.Int32
			var all sync.WaitGroup
			for i := range 8 {
				by := b.by
				by.Session = fmt.Sprint(name, i)
				leave := b.eng.Attach(inbox.SessionInfo{ID: by.Session, Name: by.Session, Line: by.Line})
				defer leave()
				all.Go(func() {
					mine, err := b.eng.OpenDraft(t.Context(), by, r)
					if err != nil && (r.ID == "" || code(err) != inbox.CodeComposing) {
						t.Errorf("%s: %v", name, err)
					}
					if mine.ID == d.ID {
						got.Add(1)
					}
				})
			}
			all.Wait()
			for i := range 8 {
				by := b.by
				by.Session = fmt.Sprint(name, i)
				b.eng.Compose(by, 0, "")
			}
			if n := got.Load(); n != 1 {
				t.Errorf("%s: %d got it", name, n)
			}
		}
		one, other := b.by, b.by
		one.Session, other.Session = "thread0", "thread1"
		for _, by := range []inbox.By{one, one} { // again by the same is no conflict
			if mine, err := b.eng.OpenDraft(t.Context(), by, inbox.DraftRequest{ID: d.ID}); err != nil || mine.ID != d.ID {
				t.Fatalf("%q %v", mine.ID, err)
			}
		}
		if _, err := b.eng.OpenDraft(t.Context(), other, inbox.DraftRequest{ID: d.ID}); code(err) != inbox.CodeComposing {
			t.Errorf("the other one got %v", err)
		}
		if mine, err := b.eng.OpenDraft(t.Context(), other, inbox.DraftRequest{Thread: id}); err != nil || mine.ID == d.ID {
			t.Errorf("the other one got %q %v", mine.ID, err)
		}
		b.eng.Compose(one, 0, "")
		if mine, err := b.eng.OpenDraft(t.Context(), other, inbox.DraftRequest{Thread: id}); err != nil || mine.ID != d.ID {
			t.Errorf("left alone, it is %q %v", mine.ID, err)
		}
	})
}
