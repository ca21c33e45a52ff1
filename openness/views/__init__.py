"""Pages: a request in, a response out; all other logic elsewhere."""
