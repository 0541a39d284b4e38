"""Classifiers of passages: by the six paths, and by the labels of one's own."""
