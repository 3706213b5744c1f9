package rules

import (
	"regexp"
	"strings"
	"unicode"
)

// neutral takes from foreign text everything by which it would act once it stands in a commit that GitHub reads: it mentions
// nobody, closes nothing, skips no run and claims nobody's word. What it says stays readable.
func neutral(text string) string {
	text = plain(text)
	text = skipping.ReplaceAllString(text, "($1)")
	text = strings.ReplaceAll(text, "***NO_CI***", "NO_CI")
	text = closing.ReplaceAllString(text, "$1${2}issue $3")
	text = trailing.ReplaceAllString(text, "$1$2")
	return unmentioned(text)
}

var (
	// skipping are the words in brackets by which GitHub and other CI leave a commit out: [skip ci], [ci skip], [no ci],
	// [skip actions], [actions skip], [skip netlify].
	// https://docs.github.com/en/actions/how-tos/manage-workflow-runs/skip-workflow-runs
	skipping = regexp.MustCompile(`(?i)\[((?:[^\[\]\n]*[^\w\[\]\n])?(?:skip|no)(?:[^\w\[\]\n][^\[\]\n]*)?)\]`)

	// closing is a word that closes an issue, and the reference after it.
	// https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
	closing = regexp.MustCompile(`(?i)\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)([\s:]*)((?:[\w.-]+(?:/[\w.-]+)?)?#\d|GH-\d|\S*/(?:issues|pull|discussions)/\d)`)

	// trailing is the key of a line that speaks for somebody (Signed-off-by, Reviewed-by, Co-authored-by), or tells a machine
	// what to do.
	// https://docs.github.com/en/pull-requests/committing-changes-to-your-project/creating-and-editing-commits/creating-a-commit-with-multiple-authors
	// https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks#skipping-and-requesting-checks-for-individual-commits
	trailing = regexp.MustCompile(`(?mi)^([\s>*+-]*)([a-z][a-z0-9-]*-by|on-behalf-of|skip-checks|request-checks|release-as)(?:\s*:)+`)
)

// plain is text without what cannot be seen: controls, marks that turn the direction of writing, characters of no width. It has
// line feeds alone as ends of lines, spaces alone between words, and U+FFFD for bytes that are no UTF-8.
func plain(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n").Replace(text)
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\u200c' || r == '\u200d': // the last two join letters of some scripts
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)
}

// unmentioned puts a space behind each @ that would notify somebody.
// https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#mentioning-people-and-teams
func unmentioned(text string) string {
	var b strings.Builder
	before := byte(' ')
	for i := range len(text) {
		b.WriteByte(text[i])
		if text[i] == '@' && !isWord(before) && i+1 < len(text) && (isWord(text[i+1]) || text[i+1] == '-') {
			b.WriteByte(' ')
		}
		before = text[i]
	}
	return b.String()
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
