package bridge

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Code says why a line was refused.
type Code string

// The codes, with what Args are.
const (
	Empty       Code = "empty"        // nothing to write
	TooLong     Code = "too_long"     // the limit in bytes
	NotUTF8     Code = "not_utf8"     //
	NotJSON     Code = "not_json"     //
	BrokenJSON  Code = "broken_json"  // the byte
	Unspellable Code = "unspellable"  // the complaint
	WrongType   Code = "wrong_type"   // the field
	BadVersion  Code = "bad_version"  // the version, the one that is understood
	Missing     Code = "missing"      // the field
	MissingID   Code = "missing_id"   // the field
	BadID       Code = "bad_id"       // the field
	NotOneOf    Code = "not_one_of"   // the field, the words it may be
	BadTime     Code = "bad_time"     // the field
	BadRating   Code = "bad_rating"   //
	BadCount    Code = "bad_count"    //
	BadNumber   Code = "bad_number"   //
	BadTag      Code = "bad_tag"      //
	BadTagEvent Code = "bad_tag_args" //
	BadVerb     Code = "bad_verb"     //
)

// reasons are the sentences in English.
var reasons = map[Code]string{
	Empty:       "an empty line",
	TooLong:     "longer than %s bytes",
	NotUTF8:     "not UTF-8",
	NotJSON:     "not a JSON object",
	BrokenJSON:  "not a JSON object: broken at byte %s",
	Unspellable: "cannot be spelled: %s",
	WrongType:   "%s is of the wrong type",
	BadVersion:  "v is %s, only %s is understood",
	Missing:     "%s is missing",
	MissingID:   "%s is missing or not a clean id",
	BadID:       "%s is not a clean id",
	NotOneOf:    "%s is not one of %s",
	BadTime:     "%s is not a time of RFC 3339",
	BadRating:   "rating is not 1 to 5",
	BadCount:    "a count is negative",
	BadNumber:   "n or undoes is negative",
	BadTag:      "tags holds a word that cannot be a tag",
	BadTagEvent: "args holds what is not +tag or -tag",
	BadVerb:     "verb is missing or not a word",
}

// Codes lists the codes in alphabetical order.
func Codes() []Code { return slices.Sorted(maps.Keys(reasons)) }

func refuse(code Code, args ...string) error {
	values := make([]any, len(args))
	for i, a := range args {
		values[i] = a
	}
	return &LineError{Code: code, Args: args, Reason: fmt.Sprintf(reasons[code], values...)}
}

func tooLong() error { return refuse(TooLong, strconv.Itoa(MaxLine)) }
