// Package bluesky is the connector for Bluesky and other AT Protocol
// networks: mentions, answers to own posts, quotes, direct messages and watched
// words of one account, through XRPC on the account's own server (PDS).
//
// It was written from these pages and schemas, read on 2026-11-22:
//
//	https://docs.bsky.app/docs/api/            the methods
//	https://docs.bsky.app/docs/advanced-guides/posts        records, replies
//	https://docs.bsky.app/docs/advanced-guides/post-richtext facets
//	https://docs.bsky.app/docs/advanced-guides/rate-limits
//	https://atproto.com/specs/tid              record keys
//	https://atproto.com/specs/at-uri-scheme
//	https://atproto.com/specs/xrpc             sessions, errors, proxying
//	lexicons of bluesky-social/atproto at d6296a1 (2026-08-20)
//
// # Settings
//
//	handle    who signs in: a handle, a DID or a mail address; required
//	server    the server to sign in at; default https://bsky.social. The
//	          session's DID document says which server is then spoken to
//	chat      DID of the chat service; default did:web:api.bsky.chat
//	keywords  words to watch for
//	hashtags  hashtags to watch for
//	password  secret: an app password, with "allow direct messages" ticked
//	          if the messages stream is wanted
//
// # What a conversation is
//
// Under a post of our own every other person has a conversation of their own,
// "ROOT#DID": the root post's address and the person's DID. Our answers
// belong to the conversation of the person they answer. Everything under
// somebody else's post that concerns us is one conversation, "ROOT". A direct
// conversation has the chat service's id, its messages "CONVO/MESSAGE".
// Authors are known by DID, so a new handle changes nothing.
//
// # How nothing is missed
//
// Notifications come newest first, without a "since": they are read from the
// top until a day before the newest known one, and known ones are passed
// over. The network sometimes makes no notification for a reply, so our own
// recent posts are listed too and a post whose number of replies changed has
// its thread read, a few threads a fetch. Our own answers written elsewhere
// come with that list. The newest messages are looked up again each time:
// what is gone becomes a deletion, a changed name of its author, a label or a
// record written anew an edit. Posts of ours that leave the list of the newest
// ones are asked for: threads are told when what they hang under is gone.
//
// Watched words are searched for, newest first, down to a day before the newest
// known post of each; known ones, and what the mentions stream brings, are
// passed over. Of muted people and threads nothing new is brought.
//
// # Acting once
//
// The record key of a reply is derived from the action, so the same action
// can make one record only. A doubtful create is looked up under that key.
// Direct messages have no such key; they are found again by their text. Reports
// are shown to nobody who made them: they are of class D.
//
// Pictures are laid into the repository before the post that shows them; there
// again, they are the same. What a camera wrote into them is taken out first.
//
// What sets a state is of class S. A like or block has a record key derived
// from what it is about; one under another key, made by another program, is
// known by the network's view and believed only when our own repository holds
// it, because the view is late. A hidden answer is an address in the
// threadgate record beside our post, a detached quote one in the postgate
// record; either is replaced only as it was read (swapRecord). Mutes lie with
// the view itself. Blocked authors vanish from all views: their posts are told as
// hidden from us, not as deleted.
//
// Everything in our own repository is read from it, never from the view.
package bluesky
