package bridge

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"sync"
	"time"

	"vigie/connectors/child"
	"vigie/inbox"
	lines "vigie/inbox/bridge"
)

// maxStrays is how many lines a program may write that nobody asked for,
// between two answers.
const maxStrays = 100

// lastWords is for how long the output of a program that ended is still read.
const lastWords = time.Second

// fault is a program that cannot be spoken with any more: it ended, hangs or
// speaks nonsense.
type fault struct {
	err  error
	sent bool // some of the request may have reached it
}

func (f *fault) Error() string { return f.err.Error() }
func (f *fault) Unwrap() error { return f.err }

// abandoned is a call whose caller went away after it was sent. The program
// may still carry it out.
type abandoned struct{ err error }

func (a *abandoned) Error() string { return a.err.Error() }
func (a *abandoned) Unwrap() error { return a.err }

// program is a running process and what it says. call is for one goroutine at
// a time, the rest for any.
type program struct {
	cmd    *exec.Cmd
	in     *os.File      // our end of its standard input
	out    *os.File      // of its standard output
	errs   *os.File      // of its standard error
	ended  chan struct{} // closed when its output ended; reason is then set
	exited chan struct{} // closed when the process was waited for
	all    sync.WaitGroup

	mu     sync.Mutex
	last   int64 // id of the last request
	want   int64 // id whose answer is awaited; 0: none
	answer chan response
	reason error
}

// launch starts a process. The caller must stop or kill it.
func launch(argv []string, log *stderr) (*program, error) {
	var opened []*os.File
	pipe := func() (r, w *os.File, err error) {
		r, w, err = os.Pipe()
		if err == nil {
			opened = append(opened, r, w)
		}
		return r, w, err
	}
	stdin, in, err1 := pipe()
	out, stdout, err2 := pipe()
	errs, errw, err3 := pipe()
	cmd := child.Command(argv)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, stdout, errw
	if err := errors.Join(err1, err2, err3); err != nil {
		shut(opened...)
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		shut(opened...)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, exec.ErrNotFound) {
			return nil, fmt.Errorf("%w: %w", inbox.Problem{Code: inbox.CodeMissing, Args: []string{argv[0]}}, err)
		}
		return nil, err
	}
	shut(stdin, stdout, errw)
	p := &program{
		cmd: cmd, in: in, out: out, errs: errs,
		ended: make(chan struct{}), exited: make(chan struct{}),
	}
	p.all.Go(p.listen)
	p.all.Go(func() { log.copy(errs) })
	p.all.Go(func() {
		_ = cmd.Wait()  // how it ended does not matter: it speaks no more
		child.Kill(cmd) // what it left behind
		// What left its group may hold the output open; what is in it is read.
		_ = out.SetReadDeadline(time.Now().Add(lastWords))
		close(p.exited)
	})
	return p, nil
}

func shut(files ...*os.File) {
	for _, f := range files {
		_ = f.Close()
	}
}

func (p *program) alive() bool {
	select {
	case <-p.ended:
		return false
	case <-p.exited:
		return false
	default:
		return true
	}
}

// why says what ended the program, in its own account or ours.
func (p *program) why() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reason == nil {
		return "it did not answer"
	}
	return p.reason.Error()
}

// kill ends the process and its children at once and waits for our own
// goroutines.
func (p *program) kill() {
	select {
	case <-p.exited: // its number may be somebody else's by now
	default:
		child.Kill(p.cmd)
	}
	shut(p.in, p.out, p.errs)
	p.all.Wait()
}

// stop lets the process end by itself first and reports whether it did.
func (p *program) stop(grace time.Duration) bool {
	defer p.kill()
	shut(p.in)
	t := time.NewTimer(grace)
	defer t.Stop()
	select {
	case <-p.exited:
		return true
	case <-t.C:
		return false
	}
}

// listen reads answers until the output ends or makes no sense.
func (p *program) listen() {
	defer close(p.ended)
	sc := bufio.NewScanner(p.out)
	sc.Buffer(make([]byte, 0, 64<<10), lines.MaxLine)
	sc.Split(wholeLines)
	strays := 0
	for sc.Scan() {
		if len(bytes.TrimSpace(sc.Bytes())) == 0 {
			continue
		}
		var res response
		if err := json.Unmarshal(sc.Bytes(), &res); err != nil {
			p.fail(errors.New("the program wrote what is not JSON-RPC"))
			return
		}
		if p.deliver(res) {
			strays = 0
		} else if strays++; strays > maxStrays {
			p.fail(errors.New("the program writes what nobody asked for"))
			return
		}
	}
	switch err := sc.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		p.fail(fmt.Errorf("the program wrote a line of more than %d bytes", lines.MaxLine))
	default:
		p.fail(errors.New("the program ended"))
	}
}

// wholeLines splits into lines. What a program that ended left of one is none,
// unless only its end is missing.
func wholeLines(data []byte, atEOF bool) (advance int, line []byte, err error) {
	if atEOF && !bytes.ContainsRune(data, '\n') && !json.Valid(data) {
		return len(data), nil, nil
	}
	return bufio.ScanLines(data, atEOF)
}

func (p *program) deliver(res response) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.want == 0 || res.ID != p.want {
		return false
	}
	p.want = 0
	p.answer <- res
	return true
}

func (p *program) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reason = err
}

// call sends one request and waits for its answer. It fails with a fault, with
// what the program answered (an rpcError), or because ctx ended.
func (p *program) call(ctx context.Context, method string, params, result any, limit time.Duration) error {
	p.mu.Lock()
	p.last++
	id := p.last
	answer := make(chan response, 1)
	p.want, p.answer = id, answer
	p.mu.Unlock()

	t := time.NewTimer(limit)
	defer t.Stop()
	if err := p.send(ctx, request{Version: "2.0", ID: id, Method: method, Params: params}, limit); err != nil {
		return err
	}
	select {
	case res := <-answer:
		return p.read(res, result)
	case <-p.ended:
		select {
		case res := <-answer: // its last words
			return p.read(res, result)
		default:
			return &fault{err: errors.New(p.why()), sent: true}
		}
	case <-t.C:
		return &fault{err: fmt.Errorf("the program did not answer within %s", limit), sent: true}
	case <-ctx.Done():
		return &abandoned{ctx.Err()}
	}
}

func (p *program) read(res response, result any) error {
	if res.Error != nil {
		return res.Error
	}
	if err := decode(res.Result, result); err != nil {
		return &fault{err: err, sent: true}
	}
	return nil
}

// send writes a request. One that was written in part only leaves the program
// unable to read the next.
func (p *program) send(ctx context.Context, r request, limit time.Duration) error {
	b, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode %s: %w", r.Method, err)
	}
	_ = p.in.SetWriteDeadline(time.Now().Add(limit)) // pipes have deadlines
	passed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		_ = p.in.SetWriteDeadline(time.Unix(1, 0))
		close(passed)
	})
	n, err := p.in.Write(append(b, '\n'))
	if !stop() {
		<-passed // or it would cut the next call short
	}
	switch {
	case err == nil:
		return nil
	case n == 0 && ctx.Err() != nil:
		return ctx.Err()
	}
	return &fault{err: errors.New("the program does not read what it is asked"), sent: n > 0}
}
