// Command deploy-check reads the deployment files as those do who they are for, and says of each
// whether it is good: compose files by the compose specification's own loader, Kubernetes manifests
// by the API's own types with no field that they do not have, Dockerfiles by BuildKit's parser and
// linter. A line of JSON on stdout for each: {"file", "what", "problems"}.
//
//	go run . ../compose.yaml ../kubernetes ../../Dockerfile
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

type result struct {
	File     string   `json:"file"`
	What     string   `json:"what"`
	Problems []string `json:"problems"`
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: deploy-check COMPOSE.yaml|KUBERNETES-FOLDER|Dockerfile …")
		os.Exit(2)
	}
	good := true
	out := json.NewEncoder(os.Stdout)
	for _, path := range os.Args[1:] {
		for _, each := range check(path) {
			good = good && len(each.Problems) == 0
			if err := out.Encode(each); err != nil {
				panic(err)
			}
		}
	}
	if !good {
		os.Exit(1)
	}
}

func check(path string) []result {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return []result{{path, "file", []string{err.Error()}}}
	case info.IsDir():
		return checkManifests(path)
	case strings.HasPrefix(filepath.Base(path), "Dockerfile"):
		return []result{checkDockerfile(path)}
	default:
		return []result{checkCompose(path)}
	}
}
