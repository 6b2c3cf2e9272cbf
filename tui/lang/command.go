package lang

// commandTable holds the sentences of the command line.
var commandTable = map[Key]entry{}
