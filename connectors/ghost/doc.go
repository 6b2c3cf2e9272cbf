// Package ghost connects to a blog of Ghost 6 through its Admin API: the
// comments of its members.
//
// Written by docs.ghost.org/admin-api (overview, token authentication,
// members), docs.ghost.org/faq/api-versioning, by the source of Ghost 6.65.0
// (core/server: api/endpoints/comments.js, services/comments, models/comment.js,
// services/auth/api-key/admin.js, services/members/commenting), and by what it
// answered, as read on 2026-11-22. Settings: server (the blog's address, a
// sub-directory included), token (an integration's admin key, "id:secret"),
// member (the mail address of the member that answers in the brand's name;
// without it nothing is answered).
//
// Each call carries a JSON Web Token of its own, signed with the key for a few
// minutes by the blog's clock, which its answers tell, and Accept-Version v6.0.
//
// # What becomes what
//
// A conversation is a comment that answers none, and all below it: Ghost has
// one level of answers, and an answer to an answer stands beside it and names
// it. It is called by the id of its first comment, which stays even when that
// is deleted. Its Post is the post or page. What the blog's people hide has a
// Status, and its URL is the page of the administration that lists comments.
//
// Outgoing is what the own member writes, and what those do whose mail address
// is that of somebody of the staff, which is asked for once an hour: staff
// comment as members.
//
// # How nothing is missed
//
// The list of all comments takes filters and orders of any column, and leaves
// out what was deleted. Pages by number would shift while comments arrive and
// go, so none is used: a walk through the list asks for what is at or below the
// lowest id of the page before. One page is the answer to one query, so there
// is no gap within it, and each begins with the last comment of the one before.
// Ids grow with time.
//
// The cursor keeps, of each collected comment, its id, state and a sum of what
// is shown of it. Each poll reads
//
//   - the 100 comments that were changed last, newest change first: whatever
//     was written, edited, hidden or shown; and how many there are,
//   - how many are hidden (hiding all of a member's comments leaves no time of
//     a change),
//   - a page of 100 collected ones, in turn.
//
// A blog of up to 100 comments is read whole by the first of these calls. When
// all of the 100 are new or changed, or a number is not what the collected
// comments account for, the whole range is walked: so deletions, also those
// that went with their post, are seen by the next poll however old they are.
// What shows in no number (a member's new name, a title) is seen when its
// page's turn comes. The newest 2000 comments are kept so; what is older is not
// looked at again. A comment that is missing in a page is told as deleted once
// a second query proves that it is not merely unreadable.
//
// # Acting once
//
// Ghost takes the same words twice, and no id of ours. An answer is class C: it
// is found again among the member's own comments in that conversation, by what
// it answers, its text and its time; two that fit are for a person to tell
// apart. Every other act sets a state, and reads it before: to show a comment
// that was deleted meanwhile would bring it back. Stopping a member is the
// block: an integration may do all that, but edit a text.
//
// # Privacy
//
// The API tells the mail addresses and pictures of members. They are left out:
// a member is known by id and name. The addresses of staff are asked for to know
// them as members, and forgotten.
package ghost
