package store

import "hash/maphash"

// table finds a segment's entries by name. It holds no pointers, and a name is
// looked at only when its hash is the one sought.
type table struct {
	seed  maphash.Seed
	slots []tableSlot // a power of two, at most half of them in use
	used  int
}

// tableSlot is the hash of an entry's name, and its number from 1 on; 0: free.
type tableSlot struct {
	hash  uint32
	entry int32
}

func newTable() table {
	return table{seed: maphash.MakeSeed(), slots: make([]tableSlot, 1<<8)}
}

// find returns the slot of a name: its entry's, or the free one it may take.
func (s *segment) find(name []byte, hash uint32) *tableSlot {
	mask := uint32(len(s.table.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		slot := &s.table.slots[i]
		if slot.entry == 0 || slot.hash == hash && s.entries[slot.entry-1].name == string(name) {
			return slot
		}
	}
}

func (s *segment) hash(name []byte) uint32 { return uint32(maphash.Bytes(s.table.seed, name)) }

// entry finds an entry by name; nil: there is none.
func (s *segment) entry(name []byte) *entry {
	slot := s.find(name, s.hash(name))
	if slot.entry == 0 {
		return nil
	}
	return &s.entries[slot.entry-1]
}

// entryFor finds an entry by name, or makes it.
func (s *segment) entryFor(name []byte) *entry {
	hash := s.hash(name)
	slot := s.find(name, hash)
	if slot.entry > 0 {
		return &s.entries[slot.entry-1]
	}
	if s.table.used++; 2*s.table.used > len(s.table.slots) {
		s.table.double()
		slot = s.find(name, hash)
	}
	id := int32(len(s.entries))
	*slot = tableSlot{hash, id + 1}
	s.entries = append(s.entries, entry{name: string(name)})
	g := groupOf(s.entries[id].name)
	s.groups[g] = append(s.groups[g], id)
	return &s.entries[id]
}

func (t *table) double() {
	old := t.slots
	t.slots = make([]tableSlot, 2*len(old))
	mask := uint32(len(t.slots) - 1)
	for _, slot := range old {
		if slot.entry == 0 {
			continue
		}
		i := slot.hash & mask
		for t.slots[i].entry != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = slot
	}
}
