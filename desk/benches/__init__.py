"""What `dodomu bench` measures: each part of the engine beside a raw baseline that does the same by hand."""
