"""Projects made up for benchmarks: what they are drawn from, and how they are written."""
