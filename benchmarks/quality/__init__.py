"""How well readers read pages nobody here wrote, side by side: `python -m benchmarks quality`."""
