"""What things cost: `make bench` measures each row beside a baseline that everybody knows."""
