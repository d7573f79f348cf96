"""One file for each kind of chart; each is a function from a frame to a Chart."""
