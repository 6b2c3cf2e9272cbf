package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// mastodonRoute is one thing that the server does for who is signed in, and
// what a token must allow for it.
type mastodonRoute struct {
	pattern, scope string
	do             func(mastodonCall)
}

func (m *Mastodon) routes() []mastodonRoute {
	return []mastodonRoute{
		{"GET /oauth/token/info", "", m.tokenInfo},
		{"GET /api/v1/apps/verify_credentials", "", m.application},
		{"GET /api/v1/accounts/verify_credentials", "read:accounts", m.verifyCredentials},
		{"GET /api/v1/accounts/{id}", "read:accounts", m.account},
		{"GET /api/v1/accounts/{id}/statuses", "read:statuses", m.accountStatuses},
		{"GET /api/v1/accounts/relationships", "read:follows", m.relationships},
		{"POST /api/v1/accounts/{id}/block", "write:blocks", m.block},
		{"POST /api/v1/accounts/{id}/unblock", "write:blocks", m.block},
		{"POST /api/v1/accounts/{id}/mute", "write:mutes", m.mute},
		{"POST /api/v1/accounts/{id}/unmute", "write:mutes", m.mute},
		{"POST /api/v1/reports", "write:reports", m.report},
		{"GET /api/v1/notifications", "read:notifications", m.notifications},
		{"GET /api/v1/conversations", "read:statuses", m.conversations},
		{"POST /api/v1/conversations/{id}/read", "write:conversations", m.conversationRead},
		{"GET /api/v1/statuses", "read:statuses", m.statuses},
		{"POST /api/v1/statuses", "write:statuses", m.post},
		{"GET /api/v1/statuses/{id}", "read:statuses", m.status},
		{"PUT /api/v1/statuses/{id}", "write:statuses", m.edit},
		{"DELETE /api/v1/statuses/{id}", "write:statuses", m.delete},
		{"GET /api/v1/statuses/{id}/context", "read:statuses", m.context},
		{"POST /api/v1/statuses/{id}/favourite", "write:favourites", m.favourite},
		{"POST /api/v1/statuses/{id}/unfavourite", "write:favourites", m.favourite},
		{"POST /api/v1/statuses/{id}/mute", "write:mutes", m.muteTalk},
		{"POST /api/v1/statuses/{id}/unmute", "write:mutes", m.muteTalk},
		{"POST /api/v1/statuses/{id}/quotes/{quote}/revoke", "write:statuses", m.revoke},
		{"POST /api/v1/media", "write:media", m.upload},
		{"POST /api/v2/media", "write:media", m.upload},
		{"GET /api/v1/media/{id}", "write:media", m.uploaded},
		{"GET /api/v1/timelines/tag/{tag}", "read:statuses", m.tagged},
		{"GET /api/v2/search", "read:search", m.search},
		{"GET /api/v1/streaming", "read:statuses", m.streaming},
		{"GET /api/v1/streaming/user", "read:statuses", m.streaming},
		{"GET /api/v1/streaming/user/notification", "read:notifications", m.streaming},
	}
}

// granted are the scopes of every token.
func (m *Mastodon) granted() []string {
	if m.Scopes == "" {
		return []string{"read", "write"}
	}
	return strings.Fields(m.Scopes)
}

// allows reports whether tokens allow what needs a scope.
func (m *Mastodon) allows(scope string) bool {
	all, _, _ := strings.Cut(scope, ":")
	return scope == "" || slices.Contains(m.granted(), scope) || slices.Contains(m.granted(), all)
}

// tokenInfo says what a token allows. A fork has no such page.
func (m *Mastodon) tokenInfo(c mastodonCall) {
	if m.Fork {
		c.refuse(http.StatusNotFound, "Not Found")
		return
	}
	c.answer(obj{
		"resource_owner_id": m.brandID(c.brand), "scope": m.granted(), "expires_in": nil, "created_at": m.world.Now().Unix(),
		"application": obj{"uid": oddString("app", 0)},
	})
}

// application says what a token's application may ask for at most.
func (m *Mastodon) application(c mastodonCall) {
	c.answer(obj{"id": "1", "name": "vigie", "website": nil, "scopes": m.granted(), "redirect_uri": outOfBand, "redirect_uris": []string{outOfBand}})
}

func (m *Mastodon) account(c mastodonCall) {
	p, ok := m.person(c.r.PathValue("id"))
	if !ok {
		c.refuse(http.StatusNotFound, "Record not found")
		return
	}
	c.answer(m.personAccount(p))
}

// mastodonRules are the rules of the server, whose breach is one reason to
// report somebody.
func mastodonRules() []obj {
	return []obj{
		{"id": "1", "text": "Pas de harcèlement", "hint": ""},
		{"id": "2", "text": "Pas de publicité", "hint": "Ni directe, ni détournée"},
	}
}

// mastodonConfiguration is what both versions of the instance tell of limits.
func mastodonConfiguration() obj {
	return obj{
		"statuses": obj{"max_characters": mastodonMaxChars, "max_media_attachments": mastodonMaxFiles, "characters_reserved_per_url": 23},
		"media_attachments": obj{
			"description_limit": mastodonMaxAlt, "image_size_limit": mastodonMaxImage, "video_size_limit": mastodonMaxVideo,
			"supported_mime_types": mastodonTypes(),
		},
	}
}

func (m *Mastodon) instanceV2(w http.ResponseWriter, r *http.Request) {
	if m.Fork {
		mastodonError(w, http.StatusNotFound, "Not Found")
		return
	}
	configuration := mastodonConfiguration()
	configuration["urls"] = obj{"streaming": "ws://" + r.Host}
	mastodonCall{w: w, r: r}.answer(obj{
		"domain": mastodonHost, "title": "Simulated", "version": "4.5.2", "source_url": "https://github.com/mastodon/mastodon", "languages": []string{"fr", "en"},
		"api_versions": obj{"mastodon": 7}, "configuration": configuration, "rules": mastodonRules(),
	})
}

func (m *Mastodon) instanceV1(w http.ResponseWriter, r *http.Request) {
	rules := mastodonRules()
	if m.Fork {
		rules = []obj{}
	}
	mastodonCall{w: w, r: r}.answer(obj{
		"uri": mastodonHost, "title": "Simulated", "version": "4.5.2", "rules": rules,
		"urls":          obj{"streaming_api": "wss://" + r.Host}, // as some servers have it, behind plain http too
		"configuration": mastodonConfiguration(),
	})
}
