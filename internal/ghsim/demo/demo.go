// Package demo is the story of the demo: six repositories in two organisations, a dozen people with habits, CI that takes
// time and sometimes fails, and the end that each pull request is expected to come to. It is data, played by ghsim.
package demo

import (
	_ "embed"
	"fmt"

	"gopkg.in/yaml.v3"
)

// GitHub is the state and the timeline, in the form of stories' github.yml.
//
//go:embed github.yml
var GitHub []byte

//go:embed ends.yml
var ends []byte

// Seed decides which runs of CI fail, one in ten: with this one the first pull request's does, and the others' do not.
const Seed = 460

// End is what a pull request is expected to come to: merged, or open because of something.
type End struct {
	State   string `yaml:"state"`   // merged, open
	Because string `yaml:"because"` // what the reasons of an open one must say
	By      string `yaml:"by"`      // who merged it; empty: pitcrew
}

// Ends gives the expected end of each pull request, by owner/repo#number.
func Ends() (map[string]End, error) {
	var e map[string]End
	if err := yaml.Unmarshal(ends, &e); err != nil {
		return nil, fmt.Errorf("ends of the demo: %w", err)
	}
	return e, nil
}
