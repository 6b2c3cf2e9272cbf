package store

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"vigie/inbox"
	"vigie/inbox/text"
)

// A record is a version byte, fields in the protobuf wire format, and the
// CRC-32C of its key and all that comes before. Fields of zero value are left
// out; unknown fields are skipped.
const (
	recordVersion = 1
	sumLen        = 4
)

func checksum(key, body []byte) uint32 {
	castagnoli := crc32.MakeTable(crc32.Castagnoli) // made at the first call
	return crc32.Update(crc32.Update(0, castagnoli, key), castagnoli, body)
}

// seal ends a record that was begun with its version byte.
func seal(key, body []byte) []byte {
	return binary.BigEndian.AppendUint32(body, checksum(key, body))
}

// content checks a record and returns what is between its version and its
// checksum, in the record's memory.
func content(key, record []byte) ([]byte, error) {
	n := len(record) - sumLen
	if n < 1 || binary.BigEndian.Uint32(record[n:]) != checksum(key, record[:n]) {
		return nil, inbox.ErrDamaged
	}
	if record[0] != recordVersion {
		return nil, fmt.Errorf("record version %d: %w", record[0], inbox.ErrNewer)
	}
	return record[1:n], nil
}

// unseal checks a record and gives a decoder of its fields.
func unseal(key, record []byte) (dec, error) {
	body, err := content(key, record)
	if err != nil {
		return dec{}, err
	}
	return dec{raw: body, str: string(body)}, nil
}

// enc writes fields.
type enc struct{ b []byte }

func (e *enc) uint(f protowire.Number, v uint64) {
	if v != 0 {
		e.b = protowire.AppendVarint(protowire.AppendTag(e.b, f, protowire.VarintType), v)
	}
}

func (e *enc) int(f protowire.Number, v int) {
	e.uint(f, protowire.EncodeZigZag(int64(v)))
}

func (e *enc) bool(f protowire.Number, v bool) {
	e.uint(f, protowire.EncodeBool(v))
}

func (e *enc) text(f protowire.Number, v string) {
	if v != "" {
		e.item(f, v)
	}
}

// item is an element of a list: an empty one counts.
func (e *enc) item(f protowire.Number, v string) {
	e.b = protowire.AppendString(protowire.AppendTag(e.b, f, protowire.BytesType), v)
}

func (e *enc) items(f protowire.Number, vs []string) {
	for _, v := range vs {
		e.item(f, v)
	}
}

func (e *enc) sub(f protowire.Number, v enc) {
	e.b = protowire.AppendBytes(protowire.AppendTag(e.b, f, protowire.BytesType), v.b)
}

// time writes whole seconds as a number and anything finer as a key's bytes.
// Only the zero time is left out.
func (e *enc) time(f protowire.Number, t time.Time) {
	switch {
	case t.IsZero():
	case t.Nanosecond() == 0:
		e.b = protowire.AppendTag(e.b, f, protowire.VarintType)
		e.b = protowire.AppendVarint(e.b, protowire.EncodeZigZag(t.Unix()))
	default:
		e.b = protowire.AppendTag(e.b, f, protowire.BytesType)
		e.b = protowire.AppendVarint(e.b, timeLen)
		e.b = appendTime(e.b, t)
	}
}

// dec reads fields: for d.next() { switch d.field … }, then d.err. Its texts
// share one copy of the record, taken before the transaction ends.
type dec struct {
	raw   []byte // what is left, in the file's memory
	str   string // the same bytes, copied
	field protowire.Number
	kind  protowire.Type
	num   uint64
	val   string
	bytes []byte
	err   error
}

func (d *dec) next() bool {
	if d.err != nil || len(d.raw) == 0 {
		return false
	}
	f, kind, n := protowire.ConsumeTag(d.raw)
	if n < 0 {
		return d.fail()
	}
	d.skip(n)
	d.field, d.kind, d.num, d.val, d.bytes = f, kind, 0, "", nil
	switch kind {
	case protowire.VarintType:
		d.num, n = protowire.ConsumeVarint(d.raw)
	case protowire.BytesType:
		if d.bytes, n = protowire.ConsumeBytes(d.raw); n >= 0 {
			d.val = d.str[n-len(d.bytes) : n]
		}
	default:
		n = protowire.ConsumeFieldValue(f, kind, d.raw)
	}
	if n < 0 {
		return d.fail()
	}
	d.skip(n)
	return true
}

func (d *dec) skip(n int) { d.raw, d.str = d.raw[n:], d.str[n:] }

func (d *dec) fail() bool {
	d.err = inbox.ErrDamaged
	return false
}

func (d *dec) int() int        { return int(protowire.DecodeZigZag(d.num)) }
func (d *dec) bool() bool      { return d.num != 0 }
func (d *dec) safe() text.Safe { return text.Clean(d.val) }
func (d *dec) sub() dec        { return dec{raw: d.bytes, str: d.val} }

func (d *dec) time() time.Time {
	if d.kind == protowire.BytesType {
		return keyTime(d.bytes)
	}
	return time.Unix(protowire.DecodeZigZag(d.num), 0).UTC()
}
