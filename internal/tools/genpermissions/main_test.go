package main

import "testing"

func TestExtract(t *testing.T) {
	table := `{"permissions":{
		"issues":{"url":"u","read":["GET /repos/{owner}/{repo}/issues/{number}"],"write":["POST /x"]},
		"contents":{"read":["GET /repos/{owner}/{repo}/issues/{number}","GET /not/declared"]}}}`
	got, err := extract([]byte(table), []byte("# comment\n\nGET /repos/{owner}/{repo}/issues/{issue_number}\nPOST /x\nGET /unknown\n"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "GET /repos/{owner}/{repo}/issues/{issue_number} contents:read issues:read\nPOST /x issues:write\n"; string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := extract([]byte("{"), nil); err == nil {
		t.Error("half a table is taken")
	}
}
