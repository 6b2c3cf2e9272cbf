package wire

// Requests on the channel of a screen, beyond those of SSH. A client that is
// vigie's own says TerminalRequest before it asks for a shell, and from then on
// may be asked for the others; any other client never sees them. Each is
// answered at once with whether it will be tried, and with DoneRequest when it
// is over.
const (
	TerminalRequest = "terminal@vigie" // from the client, no payload
	EditRequest     = "edit@vigie"     // of the client: Edit
	OpenRequest     = "open@vigie"     // of the client: Open
	RunRequest      = "run@vigie"      // of the client: Run
	DoneRequest     = "done@vigie"     // from the client: Done
)

// MaxText is the longest text that crosses for an editor, in bytes: well below
// the packet limit that MaxCommand is about.
const MaxText = 128 << 10

// MaxURL is the longest address that is opened, in bytes.
const MaxURL = 8 << 10

// Edit asks the client to run the person's editor on a text. The terminal is
// the editor's once the client has written the first Shown bytes of the
// session's output.
type Edit struct {
	ID    uint32
	Shown uint64
	Text  string
}

// Open asks the client to show a web address.
type Open struct {
	ID  uint32
	URL string
}

// Run asks the client to run one of vigie's own errands on the terminal.
type Run struct {
	ID     uint32
	Shown  uint64
	Errand string // see the errands; anything else is refused
}

// The errands: what a screen may have its client run. Each is a command of
// vigie itself, without arguments from the server.
const (
	ErrandDemo    = "demo"
	ErrandAccount = "account"
)

// Done tells how a request ended.
type Done struct {
	ID     uint32
	Result uint32
	// Text is the edited text; of TooLong, the path of the file that holds it.
	Text string
}

// The results of a request.
const (
	OK        uint32 = iota
	Failed           // the program ended with an error
	Missing          // there is no such program
	Unsaved          // the editor was left without a wish to save
	TooLong          // the text stays in a file
	Unwanted         // the client does not do that
	Abandoned        // the person left the errand
)
