// Package mail connects to a mailbox: it reads by IMAP and answers by SMTP.
//
// Written by RFC 3501 and 9051 (IMAP4), 2177 (IDLE), 6851 (MOVE), 6154
// (SPECIAL-USE), 6409 (submission), 5322 (mails), 2045 to 2047 and 2231 (MIME),
// 3676 (format=flowed), 3834 (automatic answers), 8601
// (Authentication-Results), as read on 2026-11-22. IMAP is spoken by
// emersion/go-imap/v2, which has IDLE, MOVE, SPECIAL-USE and UIDPLUS built in
// and a server in memory to test with; v1 has none of them but by add-ons that
// are no longer kept.
//
// # Settings
//
// handle is the address ("Nordlys <support@nordlys.example>"), imap and smtp
// the servers ("mx.nordlys.example:587"; without: imap. and smtp. before the
// address's domain, with TLS from the first byte), user the name to sign in with
// (without: the address), password its password, an app password with most
// providers; or token, one of OAuth that some other program keeps fresh. authserv
// is the name by which the mailbox's own server signs Authentication-Results;
// folders are read besides INBOX; sent is the folder of sent mails where the
// server marks none.
//
// # What becomes what
//
// A mail is a direct message, known by its Message-ID and a hash of what its head
// says and how its body begins, or of its whole head where it has none; ours,
// which lie with the sent mails, by their Message-ID alone. A conversation is named by the first
// mail that References tells, or by that of the mail it answers when that is
// known better; subjects never join. A bounce belongs to the conversation of the
// mail that came back.
// What a network tells by mail is read by package notice.
//
// The text is the plain part, or the HTML part made into text. What a mail
// quotes at its end is cut when the quoted mail is there to be read and nothing
// follows the quotes, or when what follows without marks is that very mail;
// everything else stays. Only what is shown is fetched:
// parts of text up to 256 kB, never an attachment.
//
// # Cursors
//
// UIDVALIDITY and the last UID of each folder. A first read asks for the UIDs
// since a date, and reads on in pages, oldest first. Another UIDVALIDITY means
// the same again; Message-IDs tell what is known already. A mail that is moved
// or deleted by another program stays in vigie: IMAP does not say which of the
// two it was.
//
// # Acting once
//
// An answer has a Message-ID made of its action's key. Before it is sent, the
// folder of sent mails is searched for it. Up to the end of DATA nothing was
// handed over; from then on only the server's answer tells. A server that files
// what it sends by itself (class B) can be asked afterwards; with any other
// (class C) finding nothing proves nothing, and a person decides. There vigie
// files the mail, after it was taken: that this fails is no failed sending.
package mail
