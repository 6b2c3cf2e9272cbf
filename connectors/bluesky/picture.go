package bluesky

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // its sizes
	_ "image/png"
	"slices"
)

// Bluesky serves pictures as they were uploaded to whoever asks the account's
// server for them, with all that a camera wrote into them: where it was, when,
// whose it is. That is taken out before they leave; the picture itself, its
// colours and which way is up stay, byte for byte.

const (
	typeJPEG = "image/jpeg"
	typePNG  = "image/png"
	typeWebP = "image/webp"
)

// pictureTypes are the media types that can be sent.
func pictureTypes() []string { return []string{typeJPEG, typePNG, typeWebP} }

// errPicture: the file is not of the type that it is said to be, or broken.
var errPicture = errors.New("the picture cannot be read")

// ratio is a picture's width and height in pixels.
type ratio struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

// bare returns a picture without what was written into it besides the
// picture, its size, and its type.
func bare(b []byte) (out []byte, size ratio, kind string, err error) {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return bareJPEG(b)
	case bytes.HasPrefix(b, []byte(pngMagic)):
		return barePNG(b)
	case len(b) >= 16 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP":
		return bareWebP(b)
	}
	return nil, ratio{}, "", fmt.Errorf("neither JPEG, PNG nor WebP: %w", errPicture)
}

// sized reads a picture's size as the image packages see it.
func sized(b []byte) (ratio, error) {
	conf, _, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil || conf.Width <= 0 || conf.Height <= 0 {
		return ratio{}, fmt.Errorf("no size: %w", errPicture)
	}
	return ratio{conf.Width, conf.Height}, nil
}

// Markers of JPEG (ITU T.81, table B.1).
const (
	jpegEOI  = 0xd9
	jpegSOS  = 0xda
	jpegAPP0 = 0xe0
	jpegAPP1 = 0xe1
	jpegAPPF = 0xef
	jpegCOM  = 0xfe
)

func bareJPEG(b []byte) ([]byte, ratio, string, error) {
	fail := func() ([]byte, ratio, string, error) {
		return nil, ratio{}, "", fmt.Errorf("broken JPEG: %w", errPicture)
	}
	var head, rest []byte
	up := 1
	for at := 2; ; {
		for at < len(b) && b[at] != 0xff || at+1 < len(b) && b[at+1] == 0xff {
			at++ // fill bytes
		}
		if at+2 > len(b) {
			return fail()
		}
		marker := b[at+1]
		if marker == jpegEOI {
			rest = append(rest, 0xff, jpegEOI) // what follows is no part of the picture
			break
		}
		if at+4 > len(b) {
			return fail()
		}
		end := at + 2 + int(binary.BigEndian.Uint16(b[at+2:]))
		if end < at+4 || end > len(b) {
			return fail()
		}
		body := b[at+4 : end]
		switch {
		case marker == jpegAPP1:
			if way := orientation(body); way != 0 {
				up = way
			}
		case marker == jpegAPP0:
			head = append(head, b[at:end]...)
		case marker == jpegCOM, marker > jpegAPP0 && marker <= jpegAPPF && !colour(marker, body):
		default:
			rest = append(rest, b[at:end]...)
		}
		if at = end; marker == jpegSOS {
			scan := scanEnd(b, at)
			rest = append(rest, b[at:scan]...)
			at = scan
		}
	}
	out := slices.Concat([]byte{0xff, 0xd8}, head, upright(up), rest)
	size, err := sized(out)
	if up >= 5 { // it lies on its side
		size.Width, size.Height = size.Height, size.Width
	}
	return out, size, typeJPEG, err
}

// colour reports whether an application segment says how colours are meant.
func colour(marker byte, body []byte) bool {
	return marker == 0xe2 && bytes.HasPrefix(body, []byte("ICC_PROFILE\x00")) || marker == 0xee && bytes.HasPrefix(body, []byte("Adobe"))
}

// scanEnd is where the coded data that begins at a place ends: at the next
// marker that is no part of it.
func scanEnd(b []byte, at int) int {
	for ; at+1 < len(b); at++ {
		if b[at] == 0xff && b[at+1] != 0 && (b[at+1] < 0xd0 || b[at+1] > 0xd7) {
			return at
		}
	}
	return len(b)
}

