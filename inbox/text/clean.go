package text

import "strings"

// Clean makes remote text of several lines safe. (Provisional; contract in the package comment.)
func Clean(s string) Safe { return Safe{strings.ToValidUTF8(s, "\uFFFD")} }

// CleanLine is Clean for one line: line feeds become spaces.
func CleanLine(s string) Safe { return Safe{strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\n", " ")} }
