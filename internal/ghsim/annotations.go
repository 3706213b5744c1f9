package ghsim

import (
	"fmt"
	"net/http"
	"strings"
)

// annotation is what a check run says of a place in a file.
// https://docs.github.com/rest/checks/runs#create-a-check-run
type annotation struct {
	id int64

	Path        string `json:"path"`
	StartLine   int    `json:"start_line"`
	EndLine     int    `json:"end_line"`
	StartColumn int    `json:"start_column"` // 0: none
	EndColumn   int    `json:"end_column"`
	Level       string `json:"annotation_level"` // notice, warning, failure
	Message     string `json:"message"`
	Title       string `json:"title"`
	RawDetails  string `json:"raw_details"`
}

// maxAnnotations is how many a request may bring; more come with updates, which add to those that are there.
const maxAnnotations = 50

// validAnnotations refuses what GitHub refuses.
func validAnnotations(list []annotation) *apiError {
	refuse := func(format string, args ...any) *apiError {
		return &apiError{Status: 422, Message: "Invalid request.\n\n" + fmt.Sprintf(format, args...), GraphQLType: "UNPROCESSABLE"}
	}
	if len(list) > maxAnnotations {
		return refuse("No more than %d items are allowed; %d were supplied.", maxAnnotations, len(list))
	}
	for _, a := range list {
		switch {
		case a.Path == "":
			return refuse("\"path\" wasn't supplied.")
		case a.Message == "":
			return refuse("\"message\" wasn't supplied.")
		case !contains([]string{"notice", "warning", "failure"}, a.Level):
			return refuse("%s is not a member of [\"notice\", \"warning\", \"failure\"].", a.Level)
		case a.StartLine < 1 || a.EndLine < a.StartLine:
			return refuse("start_line and end_line are no lines of a file.")
		case a.StartLine != a.EndLine && (a.StartColumn != 0 || a.EndColumn != 0):
			return refuse("start_column and end_column are for annotations of one line.")
		}
	}
	return nil
}

// listAnnotations answers with the annotations of a check run.
// https://docs.github.com/rest/checks/runs#list-check-run-annotations
func listAnnotations(q *request) (int, any, *apiError) {
	c, e := q.checkRun()
	if e != nil {
		return 0, nil, e
	}
	return http.StatusOK, list(page(q, c.annotations), func(a annotation) object {
		return object{"path": a.Path, "start_line": a.StartLine, "end_line": a.EndLine, "start_column": columnOrNull(a.StartColumn),
			"end_column": columnOrNull(a.EndColumn), "annotation_level": a.Level, "message": a.Message, "title": orNull(a.Title),
			"raw_details": orNull(a.RawDetails), "blob_href": q.s.base + "/" + q.repo.fullName() + "/blob/" + c.sha + "/" + a.Path}
	}), nil
}

func columnOrNull(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

// gqlAnnotations are the same for GraphQL.
func gqlAnnotations(x *gqlRun, c gqlCheck) any {
	return connectAll(c.annotations, func(a annotation) gqlRecord {
		at := func(line, column int) gqlRecord { return gqlRecord{"line": line, "column": columnOrNull(column)} }
		return gqlRecord{"cursorKey": itoa(a.id), "databaseId": a.id, "path": a.Path, "message": a.Message, "title": optional(a.Title), "rawDetails": optional(a.RawDetails),
			"annotationLevel": strings.ToUpper(a.Level), "blobUrl": x.s.base + "/" + c.r.fullName() + "/blob/" + c.sha + "/" + a.Path,
			"location": gqlRecord{"start": at(a.StartLine, a.StartColumn), "end": at(a.EndLine, a.EndColumn)}}
	})
}
