// Package secrets finds the value behind a secret reference, and keeps what
// connectors must remember of a sign-in in a vault of files.
//
//	env:NAME              an environment variable
//	file:PATH             a file of mode 0600 or stricter that is ours; ~/ is the home directory
//	keyring:SERVICE/USER  the desktop's keyring
//	age:FILE              a file encrypted with age for an identity of ours
//	a list of words       a program and its arguments, which prints the secret
//
// No value is ever part of an error. On disk: the vault's directory (0700)
// with one file (0600) per account and name. Nothing is kept in the store.
package secrets
