// Package browser tests the pages as people meet them: a real Chromium, without a window, opens every page of the real
// program in every state that stories bring about, light and dark, wide and on a phone, with and without JavaScript. The
// console stays silent, no request fails, nothing scrolls sideways, axe-core finds no barrier, and what is read does not
// move when news arrive.
//
// It has tests only. They skip where Chromium is not installed, unless PITCREW_REQUIRE names it. Each page's picture goes
// to artifacts/pages; -update draws README's again.
//
// To add a page or a state, let it come about in testdata/busy.txtar and name it in the table of pages_test.go.
package browser
