package sandbox

import "net/http"

type Mastodon struct{ http.Handler }

func NewMastodon(w *World) *Mastodon { return &Mastodon{} }

func (m *Mastodon) Access(b Brand, base string) Access { return Access{} }
