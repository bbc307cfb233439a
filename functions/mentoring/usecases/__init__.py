"""What the programmes do: each use case loads, decides and commits. Stores, policy and now are arguments."""
