#!/usr/bin/env python3
"""A whole external connector for vigie, with the standard library alone.

It makes a network of a guestbook that a web site keeps in an SQLite database, which the account's setting "database" names.
Start from it: what reaches the guestbook is the class Guestbook, what speaks with vigie is the rest. See docs/bridge.md.

    vigie connector test --set database=guestbook.db --act -- ./guestbook.py
"""
import json
import sqlite3
import sys
from datetime import datetime, timezone

ME = "site"  # who writes in the account's own name


class Refusal(Exception):
    """An error of the kinds that docs/bridge.md lists: auth, gone, unsupported, retry, invalid ..."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


class Guestbook:
    """One row for each entry. `changed` numbers the changes of all rows: it is the cursor, and a row that changes gets a new one."""

    def __init__(self, path):
        self.db = sqlite3.connect(path, timeout=5)
        self.db.row_factory = sqlite3.Row
        self.db.execute("""CREATE TABLE IF NOT EXISTS entry (
            id INTEGER PRIMARY KEY AUTOINCREMENT, changed INTEGER UNIQUE, page TEXT NOT NULL, parent INTEGER, at TEXT NOT NULL,
            author TEXT NOT NULL, text TEXT NOT NULL, hidden INTEGER DEFAULT 0, deleted INTEGER DEFAULT 0, key TEXT UNIQUE)""")

    def since(self, cursor, limit):
        rows = self.db.execute("SELECT * FROM entry WHERE changed > ? ORDER BY changed LIMIT ?", (cursor, limit + 1)).fetchall()
        return rows[:limit], len(rows) > limit

    def entry(self, number):
        row = self.db.execute("SELECT * FROM entry WHERE id = ? AND NOT deleted", (number,)).fetchone()
        if row is None:
            raise Refusal("gone", "there is no such entry")
        return row

    def written(self, key):
        """The entry that was made with this key: the same key never makes a second one."""
        return self.db.execute("SELECT id FROM entry WHERE key = ?", (key,)).fetchone()

    def write(self, page, parent, text, key):
        with self.db:  # one transaction: all of it or nothing
            done = self.db.execute(
                "INSERT INTO entry (changed, page, parent, at, author, text, key) "
                "VALUES ((SELECT ifnull(max(changed), 0) + 1 FROM entry), ?, ?, ?, ?, ?, ?)",
                (page, parent, datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), ME, text, key))
        return done.lastrowid

    def mark(self, number, column):
        """Sets hidden or deleted to what `column` says: "hidden = 1"."""
        with self.db:
            self.db.execute(f"UPDATE entry SET {column}, changed = (SELECT max(changed) + 1 FROM entry) WHERE id = ?", (number,))


class Connector:
    """What vigie calls: each method takes the params of one call and gives its result."""

    def hello(self, account, **_):
        if not account.get("database"):
            raise Refusal("auth", "the setting database is missing")
        self.book = Guestbook(account["database"])
        return {
            "network": "guestbook", "caps": ["fetch", "find", "reply", "delete", "hide", "unhide"], "reads_own_writes": True,
            "key_window_s": 86400, "limits": {"reply": {"max": 2000, "unit": "characters"}}, "identity": {"id": ME, "handle": ME},
        }

    def fetch(self, cursor="", limit=100, **_):
        start = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 16 else 0  # not ours: all again
        rows, more = self.book.since(start, limit)
        messages = []
        for row in rows:
            m = {"kind": "comment", "thread": row["page"], "id": str(row["id"]), "at": row["at"], "text": row["text"],
                 "author": {"id": row["author"], "name": row["author"]}, "outgoing": row["author"] == ME, "deleted": bool(row["deleted"])}
            if row["hidden"]:
                m["status"] = "hidden"
            if row["parent"]:
                m["parent"] = str(row["parent"])
            messages.append(m)
        return {"messages": messages, "cursor": str(rows[-1]["changed"] if rows else start), "more": more, "poll_after_s": 60}

    def find(self, key, **_):
        row = self.book.written(key)
        return {"id": str(row["id"])} if row else None

    def do(self, key, kind, parent="", text="", **_):
        done = self.find(key)
        if done:  # vigie asks again when our answer was lost
            return done
        target = self.book.entry(parent)
        if kind == "reply":
            return {"id": str(self.book.write(target["page"], target["id"], text, key))}
        if kind == "delete" and target["author"] == ME:
            self.book.mark(parent, "deleted = 1")
        elif kind in ("hide", "unhide"):
            self.book.mark(parent, "hidden = 1" if kind == "hide" else "hidden = 0")
        else:
            raise Refusal("unsupported", "a guestbook cannot do that")
        return {"id": parent}


def main():
    connector = Connector()
    for line in sys.stdin:  # it ends when vigie closes our input
        call = json.loads(line)
        answer = {"jsonrpc": "2.0", "id": call["id"]}
        try:
            method = {"hello": connector.hello, "fetch": connector.fetch, "find": connector.find, "do": connector.do}.get(call["method"])
            if method is None:
                raise Refusal("unsupported", "no such method")
            answer["result"] = method(**call.get("params", {}))
        except Refusal as e:
            answer["error"] = {"code": -32000, "message": str(e), "data": {"kind": e.kind}}
        except sqlite3.Error as e:  # the transaction was taken back: nothing was done
            answer["error"] = {"code": -32000, "message": str(e), "data": {"kind": "retry", "after_s": 5}}
        print(json.dumps(answer, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
