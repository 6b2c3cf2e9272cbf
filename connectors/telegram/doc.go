// Package telegram connects to a Telegram bot through the Bot API.
//
// Written by core.telegram.org/bots/api (Bot API 10.1 of 2026-06-11, as the
// repository PaulSonOfLars/telegram-bot-api-spec has it at commit 160fd99) as
// read on 2026-11-22; sections used:
//
//	Making requests, Getting updates, Available types, Available methods,
//	Updating messages; and core.telegram.org/bots/faq for the limits
//
// # What becomes what
//
// Telegram shows a bot no history and no lists: all there is are updates, kept
// for 24 hours. A conversation is named by what every update of it tells:
//
//	42                  the private chat with a person
//	bCONNECTION/42      the same in the name of the owner of a business account
//	-100123:42          what a person writes in a group
//	-100123/t5:42       the same in a topic of a forum
//	-100123/p7:42       what a person writes under a channel's post, where 7 is
//	                    the post as the discussion group has it
//	-100123/d42         what a person writes to a channel in its direct messages
//
// A message is named CHAT:MESSAGE, or bCONNECTION/CHAT:MESSAGE. A group that
// becomes a supergroup gets another id; its conversations keep the first one.
// In groups what names the bot or answers it is a mention; the rest, which a
// bot sees with its privacy mode off or as an administrator, is a comment.
//
// # How nothing is missed
//
// getUpdates with an offset confirms, and so throws away, everything before
// it. So an offset is sent only when it was read from a cursor that the caller
// gave: the caller stores a page before it gives its cursor back. What was got
// and not yet confirmed is held in memory and given again to who asks from
// before it. There is one stream, because two could not agree on an offset.
//
// Wait is the long poll: getUpdates with the same offset, which confirms
// nothing new. It holds what it got for the next Fetch, and steps aside for a
// Fetch, because Telegram serves one reader only.
//
// Update ids follow one another. A hole in them after a long silence means
// that updates were thrown away unread; it is told as a refusal.
//
// # Acting once
//
// The API takes no key and lists nothing: a text is class D. All else sets a
// state; "message is not modified" and "message to delete not found" mean that
// it is so already.
package telegram
