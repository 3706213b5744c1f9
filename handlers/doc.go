// Package handlers says what a payload means. A source is one file, named after it, with a type that has the method
//
//	Read(ctx, event, delivery string, received time.Time, payload []byte) (eventlog.Append, error)
//
// which turns what arrived into what is appended to the log: which events, about which subjects; which facts they touch;
// what GitHub must show before a snapshot counts; and which subjects become due. It does nothing else: no request, no
// decision. A payload is a hint to look, never the truth about what it tells.
//
// # What it promises
//
//   - Whatever is a JSON object is read. An event that nobody knows, an action that is new, a field of another type
//     than described: the event is kept as what it is, with what could be made out. Only what is no JSON object is
//     ErrUnreadable, and even then what is returned can be appended.
//   - Nothing of a person is in what it returns, Raw excepted: people are tokens, and of the rest of the payload only
//     that is taken for which form and place say that it is no person, no address and no sentence; see rest.go. No
//     login, no name, no address, no title, no text, no branch that somebody named.
//   - The registry of repositories and installations, which are kept as cursors and not in the log, does have names: who
//     calls GitHub needs owner and name. See registry.go.
//
// # To add to it
//
// A fact that is read: a line in facts.go. Whatever else a payload has is kept already, under "rest". What an event makes due: its row in events.go. A source: a file beside github.go.
package handlers
