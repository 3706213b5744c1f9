// Package floors holds the test that imports point down: a package imports only packages of floors below its own, and
// the ones that decide cannot reach the world. Its table is the picture of the house.
package floors
