// Package mastodon connects to any server that speaks the Mastodon API:
// Mastodon itself, and within what they offer GoToSocial, Akkoma, Friendica,
// Pixelfed and others. Features are found out by asking, never by a version.
//
// Written by docs.joinmastodon.org (repository mastodon/documentation at
// commit 2903485) as read on 2026-11-22; pages used:
//
//	methods/notifications, methods/statuses (also "View multiple statuses"),
//	methods/accounts, methods/instance, methods/apps, methods/oauth,
//	methods/conversations, methods/streaming, methods/media, methods/reports,
//	methods/search, methods/timelines, api/oauth-scopes, api/rate-limits,
//	api/guidelines#pagination, entities/Notification, Quote, AccountWarning,
//	RelationshipSeveranceEvent, Poll
//
// # What becomes what
//
// A status that mentions the account is a message. Statuses with direct
// visibility are the messages stream, all others the mentions stream. Both
// streams also bring the account's own answers, wherever they were written.
//
// The watch stream brings public statuses with a hashtag or a word that are
// neither for the account nor by it. The reviews stream brings what the server
// and its moderators tell, each in a conversation of its own that is answered
// on the server.
//
// A conversation is named by the status that begins it. Under a post of the
// account that is the comment, not the post: each exchange under a post is a
// thread of its own, and the post is what it hangs under. In a direct
// conversation it is the first direct status. Where the beginning cannot be
// read any more, the id that is answered stands for it.
//
// # Idempotency keys
//
// A server that names Mastodon as its source is believed to keep keys; any
// other is class C until it has proven it, by giving a posted status back to an
// empty text under the same key (Mastodon looks for the key before it looks at
// the text: app/services/post_status_service.rb). One that refuses that text
// gets no keys.
//
// # Cursors
//
// Lists are paged by the Link header alone; ids are never compared (some
// servers use ULIDs). A first fetch walks back from the newest page as far as
// the history asked for goes, remembering where the walk forward begins.
//
// # Edits and deletions
//
// Strangers' edits and deletions are not notified. So a caught-up fetch reads
// the 40 newest messages of the stream and the own posts above them again, by a
// few calls every five minutes, and compares; at once, and with it whatever
// status the server's stream told of, however old. On a server without "View multiple statuses" the ten
// newest are read one by one. Own statuses that a moderator's warning names as
// deleted are told as deleted.
//
// # What a token and a server allow
//
// Check asks what the token allows; an act that it does not allow is not
// offered, and neither is one that the server has answered with "not found"
// though what it was about is there.
//
// # Files
//
// A file is uploaded before the answer is posted and is seen by nobody until
// then, so that nothing lost on its way is in doubt. Its id is kept for the next
// attempt under the same key.
package mastodon
