"""The codebook: what is coded and by which words, as data, with its loader, manual and comparison."""
