"""One file for a kind of chart; each is a function from a frame to a Chart."""
