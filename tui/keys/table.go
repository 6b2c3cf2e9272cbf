package keys

import "vigie/tui/lang"

// The intents.
const (
	Down, Up           Intent = "down", "up"
	PageDown, PageUp   Intent = "page-down", "page-up"
	Top, Bottom        Intent = "top", "bottom"
	ReadOn, ReadBack   Intent = "read-on", "read-back" // scroll the thread while the list has the focus
	NextThread         Intent = "next-thread"
	PrevThread         Intent = "previous-thread"
	Open, Back         Intent = "open", "back"
	NextView, PrevView Intent = "next-view", "previous-view"
	Watches            Intent = "watches"
	NextDue            Intent = "next-due"
	NextTrouble        Intent = "next-trouble" // the next answer that needs a person
	NextItem, PrevItem Intent = "next-message", "previous-message"
	Filter             Intent = "filter"

	Reply    Intent = "reply"
	Private  Intent = "reply-private"
	Note     Intent = "note"
	Tag      Intent = "tag"
	Snooze   Intent = "snooze"
	Escalate Intent = "escalate"
	Done     Intent = "done"
	Reopen   Intent = "reopen"
	Undo     Intent = "undo"
	Redo     Intent = "redo"
	Mark     Intent = "mark"
	MarkAll  Intent = "mark-all"
	ToggleRd Intent = "toggle-read"
	Promote  Intent = "promote"
	Like     Intent = "like"
	Moderate Intent = "moderate"
	Hide     Intent = "hide"
	Delete   Intent = "delete"
	Block    Intent = "block"
	TellRead Intent = "tell-read" // mark read on the network
	Approve  Intent = "approve"
	Spam     Intent = "spam"
	Trash    Intent = "trash"
	Remove   Intent = "remove"
	Unquote  Intent = "unquote" // take our post out of a message that quotes it
	Mute     Intent = "mute"
	Report   Intent = "report"
	Leave    Intent = "leave"
	EditOwn  Intent = "edit-own" // an answer of ours that is there
	Link     Intent = "link"

	Search    Intent = "search"
	Palette   Intent = "palette"
	Help      Intent = "help"
	OutboxBox Intent = "outbox"
	DraftBox  Intent = "drafts"
	Accounts  Intent = "accounts"
	Sync      Intent = "sync"
	Redraw    Intent = "redraw"
	Detach    Intent = "detach"
	Interrupt Intent = "interrupt"

	Send      Intent = "send"
	Cancel    Intent = "cancel"
	NextField Intent = "next-field"
	PrevField Intent = "previous-field"
	Accept    Intent = "accept"
	Visible   Intent = "visibility"
	Discard   Intent = "discard-draft"
	Later     Intent = "send-later"

	Demo       Intent = "demo"
	AddAccount Intent = "add-account"
	Language   Intent = "language"

	Copy    Intent = "copy"
	Retry   Intent = "retry"
	Confirm Intent = "confirm"
	Drop    Intent = "drop"
	Edit    Intent = "edit"
	History Intent = "history"
	SyncOne Intent = "sync-account"
	Widen   Intent = "search-widen" // to all clients, and back to one

	Visual      Intent = "visual-mark"
	Invert      Intent = "invert-marks"
	Focus       Intent = "focus"
	Person      Intent = "person"
	Digest      Intent = "digest"
	DayEnd      Intent = "day-end"
	Positive    Intent = "feel-positive"
	Neutral     Intent = "feel-neutral"
	Negative    Intent = "feel-negative"
	Unfelt      Intent = "feel-none"
	Escalations Intent = "escalations"
	Journal     Intent = "journal"
	CopyLink    Intent = "copy-link"
	CopyText    Intent = "copy-text"
	CopyAuthor  Intent = "copy-author"
	OpenMedia   Intent = "open-media"
	Fold        Intent = "fold"
	FoldAll     Intent = "fold-all"
	SaveView    Intent = "view-save"
	DropView    Intent = "view-drop"
	Quiet       Intent = "quiet"

	Badge        Intent = "badge"
	JoinPerson   Intent = "link-person"
	PartPerson   Intent = "unlink-person"
	PeriodBefore Intent = "period-before"
	PeriodAfter  Intent = "period-after"
	OnlyActs     Intent = "log-acts"

	WriteUndo Intent = "write-undo"
	WriteRedo Intent = "write-redo"
	Editor    Intent = "editor"
	Preview   Intent = "preview"
	Parts     Intent = "split-parts"
	Complete  Intent = "complete"
	Charter   Intent = "charter"
	Attach    Intent = "attach"   // files
	Answered  Intent = "answered" // by a person, on the network itself
)

