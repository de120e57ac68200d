"""What the pairs benchmark is made of: a stage set up beforehand, and members' browsers in one process."""
