package inbox

import (
	"slices"
	"time"

	"vigie/inbox/text"
)

// ActionKind is something to do on a network or to a Contact.
type ActionKind string

// The kinds of actions. Every one is a record in the outbox first.
const (
	ActReply    ActionKind = "reply"
	ActPrivate  ActionKind = "private" // a private answer to a public message
	ActLike     ActionKind = "like"
	ActUnlike   ActionKind = "unlike"
	ActHide     ActionKind = "hide" // a message of theirs, from what others see
	ActUnhide   ActionKind = "unhide"
	ActDelete   ActionKind = "delete" // an own message
	ActBlock    ActionKind = "block"  // the author of a message
	ActUnblock  ActionKind = "unblock"
	ActRead     ActionKind = "read" // tell the network that the thread was read
	ActEscalate ActionKind = "escalate"

	ActEdit     ActionKind = "edit"    // an own message gets another text
	ActReport   ActionKind = "report"  // a message of theirs, to the network's moderators; Text says why
	ActApprove  ActionKind = "approve" // a message of theirs that waits for moderation is published
	ActHold     ActionKind = "hold"    // it waits for moderation again
	ActSpam     ActionKind = "spam"    // a message of theirs is spam
	ActUnspam   ActionKind = "unspam"
	ActTrash    ActionKind = "trash" // a message of theirs goes where it can be had back from
	ActRestore  ActionKind = "restore"
	ActRemove   ActionKind = "remove" // a message of theirs, for good
	ActMute     ActionKind = "mute"   // the author of a message, who is not told
	ActUnmute   ActionKind = "unmute"
	ActLeave    ActionKind = "leave"  // a conversation: the network brings no more of it
	ActRejoin   ActionKind = "rejoin" // it does again
	ActDetach   ActionKind = "detach" // a post of ours is taken out of a message of theirs that quotes it
	ActReattach ActionKind = "reattach"
)

// ActionKinds lists the kinds that are done on a network.
func ActionKinds() []ActionKind {
	return []ActionKind{
		ActReply, ActPrivate, ActEdit, ActLike, ActUnlike, ActApprove, ActHold, ActHide, ActUnhide, ActSpam, ActUnspam,
		ActTrash, ActRestore, ActRemove, ActDetach, ActReattach, ActDelete, ActMute, ActUnmute, ActBlock, ActUnblock,
		ActReport, ActLeave, ActRejoin, ActRead,
	}
}

// Writes reports whether an action of this kind carries a text that people
// will read: those are ordered, guarded and kept.
func (k ActionKind) Writes() bool { return k == ActReply || k == ActPrivate || k == ActEdit }

// OfAuthor reports whether an act is done to who wrote the message.
func (k ActionKind) OfAuthor() bool {
	return k == ActBlock || k == ActUnblock || k == ActMute || k == ActUnmute
}

// OfOwn reports whether an act is done to a message of ours.
func (k ActionKind) OfOwn() bool { return k == ActDelete || k == ActEdit }

// inverses pairs the kinds that take each other back on the network.
var inverses = [...][2]ActionKind{
	{ActLike, ActUnlike},
	{ActHide, ActUnhide},
	{ActBlock, ActUnblock},
	{ActApprove, ActHold},
	{ActSpam, ActUnspam},
	{ActTrash, ActRestore},
	{ActMute, ActUnmute},
	{ActLeave, ActRejoin},
	{ActDetach, ActReattach},
}

// Inverse is the kind that takes one of this kind back on the network, if
// there is one.
func (k ActionKind) Inverse() (ActionKind, bool) {
	for _, pair := range inverses {
		switch k {
		case pair[0]:
			return pair[1], true
		case pair[1]:
			return pair[0], true
		}
	}
	return "", false
}

// Upload is a file that goes with an answer. Its content is kept beside the
// store, by its sum, from before the action is queued until nothing refers to
// it any more.
type Upload struct {
	Name string // as people know it: "galette.jpg"
	Type string // media type: "image/jpeg"
	Alt  string // what it shows, for who does not see it
	Size int64  // bytes
	Sum  string // SHA-256 of the content, hexadecimal
}

// SendState is where an Action stands.
type SendState string

// The states of sending: queued → sending → accepted | failed | uncertain.
const (
	Queued    SendState = "queued"      // held until NotBefore; can be undone
	Sending   SendState = "sending"     // claimed: the first byte may leave
	Accepted  SendState = "accepted"    // the network gave an id
	Verified  SendState = "verified"    // seen again on the network
	RetryWait SendState = "retry_wait"  // surely not executed; again at NotBefore
	Uncertain SendState = "uncertain"   // perhaps executed; being looked up
	NeedsYou  SendState = "needs_human" // only a person can decide
	FailedAct SendState = "failed"      // surely not executed, and will not be
	Dropped   SendState = "dropped"     // taken back by a person before it left
)

// Terminal reports whether nothing more will happen by itself.
func (s SendState) Terminal() bool {
	switch s {
	case Accepted, Verified, NeedsYou, FailedAct, Dropped:
		return true
	}
	return false
}

// Trouble reports whether a person should look at it.
func (s SendState) Trouble() bool {
	return s == FailedAct || s == NeedsYou || s == Uncertain
}

// MostLooks is how often an uncertain Action is looked up on its network
// before a person must decide.
const MostLooks = 5

