// Package wordpress connects to a blog of WordPress 5.6 or newer through the
// REST API of its core: comments in every state, pingbacks and trackbacks.
//
// Written by developer.wordpress.org/rest-api (repository WP-API/docs:
// reference/comments, reference/posts, reference/users, using-the-rest-api/
// pagination, authentication), by the core's own class-wp-rest-comments-
// controller.php and class-wp-comment-query.php (6.1.9 and 6.5.5), and by what
// these two versions answered, as read on 2026-11-22. Settings: server (the
// blog's address, a sub-directory included), user and password (an application
// password: Basic authentication, https but on this machine).
//
// # What becomes what
//
// A conversation is a comment that answers none, and all below it: what a
// community manager settles in one go. It is named by the id of that comment,
// and keeps its name when that comment is deleted and the blog moves the
// answers up. The post it stands under is its Post. A pingback or trackback is
// a mention, a conversation of its own, and its URL is the page that mentions
// the post: an answer on the own blog would reach nobody, so it is read only.
// Held, spam and binned comments carry a Status, and their URL is the page of
// wp-admin that moderates them; the URL of a published one is where it stands.
//
// # How nothing is missed
//
// WordPress lists comments by date or id, tells no time of a change and has no
// log of deletions; "after" compares the date in the blog's own time zone.
// So ids are what is read by. All states are one list, status=any ordered by
// id: moderation moves nothing in it, only a deletion for good does. A page of
// it is one answer to one query, hence without gaps within; it is accepted only
// when it begins at or above the place where the last one ended, and read again
// further up when it does not, so that what is deleted between two pages lets
// nothing slip through. What arrives meanwhile has a higher id.
//
// The cursor keeps, of each collected comment, its id, the beginning of its
// conversation, its state and a sum of what is shown of it. Each poll reads
//
//   - the 100 newest comments: arrivals, and edits, moves and deletions there
//     (and on until the newest of last time, when more than 100 came),
//   - what is held, all of it, however old (500 at most),
//   - how many are spam, are in the bin, and exist at all (X-WP-Total),
//   - one more page of 100 collected ones, in turn.
//
// When a number is not what the collected comments account for, something
// changed further back: the whole range is then walked once, in pages. So
// whatever anybody does in wp-admin is seen at the next poll, but for edits,
// and moves that outweigh each other, among comments older than the newest 100:
// those are seen when their page's turn comes. The newest 2000 comments are
// kept so; what is older is not looked at again. A comment that is missing in
// a page is told as deleted once a second query proves that it is not merely
// unreadable.
//
// Outgoing is what users who may write for the blog write, as far as the blog
// tells who they are: their rights to who may list users, its writers to those
// who write, those who have published to others. It is asked once an hour, for
// those who commented.
//
// A user who may not moderate sees published comments only, and is offered
// answers only.
//
// # Acting once
//
// An answer is class C. WordPress itself refuses the same words of the same
// user under the same comment (409 comment_duplicate): that is taken for what
// an earlier attempt wrote when such an answer is there from the time of the
// sending. Every other act sets a state, and reads it before: status=unspam of
// a published comment would take it off the blog.
//
// # Privacy
//
// The API tells moderators the mail address, IP address and browser of who
// commented. None of them is asked for but the address, and that becomes the
// id of the author, as a hash keyed with a secret of this installation where
// there is a vault (else with the blog's address); the address itself goes no
// further. Avatars are not asked for: they are made of the address.
package wordpress
