// Command exports prints every exported name of github.com/hashicorp/memberlist, sorted, one a line:
// its kind and the name, "Type.Name" where it belongs to a type. It reads the source of the release
// that go.mod names, where the module cache has it; test files are left out.
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"

	// So that go.mod keeps the module whose source is read.
	_ "github.com/hashicorp/memberlist"
)

func main() {
	names, err := exported("github.com/hashicorp/memberlist")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, name := range names {
		fmt.Println(name)
	}
}

func exported(module string) ([]string, error) {
	directory, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return nil, fmt.Errorf("go list -m %s: %w", module, err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(directory)), "*.go"))
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, declaration := range file.Decls {
			collect(declaration, func(kind, name string) { found[kind+" "+name] = true })
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s: %w", module, fs.ErrNotExist)
	}
	names := make([]string, 0, len(found))
	for name := range found {
		names = append(names, name)
	}
	sort.Strings(names)
	return names, nil
}

func collect(declaration ast.Decl, add func(kind, name string)) {
	switch declaration := declaration.(type) {
	case *ast.FuncDecl:
		if !declaration.Name.IsExported() {
			return
		}
		if declaration.Recv == nil {
			add("func", declaration.Name.Name)
		} else if owner := typeName(declaration.Recv.List[0].Type); ast.IsExported(owner) {
			add("method", owner+"."+declaration.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range declaration.Specs {
			switch spec := spec.(type) {
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					if name.IsExported() {
						add(declaration.Tok.String(), name.Name)
					}
				}
			case *ast.TypeSpec:
				if spec.Name.IsExported() {
					add("type", spec.Name.Name)
					members(spec, add)
				}
			}
		}
	}
}

// members adds the exported fields of a struct, and the methods and embedded interfaces of an
// interface.
func members(spec *ast.TypeSpec, add func(kind, name string)) {
	var list *ast.FieldList
	kind := "field"
	switch definition := spec.Type.(type) {
	case *ast.StructType:
		list = definition.Fields
	case *ast.InterfaceType:
		list, kind = definition.Methods, "method"
	default:
		return
	}
	for _, field := range list.List {
		if len(field.Names) == 0 {
			if name := typeName(field.Type); ast.IsExported(name) {
				add("embedded", spec.Name.Name+"."+name)
			}
		}
		for _, name := range field.Names {
			if name.IsExported() {
				add(kind, spec.Name.Name+"."+name.Name)
			}
		}
	}
}

// typeName is the name of a receiver's or embedded type, without pointer and package.
func typeName(expression ast.Expr) string {
	switch expression := expression.(type) {
	case *ast.StarExpr:
		return typeName(expression.X)
	case *ast.SelectorExpr:
		return expression.Sel.Name
	case *ast.Ident:
		return expression.Name
	default:
		return ""
	}
}