const exifHead = "Exif\x00\x00"

// tagOrientation says which way is up, 1 to 8 (Exif 2.3, 4.6.4 A).
const tagOrientation = 0x0112

// orientation reads which way is up from an Exif segment; 0: it does not say.
func orientation(body []byte) int {
	t, ok := bytes.CutPrefix(body, []byte(exifHead))
	if !ok || len(t) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(t[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := uint64(order.Uint32(t[4:]))
	if at+2 > uint64(len(t)) {
		return 0
	}
	n := int(order.Uint16(t[at:]))
	for e := t[at+2:]; n > 0 && len(e) >= 12; n, e = n-1, e[12:] {
		if order.Uint16(e) == tagOrientation {
			if way := int(order.Uint16(e[8:])); way >= 1 && way <= 8 {
				return way
			}
		}
	}
	return 0
}

// upright is an Exif segment that says which way is up and nothing else.
func upright(up int) []byte {
	if up == 1 {
		return nil
	}
	var t []byte
	t = append(t, exifHead+"MM\x00\x2a\x00\x00\x00\x08\x00\x01"...)
	t = binary.BigEndian.AppendUint16(t, tagOrientation)
	t = append(t, 0, 3, 0, 0, 0, 1, 0, byte(up), 0, 0, 0, 0, 0, 0)
	seg := binary.BigEndian.AppendUint16([]byte{0xff, jpegAPP1}, uint16(len(t)+2))
	return append(seg, t...)
}

const pngMagic = "\x89PNG\r\n\x1a\n"

func barePNG(b []byte) ([]byte, ratio, string, error) {
	out := []byte(pngMagic)
	for rest := b[len(pngMagic):]; ; {
		if len(rest) < 12 {
			return nil, ratio{}, "", fmt.Errorf("broken PNG: %w", errPicture)
		}
		n := uint64(binary.BigEndian.Uint32(rest)) + 12
		if n > uint64(len(rest)) {
			return nil, ratio{}, "", fmt.Errorf("broken PNG: %w", errPicture)
		}
		name := string(rest[4:8])
		if !slices.Contains([]string{"eXIf", "tEXt", "zTXt", "iTXt", "tIME"}, name) {
			out = append(out, rest[:n]...)
		}
		if rest = rest[n:]; name == "IEND" {
			break
		}
	}
	size, err := sized(out)
	return out, size, typePNG, err
}

func bareWebP(b []byte) ([]byte, ratio, string, error) {
	var size ratio
	out := slices.Clone(b[:12])
	for rest := b[12:]; len(rest) >= 8; {
		n := 8 + uint64(binary.LittleEndian.Uint32(rest[4:]))
		n += n & 1
		if n > uint64(len(rest)) {
			return nil, ratio{}, "", fmt.Errorf("broken WebP: %w", errPicture)
		}
		chunk := slices.Clone(rest[:n])
		switch rest = rest[n:]; string(chunk[:4]) {
		case "EXIF", "XMP ":
			continue
		case "VP8X":
			if len(chunk) >= 18 {
				chunk[8] &^= 0x0c // neither Exif nor XMP is there
				size = ratio{int(u24(chunk[12:])) + 1, int(u24(chunk[15:])) + 1}
			}
		case "VP8 ":
			if size.Width == 0 && len(chunk) >= 18 {
				size = ratio{int(binary.LittleEndian.Uint16(chunk[14:])) & 0x3fff, int(binary.LittleEndian.Uint16(chunk[16:])) & 0x3fff}
			}
		case "VP8L":
			if size.Width == 0 && len(chunk) >= 13 {
				v := binary.LittleEndian.Uint32(chunk[9:])
				size = ratio{int(v&0x3fff) + 1, int(v>>14&0x3fff) + 1}
			}
		}
		out = append(out, chunk...)
	}
	if size.Width <= 0 || size.Height <= 0 {
		return nil, ratio{}, "", fmt.Errorf("no size: %w", errPicture)
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out, size, typeWebP, nil
}

func u24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }
