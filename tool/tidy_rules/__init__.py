"""The rules of the tidy test. A rule is a module with check(tree) -> (path, line, text) triples."""
