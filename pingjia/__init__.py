"""Pingjia 评家: members judge their Staff Home once a year. Start reading in ARCHITECTURE.md."""
