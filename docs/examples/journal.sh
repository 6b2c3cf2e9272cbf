#!/bin/sh
# A whole external connector for vigie, in sh and jq.
#
# It makes a network of a file with one JSON object a line, which the account's setting "file" names: each line a message of the
# bridge format, a later one with the same id replaces an earlier one. Whatever can append a line to a file can so write to vigie.
# Start from it: jq decides what is answered and what is appended to the file; the shell does both. See docs/bridge.md.
#
#     vigie connector test --set file=journal.jsonl --act -- ./journal.sh

decide='
def answer($r): {answer: {jsonrpc: "2.0", id: $call.id, result: $r}};
def refuse($kind): {answer: {jsonrpc: "2.0", id: $call.id, error: {code: -32000, message: $kind, data: {kind: $kind}}}};

. as $log                                                                  # the whole file; a cursor is the number of lines read
| $call.params as $p
| ($p.limit // 100) as $limit
| (first($log[] | select($p.key != null and .key == $p.key)) // null) as $done  # the same key never makes a second line
| (last($log[] | select(.id == $p.parent)) // null) as $target
| {kind: "comment", thread: $p.thread, author: {id: "me"}, outgoing: true, key: $p.key} as $mine
| if $call.method == "hello" then
    answer({network: "journal", caps: ["fetch", "find", "reply", "delete"], key_window_s: 86400, reads_own_writes: true,
            limits: {reply: {max: 5000, unit: "characters"}}, identity: {id: "me", handle: "me"}})
  elif $call.method == "fetch" then
    (if $p.cursor | test("^[0-9]{1,9}$") then $p.cursor | tonumber else 0 end) as $from
    | (if $from > ($log | length) then 0 else $from end) as $from           # a cursor that is not ours: all again
    | ($log[$from:$from + $limit] | map(del(.key))) as $new
    | answer({messages: $new, cursor: ($from + ($new | length) | tostring), more: ($from + $limit < ($log | length)), poll_after_s: 60})
  elif $call.method == "find" or ($call.method == "do" and $done != null) then
    answer($done | if . == null then null else {id: .id} end)
  elif $call.method != "do" then refuse("unsupported")
  elif $target == null or $target.deleted then refuse("gone")
  elif $p.kind == "reply" then
    ("line-\($log | length + 1)") as $id
    | answer({id: $id}) + {append: ($mine + {id: $id, parent: $p.parent, text: $p.text, at: (now | floor | todate)})}
  elif $p.kind == "delete" and $target.outgoing then
    answer({id: $p.parent}) + {append: ($mine + {id: $p.parent, text: "", at: $target.at, deleted: true})}
  else refuse("unsupported") end
'

# Without jq nothing can be done, and hello says so.
if ! command -v jq >/dev/null; then
    while IFS= read -r call; do
        id=${call#*'"id":'}
        printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32000,"message":"jq is not installed","data":{"kind":"unreachable","after_s":300}}}\n' "${id%%[!0-9]*}"
    done
    exit
fi

file=
while IFS= read -r call; do # it ends when vigie closes our input
    case $call in *'"method":"hello"'*) file=$(printf '%s' "$call" | jq -r '.params.account.file // empty') ;; esac
    if decided=$([ -r "$file" ] && jq -c -s --argjson call "$call" "$decide" "$file"); then
        line=$(printf '%s' "$decided" | jq -c '.append // empty')
        if [ -z "$line" ] || printf '%s\n' "$line" >>"$file"; then
            printf '%s' "$decided" | jq -c .answer
            continue
        fi
    fi
    # The file cannot be read or written: nothing was done.
    printf '%s' "$call" | jq -c '{jsonrpc: "2.0", id, error: {code: -32000, message: "the file cannot be used", data: {kind: "retry", after_s: 5}}}'
done
