package lang

// configTable holds the sentences of mistakes in the configuration and of
// secrets that cannot be had.
var configTable = map[Key]entry{}
