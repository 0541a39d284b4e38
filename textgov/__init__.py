"""textgov codes texts on global value chains by an explicit governance codebook."""

__version__ = "0.1.0"
