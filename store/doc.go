// Package store keeps an inbox in one bbolt file. It implements inbox.Repo.
//
// It owns the bytes on disk and what must stay in step with them: numbers,
// list order, counters. What a message or an event does to a thread is
// decided by package inbox. It keeps no secrets and knows no network.
//
// # Files
//
//	vigie.db                        the store, mode 0600
//	vigie.db.lock.json              who has it open: pid, since, host
//	vigie.db.seen                   which store was last seen here, and its last commit
//	vigie.db.new-*                  a store or backup being made; harmless when left over
//	vigie.db.schema-N.backup        made before a migration from schema N
//	vigie.db.before-restore-TIME    the store that a restore replaced
//
// # Buckets
//
// Numbers in keys are 8 bytes, big-endian. A time is 12 bytes: seconds since
// 1970 with the sign bit flipped, then nanoseconds; a reversed time is its
// complement, so that the newest comes first. A pair is an account id, a NUL
// and an id of its network. A record is a version byte, fields by number in
// the protobuf wire format, and a CRC-32C of key and content; codec.go and
// record_*.go write them. A damaged record is inbox.ErrDamaged, and so is one
// that an index names and that is not there; lists leave it out, but a
// thread's messages keep its place.
//
//	bucket          key                                    value
//	meta            "store"                                record: schema, id, epoch
//	                "words"                                record: what of it is in the index
//	                "retarget"                             record: for which wishes targets were reckoned
//	threads         thread                                 record: the head of a thread
//	conversations   pair (account, conversation)           thread; the order of exports
//	lists           client NUL split state rank thread     nothing; client "" is all clients
//	due             due time, thread                       nothing; snoozes, deadlines, alarms of windows
//	messages        message                                record; its post as an id
//	remotes         pair (account, remote id)              message
//	timelines       thread, at, message                    nothing; the order within a thread
//	posts           pair (account, post id)                record
//	events          event                                  record; only appended
//	journals        thread, number in the thread           event
//	counters        client NUL account NUL split state     record: total, unread
//	streams         pair (account, stream)                 record
//	actions         action                                 record: the outbox
//	open-actions    action                                 nothing; those that still move
//	thread-actions  thread, action                         nothing
//	drafts          its id                                 record; of schema 1 "thread-N"
//	words           chunk, class, token                    list of messages
//	columns         "b" block, or "s" chunk                times and threads of messages; their extents
//	facets          facet NUL chunk                        set of threads
//	views           its id                                 record: saved by people
//	persons         person                                 record
//	identities      client NUL account NUL author          person
//
// Threads, messages, events and actions are numbered by their bucket's
// sequence from 1. Messages and threads are never removed: the sequence is
// also their number. Persons and views are numbered too, and may be removed.
//
// A rank is its class in a byte and its time, reversed in the last class. The
// head keeps the rank that it is listed by, unless that is its sortAt in the last
// class: what inbox.RankOf says of it when it is written.
//
// # The search index
//
// A list says which messages have a token that package words cuts (class 't'
// of what they say, 'a' of who says it) or a flag (class 'f'). It is cut into
// chunks of 65,536 messages by their number, of 2 bytes in keys, and a chunk of
// it is an array of 16-bit numbers or a bitmap. A block of the columns has the
// times and threads of 1,024 messages. All carry a CRC-32C as records do.
//
// New messages are indexed in memory, in the tail, once their transaction is
// durable. Tend merges the tail into the file when 1,024 messages wait, a
// writer when 4,096 do or, of an import, when a chunk is full, and Close what
// is left. A merge is a row of short transactions, so that nobody has to wait
// long. The last moves the number up to which messages are in the index; the
// first notes to which it will, and until then what lists have beyond is not
// looked at. After a crash what is above that number is read again, by the
// first search or by Tend, and merged over what was begun. A change of a
// message that is in the file's lists changes them in its own
// transaction, so that nothing erased stays in them. A damaged list that has to
// be changed makes the whole index be begun anew, as Reindex does; Tend then
// fills it, and searches read one by one what is missing.
//
// # Damage
//
// Before bbolt maps a file, Open takes its lock and reads the few pages that
// say whether it is whole: a file that is empty, foreign or cut off is an
// error and stays as it is. Unless the side file says that it was closed as it
// is, another process reads all of it first, when there is one (Options.Probe).
// A page that turns out to be damaged later is an error of the call that met
// it. A full disk undoes the transaction (inbox.ErrFull); after an
// input/output error nothing more is written until the store is opened again.
//
// A file that is older than the side file says, another copy, or another store
// gets a new epoch, and the record of the store says so until a person has
// acknowledged it. So does one without a side file whose own record says that
// it had one: it is a copy. RestoreFile makes both anew. The side file is behind after a kill, which is no alarm,
// but never behind a change of the outbox that returned.
package store
