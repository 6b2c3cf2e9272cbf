// Command picture turns what "tmux capture-pane -e -N -p" prints into an SVG: the
// cells of a terminal, with their colours, in a window without frame.
//
//	tmux capture-pane -e -N -p -t demo | go run ./docs/picture -columns 120 -rows 40 > picture.svg
//
// The same input gives the same bytes. docs/pictures.sh makes all pictures there are.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	columns := flag.Int("columns", 120, "width of the terminal, in cells")
	rows := flag.Int("rows", 40, "height of the terminal, in cells")
	title := flag.String("title", "", "what the picture shows, for those who do not see it")
	flag.Parse()
	if err := run(os.Stdin, os.Stdout, *columns, *rows, *title); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer, columns, rows int, title string) error {
	captured, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("read the screen: %w", err)
	}
	w := bufio.NewWriter(out)
	draw(w, read(string(captured), columns, rows), columns, rows, title)
	return w.Flush()
}
