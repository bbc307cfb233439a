"""The rules of the programmes. Standard library only; no clock, no input or output."""
