package config

// Hours are the open parts of days by day or range of days: "sat", "mon-fri".
type Hours map[string]Spans

// Spans are parts of a day, each from one time to a later one: "08:00-12:00".
type Spans []string

// Nights are Spans that may also begin in the evening and end on the next
// morning: "20:00-08:00".
type Nights []string

// Holiday is a date, a range of dates, a day of every year, or the path of a
// calendar (ICS): "2026-12-25", "2026-12-24..2027-01-02", "12-25",
// "/etc/vigie/holidays.ics".
type Holiday string

// Within are time spans by kind of message.
type Within map[string]Duration

// Charter is how a client wants to be spoken for.
type Charter struct {
	Address   string   `yaml:"address" one:"tu vous" doc:"how French readers are addressed: tu or vous; without: either"`
	Emoji     string   `yaml:"emoji" one:"none any" doc:"none or any"`
	Signature string   `yaml:"signature" eg:"\"L'équipe Miette\"" doc:"what an answer ends with"`
	Languages []string `yaml:"languages" doc:"languages to answer in, as two letters"`
	Words     []Word   `yaml:"words" doc:"what should not be written, whatever its case and accents"`
	Notes     []string `yaml:"notes" doc:"for who writes to read, a line each"`
}

// Word is what must not, or should not, be written.
type Word struct {
	Word  string `yaml:"word" doc:"a word, or a few in a row"`
	Why   string `yaml:"why" doc:"said to who wrote it"`
	Block bool   `yaml:"block" doc:"true: never sent; without: you are asked"`
}

// Reply is a text to answer with.
type Reply struct {
	ID      string `yaml:"id" doc:"short word to type after \";\"; several of one id are its variants by language and network"`
	Lang    string `yaml:"lang" doc:"two letters; without: any"`
	Network string `yaml:"network" eg:"bluesky" doc:"without: any"`
	Text    string `yaml:"text" doc:"with {{variables}} that are filled when it is taken"`
}

// Notify is how a person hears of what cannot wait.
type Notify struct {
	Bell    bool     `yaml:"bell" doc:"ring the terminal's bell"`
	Desktop string   `yaml:"desktop" one:"auto osc9 osc777 off" doc:"tell the desktop through the terminal: auto (where the terminal is known to), osc9, osc777 or off"`
	Hook    []string `yaml:"hook" eg:"[/usr/local/bin/tell-me]" doc:"command that hears it too, as an argument list; the notice comes as JSON on standard input"`
	Quiet   Nights   `yaml:"quiet" eg:"[\"20:00-08:00\"]" doc:"when nothing rings, of clients that have no quiet of their own"`
}
