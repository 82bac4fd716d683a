package main

import (
	"os"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// checkDockerfile parses every instruction as a build does, with the linter's rules that look at
// instructions alone, and follows stages: what is copied from one that is not there is a problem.
func checkDockerfile(path string) result {
	found := result{File: path, What: "dockerfile", Problems: []string{}}
	note := func(problem string) { found.Problems = append(found.Problems, problem) }
	file, err := os.Open(path)
	if err != nil {
		note(err.Error())
		return found
	}
	defer file.Close()
	parsed, err := parser.Parse(file)
	if err != nil {
		note(err.Error())
		return found
	}
	for _, warning := range parsed.Warnings {
		note(warning.Short)
	}
	warn := func(rule, _, _, message string, _ []parser.Range) { note(rule + ": " + message) }
	stages, _, err := instructions.Parse(parsed.AST, linter.New(&linter.Config{Warn: warn}))
	if err != nil {
		note(err.Error())
		return found
	}
	checkStages(stages, note)
	return found
}

func checkStages(stages []instructions.Stage, note func(string)) {
	named := map[string]bool{}
	for _, stage := range stages {
		for _, command := range stage.Commands {
			copied, ok := command.(*instructions.CopyCommand)
			if ok && copied.From != "" && !named[copied.From] {
				note("COPY --from=" + copied.From + ": there is no such stage before")
			}
		}
		named[stage.Name] = true
	}
	checkLast(stages[len(stages)-1], note)
}

// checkLast holds the image to what it promises: not root, looked after, started without a shell.
func checkLast(stage instructions.Stage, note func(string)) {
	user, hasHealth, hasEntry := "", false, false
	for _, command := range stage.Commands {
		switch typed := command.(type) {
		case *instructions.UserCommand:
			user = typed.User
		case *instructions.HealthCheckCommand:
			hasHealth = true
		case *instructions.EntrypointCommand:
			hasEntry = !typed.PrependShell
		}
	}
	if user == "" || user == "root" || user == "0" {
		note("the image runs as root")
	}
	if !hasHealth {
		note("there is no HEALTHCHECK")
	}
	if !hasEntry {
		note("ENTRYPOINT goes by a shell, which does not pass signals on")
	}
}