// Class says how sure an Action can be that it was done once.
type Class string

// The classes: A the network takes an idempotency key; B we choose the id;
// C own posts can be listed; D none of these; S sets a state, so that a
// repetition changes nothing.
const (
	ClassA Class = "A"
	ClassB Class = "B"
	ClassC Class = "C"
	ClassD Class = "D"
	ClassS Class = "S"
)

// Action is one outgoing act, as the outbox keeps it.
type Action struct {
	ID           ActionID
	Key          string // idempotency key: 26 letters and digits, made once
	Epoch        string // of the store it was made in; another epoch never sends it
	Kind         ActionKind
	Client       ClientID
	Account      AccountID
	Server       string // of the Account when a person last wanted it; it is sent to no other; "": not known
	As           string // who the network took the Account for then, see Identity.Remote; "": not known
	Thread       ThreadID
	Conversation string // the network's id of the conversation
	Target       string // remote id of the message it answers or acts on
	Author       string // remote id of who wrote the target
	Text         string // the exact bytes to send, as typed by the user
	Media        []Upload
	Reason       string // of a report: one of the network's words, see Caps.Reasons
	Visibility   string // the network's word; "" lets the connector choose
	ThreadKind   Kind
	PostID       string    // remote id of the Post the thread hangs under; "": none
	Draft        string    // id of the draft it was made of, unique; "" without
	SendAt       time.Time // send later: not before; zero: as soon as the hold is over
	Follows      ActionID  // goes once that one was accepted, as an answer to what it made; 0: none
	SeenN        int       // the thread's newest event when it was written; send later compares

	Contact ContactID // escalations
	Brief   *Brief

	State     SendState
	Attempt   int
	CreatedAt time.Time
	NotBefore time.Time
	FirstWire time.Time // zero: no byte ever left
	LastWire  time.Time
	Owner     string // process that claimed it
	Session   string
	Line      string // whose undo history it belongs to
	Step      uint64 // the act it belongs to, see Event.Step
	Of        uint64 // the Step that it takes back or does again, see Event.Of
	Receipt   Receipt
	Problem   Problem
	Class     Class // of the attempt that is, or may be, carried out; "" before the first
	Looks     int   // how often an uncertain one was looked up
	Doubted   bool  // some attempt of this Key may have been carried out
	History   []ActionStep
}

// OneBefore is for Action.Follows of an action that is not stored yet: the one
// before it in the list that is.
const OneBefore = ^ActionID(0)

// MayBeThere reports whether the action may have been carried out though
// nothing proves it: only then can a person say that it is there.
func (a Action) MayBeThere() bool {
	return a.Doubted || a.State == Uncertain || a.Problem.Code == CodeEpoch
}

// Confirmed reports whether the action is there on the word of a person alone,
// and whose session that was: the network has shown nothing.
func (a Action) Confirmed() (who string, is bool) {
	if a.State != Verified || len(a.History) == 0 {
		return "", false
	}
	last := a.History[len(a.History)-1]
	return last.Who, last.Why == WhyThere
}

// ActionStep is one change of an Action's state, as its history keeps it.
type ActionStep struct {
	At       time.Time
	From, To SendState
	Why      string // a problem code or one of the words below; "" as expected
	Who      string // the session of the person who decided; "" vigie itself
}

// Why an action moved, where no problem says it.
const (
	WhyAbsent = "absent" // looked for on the network, and surely not there
	WhyAgain  = "again"  // a person wants it sent again
	WhyThere  = "there"  // a person says that it is there
	WhyBack   = "back"   // a person took it back
	WhyApart  = "apart"  // the network was not reached, or the call was not made
)

// A history has at most maxSteps; its first firstSteps always stay.
const (
	maxSteps   = 50
	firstSteps = 10
)

// Move sets the state and writes it into the history.
func (a *Action) Move(to SendState, at time.Time, why, who string) {
	for len(a.History) >= maxSteps {
		a.History = shorten(a.History)
	}
	a.History = append(a.History, ActionStep{At: at, From: a.State, To: to, Why: why, Who: who})
	a.State = to
}

// shorten makes room in a history. The oldest attempt that the network did not
// even hear of goes first: what was in doubt, and when, is what decides whether
// it may be sent again.
func shorten(list []ActionStep) []ActionStep {
	for i := firstSteps; i+1 < len(list); i++ {
		if end := list[i+1]; list[i].To == Sending && end.From == Sending && end.Why == WhyApart {
			return slices.Delete(list, i, i+2)
		}
	}
	return slices.Delete(list, firstSteps, firstSteps+1)
}

// Receipt is what a network gave for a done Action.
type Receipt struct {
	Remote string
	URL    string
	At     time.Time // by the network's clock; zero: not told
	// Conversation is where it went, when that is not the action's own: a
	// private answer opens a conversation, or goes on with one.
	Conversation string
}

// Brief is what a Contact gets of an escalated Thread.
type Brief struct {
	Subject  text.Safe
	Question text.Safe
	Due      time.Time
	Severity string
	Link     string
	Client   string
	Account  string
	Network  Network
	From     text.Safe // who wrote
	Quote    text.Safe // what they wrote last
	Context  text.Safe // the post it hangs under
	History  []BriefLine
}

// BriefLine is one earlier message of the thread.
type BriefLine struct {
	At   time.Time
	Who  text.Safe
	Text text.Safe
}