// ClientIntent is the intent that narrows to the n-th client; 0: to all.
func ClientIntent(n int) Intent { return Intent("client-" + string(rune('0'+n))) }

// ClientOf is the inverse of ClientIntent.
func ClientOf(i Intent) (n int, ok bool) {
	const name = "client-"
	if len(i) != len(name)+1 || i[:len(name)] != name || i[len(name)] < '0' || i[len(name)] > '9' {
		return 0, false
	}
	return int(i[len(name)] - '0'), true
}

// ViewIntent is the intent that shows a view. It has no key of its own.
func ViewIntent(id string) Intent { return Intent("view-" + id) }

// table is every binding there is, in the order help shows them.
var table = []Binding{
	{Scope: List, Intent: Down, Keys: []string{"j", "down"}, Help: "key.down"},
	{Scope: List, Intent: Up, Keys: []string{"k", "up"}, Help: "key.up"},
	{Scope: List, Intent: PageDown, Keys: []string{"pgdown", "ctrl+f"}, Help: "key.page-down"},
	{Scope: List, Intent: PageUp, Keys: []string{"pgup", "ctrl+b"}, Help: "key.page-up"},
	{Scope: List, Intent: Top, Keys: []string{"home", "g g"}, Help: "key.top"},
	{Scope: List, Intent: Bottom, Keys: []string{"end", "G"}, Help: "key.bottom"},
	{Scope: List, Intent: ReadOn, Keys: []string{"space", "J"}, Help: "key.read-on"},
	{Scope: List, Intent: ReadBack, Keys: []string{"b", "K"}, Help: "key.read-back"},
	{Scope: List, Intent: Open, Keys: []string{"enter", "right"}, Help: "key.open", Needs: NeedThread, Hint: true},
	{Scope: List, Intent: Mark, Keys: []string{"x"}, Help: "key.mark", Needs: NeedThread},
	{Scope: List, Intent: Visual, Keys: []string{"v"}, Help: "key.visual-mark", Needs: NeedThread},
	{Scope: List, Intent: MarkAll, Keys: []string{"*"}, Help: "key.mark-all", Needs: NeedThread},
	{Scope: List, Intent: Invert, Keys: []string{"i"}, Help: "key.invert-marks", Needs: NeedThread},

	{Scope: Reader, Intent: Down, Keys: []string{"j", "down"}, Help: "key.scroll-down"},
	{Scope: Reader, Intent: Up, Keys: []string{"k", "up"}, Help: "key.scroll-up"},
	{Scope: Reader, Intent: PageDown, Keys: []string{"space", "pgdown", "ctrl+f"}, Help: "key.page-down"},
	{Scope: Reader, Intent: PageUp, Keys: []string{"b", "pgup", "ctrl+b"}, Help: "key.page-up"},
	{Scope: Reader, Intent: Top, Keys: []string{"home", "g g"}, Help: "key.thread-top"},
	{Scope: Reader, Intent: Bottom, Keys: []string{"end", "G"}, Help: "key.thread-bottom"},
	{Scope: Reader, Intent: NextItem, Keys: []string{";", "."}, Help: "key.next-message", Needs: NeedThread},
	{Scope: Reader, Intent: PrevItem, Keys: []string{","}, Help: "key.previous-message", Needs: NeedThread},
	{Scope: Reader, Intent: Fold, Keys: []string{"h"}, Help: "key.fold", Needs: NeedThread},
	{Scope: Reader, Intent: FoldAll, Keys: []string{"H"}, Help: "key.fold-all", Needs: NeedThread},
	{Scope: Reader, Intent: OpenMedia, Keys: []string{"v"}, Help: "key.open-media", Needs: NeedThread},
	{Scope: Reader, Intent: NextThread, Keys: []string{"J", "ctrl+n"}, Help: "key.next-thread"},
	{Scope: Reader, Intent: PrevThread, Keys: []string{"K", "ctrl+p"}, Help: "key.previous-thread"},

	{Scope: Thread, Intent: Confirm, Keys: []string{"V"}, Help: "key.confirm", Needs: NeedThread | NeedConfirm, Hint: true},
	{Scope: Thread, Intent: Retry, Keys: []string{"S"}, Help: "key.retry", Needs: NeedThread | NeedRetry, Hint: true},
	{Scope: Thread, Intent: Drop, Keys: []string{"X"}, Help: "key.drop", Needs: NeedThread | NeedDrop, Hint: true},
	{Scope: Thread, Intent: Edit, Keys: []string{"C"}, Help: "key.edit", Needs: NeedThread | NeedEdit, Hint: true},
	{Scope: Thread, Intent: Reply, Keys: []string{"r"}, Help: "key.reply", Needs: NeedThread | NeedReply, Hint: true},
	{Scope: Thread, Intent: Private, Keys: []string{"R"}, Help: "key.reply-private", Needs: NeedThread | NeedPrivate},
	{Scope: Thread, Intent: Done, Keys: []string{"e"}, Help: "key.done", Needs: NeedThread | NeedOpen, Hint: true},
	{Scope: Thread, Intent: Note, Keys: []string{"n"}, Help: "key.note", Needs: NeedThread, Hint: true},
	{Scope: Thread, Intent: Tag, Keys: []string{"t"}, Help: "key.tag", Needs: NeedThread, Hint: true},
	{Scope: Thread, Intent: Snooze, Keys: []string{"z"}, Help: "key.snooze", Needs: NeedThread, Hint: true},
	{Scope: Thread, Intent: Escalate, Keys: []string{"!"}, Help: "key.escalate", Needs: NeedThread | NeedContact, Hint: true},
	{Scope: Thread, Intent: Reopen, Keys: []string{"E"}, Help: "key.reopen", Needs: NeedThread | NeedDone},
	{Scope: Thread, Intent: ToggleRd, Keys: []string{"M"}, Help: "key.toggle-read", Needs: NeedThread},
	{Scope: Thread, Intent: Like, Keys: []string{"l"}, Help: "key.like", Needs: NeedThread | NeedLike},
	{Scope: Thread, Intent: Moderate, Keys: []string{"m"}, Help: "key.moderate", Needs: NeedThread},
	{Scope: Thread, Intent: Promote, Keys: []string{"P"}, Help: "key.promote", Needs: NeedThread | NeedWatch, Hint: true},
	{Scope: Thread, Intent: Positive, Keys: []string{"s +", "s ="}, Help: "key.feel-positive", Needs: NeedThread},
	{Scope: Thread, Intent: Neutral, Keys: []string{"s 0"}, Help: "key.feel-neutral", Needs: NeedThread},
	{Scope: Thread, Intent: Negative, Keys: []string{"s -"}, Help: "key.feel-negative", Needs: NeedThread},
	{Scope: Thread, Intent: Unfelt, Keys: []string{"s x"}, Help: "key.feel-none", Needs: NeedThread},
	{Scope: Thread, Intent: Person, Keys: []string{"p"}, Help: "key.person", Needs: NeedThread},
	{Scope: Thread, Intent: CopyLink, Keys: []string{"y l"}, Help: "key.copy-link", Needs: NeedThread | NeedLink},
	{Scope: Thread, Intent: CopyText, Keys: []string{"y t", "y y"}, Help: "key.copy-text", Needs: NeedThread},
	{Scope: Thread, Intent: CopyAuthor, Keys: []string{"y a"}, Help: "key.copy-author", Needs: NeedThread},
	{Scope: Thread, Intent: Link, Keys: []string{"o"}, Help: "key.link", Needs: NeedThread | NeedLink},

	{Scope: Welcome, Intent: Demo, Keys: []string{"d"}, Help: "key.demo", Hint: true},
	{Scope: Welcome, Intent: AddAccount, Keys: []string{"a"}, Help: "key.add-account", Hint: true},
	{Scope: Welcome, Intent: Language, Keys: []string{"l"}, Help: "key.language", Hint: true},

	{Scope: Root, Intent: Undo, Keys: []string{"u"}, Help: "key.undo", Hint: true},
	{Scope: Root, Intent: Redo, Keys: []string{"U"}, Help: "key.redo"},
	{Scope: Root, Intent: NextView, Keys: []string{"tab"}, Help: "key.next-view"},
	{Scope: Root, Intent: PrevView, Keys: []string{"shift+tab"}, Help: "key.previous-view"},
	{Scope: Root, Intent: Watches, Keys: []string{"w"}, Help: "key.watches"},
	{Scope: Root, Intent: NextDue, Keys: []string{"g d"}, Help: "key.next-due"},
	{Scope: Root, Intent: NextTrouble, Keys: []string{"g v"}, Help: "key.next-trouble"},
	{Scope: Root, Intent: ClientIntent(0), Keys: []string{"0"}, Help: "key.client-all", Needs: NeedDesk},
	{Scope: Root, Intent: ClientIntent(1), Keys: []string{"1"}, Help: "key.client", Needs: NeedDesk},
	{Scope: Root, Intent: ClientIntent(2), Keys: []string{"2"}, Help: "key.client", Needs: NeedDesk, Hidden: true},
	{Scope: Root, Intent: ClientIntent(3), Keys: []string{"3"}, Help: "key.client", Needs: NeedDesk, Hidden: true},
	{Scope: Root, Intent: ClientIntent(4), Keys: []string{"4"}, Help: "key.client", Needs: NeedDesk, Hidden: true},
	{Scope: Root, Intent: ClientIntent(5), Keys: []string{"5"}, Help: "key.client", Needs: NeedDesk, Hidden: true},
	{Scope: Root, Intent: ClientIntent(6), Keys: []string{"6"}, Help: "key.client", Needs: NeedDesk, Hidden: true},
	{Scope: Root, Intent: ClientIntent(7), Keys: []string{"7"}, Help: "key.client", Needs: NeedDesk, Hidden: true},
	{Scope: Root, Intent: ClientIntent(8), Keys: []string{"8"}, Help: "key.client", Needs: NeedDesk, Hidden: true},
	{Scope: Root, Intent: ClientIntent(9), Keys: []string{"9"}, Help: "key.client", Needs: NeedDesk, Hidden: true},
	{Scope: Root, Intent: Search, Keys: []string{"/"}, Help: "key.search", Hint: true},
	{Scope: Root, Intent: Filter, Keys: []string{"f"}, Help: "key.filter"},
	{Scope: Root, Intent: Palette, Keys: []string{"ctrl+k", ":"}, Help: "key.palette"},
	{Scope: Root, Intent: OutboxBox, Keys: []string{"g o"}, Help: "key.outbox"},
	{Scope: Root, Intent: DraftBox, Keys: []string{"g b"}, Help: "key.drafts"},
	{Scope: Root, Intent: Accounts, Keys: []string{"g a"}, Help: "key.accounts"},
	{Scope: Root, Intent: Escalations, Keys: []string{"g e"}, Help: "key.escalations"},
	{Scope: Root, Intent: Journal, Keys: []string{"g l"}, Help: "key.journal"},
	{Scope: Root, Intent: Focus, Keys: []string{"F"}, Help: "key.focus"},
	{Scope: Root, Intent: Digest, Keys: []string{"d"}, Help: "key.digest"},
	{Scope: Root, Intent: DayEnd, Keys: []string{"D"}, Help: "key.day-end"},
	{Scope: Root, Intent: SaveView, Help: "key.view-save"},
	{Scope: Root, Intent: DropView, Help: "key.view-drop"},
	{Scope: Root, Intent: Quiet, Help: "key.quiet"},
	{Scope: Root, Intent: Sync, Keys: []string{"g s"}, Help: "key.sync"},
	{Scope: Root, Intent: Back, Keys: []string{"esc", "left"}, Help: "key.back"},
	{Scope: Root, Intent: Help, Keys: []string{"?", "f1"}, Help: "key.help", Hint: true},
	{Scope: Root, Intent: Redraw, Keys: []string{"ctrl+l"}, Help: "key.redraw"},
	{Scope: Root, Intent: Detach, Keys: []string{"q"}, Help: "key.detach", Hint: true},
	{Scope: Root, Intent: Interrupt, Keys: []string{"ctrl+c"}, Help: "key.interrupt", Hidden: true},

	{Scope: Writing, Intent: Send, Keys: []string{"ctrl+s"}, Help: "key.send", Hint: true},
	{Scope: Writing, Intent: Later, Keys: []string{"ctrl+t"}, Help: "key.send-later", Hint: true},
	{Scope: Writing, Intent: Visible, Keys: []string{"ctrl+v"}, Help: "key.visibility"},
	{Scope: Writing, Intent: Complete, Keys: []string{"tab"}, Help: "key.complete"},
	{Scope: Writing, Intent: WriteUndo, Keys: []string{"ctrl+z"}, Help: "key.write-undo"},
	{Scope: Writing, Intent: WriteRedo, Keys: []string{"ctrl+y"}, Help: "key.write-redo"},
	{Scope: Writing, Intent: Preview, Keys: []string{"ctrl+p"}, Help: "key.preview"},
	{Scope: Writing, Intent: Parts, Keys: []string{"ctrl+r"}, Help: "key.split-parts"},
	{Scope: Writing, Intent: Charter, Keys: []string{"ctrl+g"}, Help: "key.charter"},
	{Scope: Writing, Intent: Attach, Keys: []string{"ctrl+o"}, Help: "key.attach"},
	{Scope: Writing, Intent: Editor, Keys: []string{"ctrl+e"}, Help: "key.editor"},
	{Scope: Writing, Intent: Back, Keys: []string{"esc"}, Help: "key.keep-draft", Hint: true},
	{Scope: Writing, Intent: Discard, Keys: []string{"ctrl+x"}, Help: "key.discard", Hint: true},
	{Scope: Writing, Intent: ReadOn, Keys: []string{"pgdown"}, Help: "key.read-on"},
	{Scope: Writing, Intent: ReadBack, Keys: []string{"pgup"}, Help: "key.read-back"},
	{Scope: Writing, Intent: Help, Keys: []string{"f1"}, Help: "key.help", Hint: true},
	{Scope: Writing, Intent: Interrupt, Keys: []string{"ctrl+c"}, Help: "key.interrupt", Hidden: true},

	{Scope: Form, Intent: Accept, Keys: []string{"enter"}, Help: "key.accept", Hint: true},
	{Scope: Form, Intent: Send, Keys: []string{"ctrl+s"}, Help: "key.accept", Hidden: true},
	{Scope: Form, Intent: NextField, Keys: []string{"tab"}, Help: "key.next-field"},
	{Scope: Form, Intent: PrevField, Keys: []string{"shift+tab"}, Help: "key.previous-field"},
	{Scope: Form, Intent: Down, Keys: []string{"down", "ctrl+n"}, Help: "key.choose-down"},
	{Scope: Form, Intent: Up, Keys: []string{"up", "ctrl+p"}, Help: "key.choose-up"},
	{Scope: Form, Intent: PageDown, Keys: []string{"pgdown"}, Help: "key.page-down", Hidden: true},
	{Scope: Form, Intent: PageUp, Keys: []string{"pgup"}, Help: "key.page-up", Hidden: true},
	{Scope: Form, Intent: Back, Keys: []string{"esc"}, Help: "key.back", Hint: true},
	{Scope: Form, Intent: Help, Keys: []string{"f1"}, Help: "key.help", Hint: true},
	{Scope: Form, Intent: Interrupt, Keys: []string{"ctrl+c"}, Help: "key.interrupt", Hidden: true},

	{Scope: Searching, Intent: Widen, Keys: []string{"ctrl+t"}, Help: "key.search-widen", Hint: true},

	{Scope: LinkingOut, Intent: Answered, Keys: []string{"enter", "y"}, Help: "key.answered", Hint: true},
	{Scope: LinkingOut, Intent: Link, Keys: []string{"o"}, Help: "key.open-address", Hint: true},
	{Scope: LinkingOut, Intent: Back, Keys: []string{"esc", "n"}, Help: "key.not-answered", Hint: true},

	{Scope: Pick, Intent: Accept, Keys: []string{"enter"}, Help: "key.accept"},
	{Scope: Pick, Intent: Send, Keys: []string{"ctrl+s"}, Help: "key.accept", Hidden: true},
	{Scope: Pick, Intent: Down, Keys: []string{"j", "down"}, Help: "key.choose-down"},
	{Scope: Pick, Intent: Up, Keys: []string{"k", "up"}, Help: "key.choose-up"},
	{Scope: Pick, Intent: PageDown, Keys: []string{"pgdown", "space"}, Help: "key.page-down"},
	{Scope: Pick, Intent: PageUp, Keys: []string{"pgup", "b"}, Help: "key.page-up"},
	{Scope: Pick, Intent: Top, Keys: []string{"home"}, Help: "key.choose-first"},
	{Scope: Pick, Intent: Bottom, Keys: []string{"end"}, Help: "key.choose-last"},
	{Scope: Pick, Intent: Copy, Keys: []string{"c"}, Help: "key.copy"},
	{Scope: Pick, Intent: Back, Keys: []string{"esc", "q"}, Help: "key.back", Hint: true},
	{Scope: Pick, Intent: Help, Keys: []string{"?", "f1"}, Help: "key.help", Hint: true},
	{Scope: Pick, Intent: Interrupt, Keys: []string{"ctrl+c"}, Help: "key.interrupt", Hidden: true},

	{Scope: Outbox, Intent: Confirm, Keys: []string{"v", "V"}, Help: "key.confirm", Needs: NeedItem | NeedConfirm, Hint: true},
	{Scope: Outbox, Intent: Retry, Keys: []string{"r", "S"}, Help: "key.retry", Needs: NeedItem | NeedRetry, Hint: true},
	{Scope: Outbox, Intent: Drop, Keys: []string{"x", "X"}, Help: "key.drop", Needs: NeedItem | NeedDrop, Hint: true},
	{Scope: Outbox, Intent: Edit, Keys: []string{"c", "C", "u"}, Help: "key.edit", Needs: NeedItem | NeedEdit, Hint: true},
	{Scope: Outbox, Intent: History, Keys: []string{"h"}, Help: "key.history", Needs: NeedItem, Hint: true},

	{Scope: Moderating, Intent: Like, Keys: []string{"l"}, Help: "key.like-message", Needs: NeedThread},
	{Scope: Moderating, Intent: Approve, Keys: []string{"a"}, Help: "key.approve", Needs: NeedThread},
	{Scope: Moderating, Intent: Hide, Keys: []string{"h"}, Help: "key.hide", Needs: NeedThread},
	{Scope: Moderating, Intent: Spam, Keys: []string{"s"}, Help: "key.spam", Needs: NeedThread},
	{Scope: Moderating, Intent: Trash, Keys: []string{"t"}, Help: "key.trash", Needs: NeedThread},
	{Scope: Moderating, Intent: Remove, Keys: []string{"x"}, Help: "key.remove", Needs: NeedThread},
	{Scope: Moderating, Intent: Unquote, Keys: []string{"c"}, Help: "key.unquote", Needs: NeedThread},
	{Scope: Moderating, Intent: Report, Keys: []string{"r"}, Help: "key.report", Needs: NeedThread},
	{Scope: Moderating, Intent: Mute, Keys: []string{"i"}, Help: "key.mute", Needs: NeedThread},
	{Scope: Moderating, Intent: Block, Keys: []string{"b"}, Help: "key.block", Needs: NeedThread},
	{Scope: Moderating, Intent: Leave, Keys: []string{"p"}, Help: "key.leave", Needs: NeedThread},
	{Scope: Moderating, Intent: TellRead, Keys: []string{"m"}, Help: "key.tell-read", Needs: NeedThread},
	{Scope: Moderating, Intent: EditOwn, Keys: []string{"E"}, Help: "key.edit-own", Needs: NeedThread},
	{Scope: Moderating, Intent: Delete, Keys: []string{"d"}, Help: "key.delete", Needs: NeedThread},

	{Scope: Attaching, Intent: Drop, Keys: []string{"ctrl+x"}, Help: "key.drop-file", Hint: true},

	{Scope: Drafts, Intent: Drop, Keys: []string{"x"}, Help: "key.drop-draft", Needs: NeedItem, Hint: true},
	{Scope: Drafts, Intent: Undo, Keys: []string{"u"}, Help: "key.draft-back", Hint: true},

	{Scope: Card, Intent: Open, Keys: []string{"enter"}, Help: "key.open-line", Needs: NeedItem, Hint: true},
	{Scope: Card, Intent: Badge, Keys: []string{"+", "="}, Help: "key.badge", Hint: true},
	{Scope: Card, Intent: Note, Keys: []string{"n"}, Help: "key.card-note", Hint: true},
	{Scope: Card, Intent: JoinPerson, Keys: []string{"L"}, Help: "key.join", Hint: true},
	{Scope: Card, Intent: PartPerson, Keys: []string{"U"}, Help: "key.part", Hint: true},

	{Scope: EscalationBox, Intent: Open, Keys: []string{"enter"}, Help: "key.open-line", Needs: NeedItem, Hint: true},
	{Scope: EscalationBox, Intent: Escalate, Keys: []string{"!"}, Help: "key.escalate-on", Needs: NeedItem, Hint: true},

	{Scope: JournalBox, Intent: Open, Keys: []string{"enter"}, Help: "key.open-line", Needs: NeedItem, Hint: true},
	{Scope: JournalBox, Intent: OnlyActs, Keys: []string{"a"}, Help: "key.log-acts", Hint: true},
	{Scope: JournalBox, Intent: ClientIntent(0), Keys: []string{"0"}, Help: "key.journal-all"},
	{Scope: JournalBox, Intent: ClientIntent(1), Keys: []string{"1"}, Help: "key.journal-client", Hint: true},
	{Scope: JournalBox, Intent: ClientIntent(2), Keys: []string{"2"}, Help: "key.journal-client", Hidden: true},
	{Scope: JournalBox, Intent: ClientIntent(3), Keys: []string{"3"}, Help: "key.journal-client", Hidden: true},
	{Scope: JournalBox, Intent: ClientIntent(4), Keys: []string{"4"}, Help: "key.journal-client", Hidden: true},
	{Scope: JournalBox, Intent: ClientIntent(5), Keys: []string{"5"}, Help: "key.journal-client", Hidden: true},
	{Scope: JournalBox, Intent: ClientIntent(6), Keys: []string{"6"}, Help: "key.journal-client", Hidden: true},
	{Scope: JournalBox, Intent: ClientIntent(7), Keys: []string{"7"}, Help: "key.journal-client", Hidden: true},
	{Scope: JournalBox, Intent: ClientIntent(8), Keys: []string{"8"}, Help: "key.journal-client", Hidden: true},
	{Scope: JournalBox, Intent: ClientIntent(9), Keys: []string{"9"}, Help: "key.journal-client", Hidden: true},

	{Scope: Digesting, Intent: PeriodBefore, Keys: []string{"h", "left"}, Help: "key.period-before", Hint: true},
	{Scope: Digesting, Intent: PeriodAfter, Keys: []string{"l", "right"}, Help: "key.period-after", Hint: true},
	{Scope: Digesting, Intent: Open, Keys: []string{"enter"}, Help: "key.open-line", Needs: NeedItem, Hint: true},

	{Scope: DayEnding, Intent: Open, Keys: []string{"enter"}, Help: "key.open-line", Needs: NeedItem, Hint: true},

	{Scope: Links, Intent: Open, Keys: []string{"enter"}, Help: "key.open-address", Needs: NeedItem, Hint: true},

	{Scope: Health, Intent: SyncOne, Keys: []string{"s"}, Help: "key.sync-account", Needs: NeedItem, Hint: true},
}

// reasons says why a need is not met; the order is the order of telling.
var reasons = []struct {
	need Need
	why  lang.Key
}{
	{NeedDesk, "why.no-clients"},
	{NeedThread, "why.no-thread"},
	{NeedReply, "why.no-reply"},
	{NeedPrivate, "why.no-private"},
	{NeedLike, "why.no-like"},
	{NeedOpen, "why.done-already"},
	{NeedDone, "why.not-done"},
	{NeedWatch, "why.no-watch"},
	{NeedLink, "why.no-link"},
	{NeedContact, "why.no-contact"},
	{NeedItem, "why.no-item"},
	{NeedConfirm, "why.no-confirm"},
	{NeedRetry, "why.no-retry"},
	{NeedDrop, "why.no-drop"},
	{NeedEdit, "why.no-edit"},
}

// Blocked returns why the binding makes no sense where met is what is there;
// "" when it does.
func (b Binding) Blocked(met Need) lang.Key {
	for _, r := range reasons {
		if b.Needs&r.need != 0 && met&r.need == 0 {
			return r.why
		}
	}
	return ""
}
