"""What is measured, and against what: floors, the speed of load and build, and the heavy proofs."""
