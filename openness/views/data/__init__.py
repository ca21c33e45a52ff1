"""Pages as data: CSV, JSON, badges and feeds of what the pages show."""
