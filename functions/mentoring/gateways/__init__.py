"""What the functions ask of others over the network."""
