package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/yaml"
	sigsyaml "sigs.k8s.io/yaml"
)

// checkManifests decodes what the folder's kustomization names, strictly, and follows what refers to
// something else: a stateful set to its service, selectors to labels, a secret's keys, ports by name.
func checkManifests(folder string) []result {
	decoder := strictDecoder()
	var objects []runtime.Object
	var results []result
	for _, path := range resources(folder) {
		found := result{File: path, What: "kubernetes", Problems: []string{}}
		for _, document := range documents(path, &found) {
			object, _, err := decoder.Decode(document, nil, nil)
			if err != nil {
				found.Problems = append(found.Problems, err.Error())
				continue
			}
			objects = append(objects, object)
		}
		results = append(results, found)
	}
	whole := result{File: folder, What: "kubernetes references", Problems: []string{}}
	for _, object := range objects {
		whole.Problems = append(whole.Problems, broken(object, objects)...)
	}
	return append(results, whole)
}

func strictDecoder() runtime.Decoder {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, policyv1.AddToScheme, networkingv1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			panic(err)
		}
	}
	options := json.SerializerOptions{Yaml: true, Strict: true}
	return json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme, scheme, options)
}

func resources(folder string) []string {
	var kustomization struct {
		Resources []string `json:"resources"`
	}
	content, err := os.ReadFile(filepath.Join(folder, "kustomization.yaml"))
	if err == nil {
		err = sigsyaml.Unmarshal(content, &kustomization)
	}
	if err != nil {
		return []string{filepath.Join(folder, "kustomization.yaml")}
	}
	paths := make([]string, len(kustomization.Resources))
	for index, name := range kustomization.Resources {
		paths[index] = filepath.Join(folder, name)
	}
	return paths
}

func documents(path string, found *result) [][]byte {
	content, err := os.ReadFile(path)
	if err != nil {
		found.Problems = append(found.Problems, err.Error())
		return nil
	}
	var all [][]byte
	reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(content)))
	for {
		document, err := reader.Read()
		if err == io.EOF {
			return all
		}
		if err != nil {
			found.Problems = append(found.Problems, err.Error())
			return all
		}
		if len(bytes.TrimSpace(document)) > 0 {
			all = append(all, document)
		}
	}
}

func broken(object runtime.Object, all []runtime.Object) []string {
	var problems []string
	accessor, ok := object.(metav1.Object)
	if ok {
		for _, reason := range validation.IsDNS1123Subdomain(accessor.GetName()) {
			problems = append(problems, fmt.Sprintf("name %q: %s", accessor.GetName(), reason))
		}
	}
	switch typed := object.(type) {
	case *appsv1.StatefulSet:
		problems = append(problems, brokenStatefulSet(typed, all)...)
	case *corev1.Service:
		problems = append(problems, brokenService(typed, pods(all))...)
	case *policyv1.PodDisruptionBudget:
		problems = append(problems, unselected(typed.Name, typed.Spec.Selector, pods(all))...)
	case *networkingv1.NetworkPolicy:
		problems = append(problems, unselected(typed.Name, &typed.Spec.PodSelector, pods(all))...)
	}
	return problems
}

func brokenStatefulSet(set *appsv1.StatefulSet, all []runtime.Object) []string {
	template := set.Spec.Template
	problems := unselected(set.Name, set.Spec.Selector, []corev1.PodTemplateSpec{template})
	service := find[*corev1.Service](all, set.Spec.ServiceName)
	if service == nil || service.Spec.ClusterIP != corev1.ClusterIPNone {
		problems = append(problems, set.Spec.ServiceName+" is no headless service")
	}
	claims := map[string]bool{}
	for _, claim := range set.Spec.VolumeClaimTemplates {
		claims[claim.Name] = true
	}
	for _, container := range template.Spec.Containers {
		ports := map[string]bool{}
		for _, port := range container.Ports {
			ports[port.Name] = true
		}
		for _, probe := range []*corev1.Probe{container.LivenessProbe, container.ReadinessProbe, container.StartupProbe} {
			if probe != nil && probe.HTTPGet != nil && !ports[probe.HTTPGet.Port.StrVal] {
				problems = append(problems, "a probe asks port "+probe.HTTPGet.Port.String())
			}
		}
		for _, mount := range container.VolumeMounts {
			if !claims[mount.Name] {
				problems = append(problems, "nothing is mounted as "+mount.Name)
			}
		}
		problems = append(problems, brokenSecrets(container, all)...)
	}
	return problems
}

func brokenSecrets(container corev1.Container, all []runtime.Object) []string {
	var problems []string
	for _, variable := range container.Env {
		if variable.ValueFrom == nil || variable.ValueFrom.SecretKeyRef == nil {
			continue
		}
		reference := variable.ValueFrom.SecretKeyRef
		secret := find[*corev1.Secret](all, reference.Name)
		if secret == nil || secret.StringData[reference.Key] == "" {
			problems = append(problems, fmt.Sprintf("%s: no %s in secret %s", variable.Name, reference.Key, reference.Name))
		}
	}
	return problems
}

func brokenService(service *corev1.Service, templates []corev1.PodTemplateSpec) []string {
	problems := unselected(service.Name, &metav1.LabelSelector{MatchLabels: service.Spec.Selector}, templates)
	for _, port := range service.Spec.Ports {
		if !hasPort(templates, port.TargetPort.String(), port.Protocol) {
			problems = append(problems, service.Name+": no container has port "+port.TargetPort.String())
		}
	}
	return problems
}

func hasPort(templates []corev1.PodTemplateSpec, name string, protocol corev1.Protocol) bool {
	for _, template := range templates {
		for _, container := range template.Spec.Containers {
			for _, port := range container.Ports {
				if port.Name == name && port.Protocol == protocol {
					return true
				}
			}
		}
	}
	return false
}

func unselected(name string, selector *metav1.LabelSelector, templates []corev1.PodTemplateSpec) []string {
	parsed, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return []string{name + ": " + err.Error()}
	}
	for _, template := range templates {
		if parsed.Matches(labels.Set(template.Labels)) {
			return nil
		}
	}
	return []string{name + " selects no pod"}
}

func pods(all []runtime.Object) []corev1.PodTemplateSpec {
	var templates []corev1.PodTemplateSpec
	for _, object := range all {
		if set, ok := object.(*appsv1.StatefulSet); ok {
			templates = append(templates, set.Spec.Template)
		}
	}
	return templates
}

func find[Kind metav1.Object](all []runtime.Object, name string) Kind {
	var none Kind
	for _, object := range all {
		if typed, ok := object.(Kind); ok && typed.GetName() == name {
			return typed
		}
	}
	return none
}
