package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// Colours are numbers of the 256 colour table: short on the wire, and the
// same on every terminal that has them; Bubble Tea translates for the others.

// words are the colour words a configuration can give a Client.
var words = []string{"red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "brown", "grey"}

// synonyms are other words for the same colours.
var synonyms = map[string]string{
	"magenta": "purple", "violet": "purple", "cyan": "teal", "turquoise": "teal", "gold": "yellow", "gray": "grey",
	"white": "grey", "rose": "pink",
}

// Words lists the colour words a configuration can give a Client.
func Words() []string { return append([]string(nil), words...) }

func clientColors(codes ...string) map[string]color.Color {
	m := make(map[string]color.Color, len(codes))
	for i, c := range codes {
		m[words[i]] = lipgloss.Color(c)
	}
	return m
}

func darkColors() colors {
	c := lipgloss.Color
	return colors{
		muted: c("246"), faint: c("240"), accent: c("110"), danger: c("210"), warn: c("179"), ok: c("114"),
		note: c("222"), noteBack: c("58"), noteText: c("222"),
		bar: c("236"), barText: c("252"),
		sel: c("238"), selText: c("255"), rest: c("235"),
		band: c("232"), link: c("111"), tag: c("108"),
		clients: clientColors("210", "215", "222", "114", "80", "110", "140", "211", "180", "250"),
	}
}

func lightColors() colors {
	c := lipgloss.Color
	return colors{
		muted: c("241"), faint: c("248"), accent: c("25"), danger: c("124"), warn: c("130"), ok: c("28"),
		note: c("94"), noteBack: c("229"), noteText: c("94"),
		bar: c("254"), barText: c("236"),
		sel: c("252"), selText: c("16"), rest: c("255"),
		band: c("231"), link: c("25"), tag: c("23"),
		clients: clientColors("124", "130", "94", "28", "23", "25", "91", "162", "94", "240"),
	}
}

func contrastColors() colors {
	c := lipgloss.Color
	return colors{
		muted: c("15"), faint: c("15"), accent: c("14"), danger: c("9"), warn: c("11"), ok: c("10"),
		note: c("0"), noteBack: c("11"), noteText: c("11"),
		bar: c("15"), barText: c("0"),
		sel: c("12"), selText: c("15"), rest: nil,
		band: c("0"), link: c("14"), tag: c("10"),
		clients: clientColors("9", "11", "11", "10", "14", "14", "13", "13", "11", "15"),
	}
}

// dark16 and light16 are for terminals with 16 colours, which each of them
// chooses: on a background of their own all text has one colour.
func dark16() colors {
	c := lipgloss.Color
	return colors{
		muted: c("7"), faint: c("8"), accent: c("14"), danger: c("9"), warn: c("11"), ok: c("10"),
		note: c("0"), noteBack: c("11"), noteText: c("11"),
		bar: c("7"), barText: c("0"),
		sel: c("4"), selText: c("15"), rest: nil,
		band: c("0"), link: c("14"), tag: c("6"),
		clients: clientColors("9", "11", "11", "10", "14", "14", "13", "13", "3", "7"), flat: true,
	}
}

func light16() colors {
	c := lipgloss.Color
	return colors{
		muted: c("8"), faint: c("7"), accent: c("4"), danger: c("1"), warn: c("3"), ok: c("2"),
		note: c("0"), noteBack: c("11"), noteText: c("5"),
		bar: c("7"), barText: c("0"),
		sel: c("4"), selText: c("15"), rest: nil,
		band: c("15"), link: c("4"), tag: c("6"),
		clients: clientColors("1", "3", "3", "2", "6", "4", "5", "5", "3", "8"), flat: true,
	}
}
