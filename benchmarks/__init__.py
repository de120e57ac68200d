"""Every claim about speed is a program: ``python -m benchmarks`` runs each module that has ``measure() -> rows``."""
