package main

import (
	"context"
	"path/filepath"

	"github.com/compose-spec/compose-go/v2/cli"
)

// checkCompose loads the file as `docker compose config` does. Variables that must be set are given
// some value: what is checked is the file, not an environment.
func checkCompose(path string) result {
	found := result{File: path, What: "compose", Problems: []string{}}
	environment := []string{"HEARSAY_KEY=a-key", "HEARSAY_TOKEN=a-token"}
	options, err := cli.NewProjectOptions([]string{path}, cli.WithEnv(environment))
	if err == nil {
		project, loadError := cli.ProjectFromOptions(context.Background(), options)
		err = loadError
		if err == nil {
			for name, service := range project.Services {
				if service.Build == nil {
					continue
				}
				if _, statError := filepath.EvalSymlinks(service.Build.Context); statError != nil {
					found.Problems = append(found.Problems, name+": "+statError.Error())
				}
			}
		}
	}
	if err != nil {
		found.Problems = append(found.Problems, err.Error())
	}
	return found
}
